"""The environment says where documents are stored; an impossible value is refused at the start."""

from pathlib import Path

import pytest

from handrail.config.environment import Misconfigured, documents


@pytest.mark.parametrize("named", ["documents", "http://store.example", "s3://", "s3:bucket"])
def test_a_store_that_cannot_be_is_refused_at_the_start(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DOCUMENTS", named)
    with pytest.raises(Misconfigured, match="HANDRAIL_DOCUMENTS"):
        documents()


def test_they_lie_in_the_state_of_the_installation_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path))
    monkeypatch.delenv("HANDRAIL_DOCUMENTS", raising=False)
    assert documents() == str(tmp_path / "documents")
    for named in ("/srv/documents", "s3://bucket/prefix?endpoint=https://store.example"):
        monkeypatch.setenv("HANDRAIL_DOCUMENTS", named)
        assert documents() == named
