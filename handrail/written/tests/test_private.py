"""A file with names is for its owner alone, also where an open one lay there before."""

from pathlib import Path

import pytest

from handrail.written.private import opened


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_what_is_written_is_for_its_owner_alone(tmp_path: Path, before: int | None) -> None:
    path = tmp_path / "errors.csv"
    if before is not None:
        path.write_text("older and longer than what follows")
        path.chmod(before)
    with opened(path) as file:
        file.write("a\r\nb\n")
    assert path.read_bytes() == b"a\r\nb\n"
    assert path.stat().st_mode & 0o777 == 0o600
