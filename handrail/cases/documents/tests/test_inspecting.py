"""What a file is, is decided by its content; what would do harm is refused quickly and in little room."""

import resource
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from handrail.cases.documents import inspecting
from handrail.cases.documents.inside.refusing import MEGABYTE
from handrail.cases.documents.inspecting import NotTaken, inspect
from handrail.cases.documents.tests.hostile import HOSTILE
from handrail.cases.documents.tests.sound import SOUND, archive, jpeg, link, word
from handrail.cases.errors import NotNow
from handrail.cases.packs import current_pack

POLICY = current_pack().documents
MOST_SECONDS, MOST_ROOM = 2.0, 300 * MEGABYTE


def used() -> float:
    """The seconds of work that processes of ours have had; a busy machine adds none."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


@pytest.mark.parametrize("kind", SOUND)
def test_every_kind_that_is_taken_is_known_by_its_content(kind: str) -> None:
    assert inspect(SOUND[kind](), POLICY).id == kind


def room() -> int:
    """The most memory that any child of this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_do_harm_is_refused_quickly_in_little_room_and_in_words(name: str) -> None:
    make, said = HOSTILE[name]
    content = make()
    began, before = used(), room()
    with pytest.raises(NotTaken) as refused:
        inspect(content, POLICY)
    assert said in str(refused.value)
    assert used() - began < MOST_SECONDS
    # The peak is that of every child so far: one that another test started may have had more.
    assert room() < MOST_ROOM or room() == before
    assert len(str(refused.value).split()) >= 5


def test_there_are_at_least_thirty_of_them() -> None:
    assert len(HOSTILE) >= 30


def test_a_photograph_with_a_smaller_one_behind_it_is_taken() -> None:
    assert inspect(jpeg() + jpeg(4, 4) + bytes(16), POLICY).id == "jpeg"


def test_a_table_that_a_spreadsheet_would_run_stays_plain_text() -> None:
    assert inspect(b"day,said\n1,=cmd|' /c calc'!A1\n", POLICY).id == "text"
    assert inspect(b"day,phone\n1,+44 20 7946 0000\n2,-3\n", POLICY).id == "csv"


def test_a_link_to_a_web_page_is_no_harm_and_one_to_a_file_is() -> None:
    assert inspect(archive(word(links=link("hyperlink", "mailto:a@example.org"))), POLICY).id == "docx"
    with pytest.raises(NotTaken, match="another place"):
        inspect(archive(word(links=link("hyperlink", "file:///c:/x.exe"))), POLICY)


def test_a_policy_may_take_less() -> None:
    with pytest.raises(NotTaken, match="does not take"):
        inspect(SOUND["png"](), POLICY.model_copy(update={"kinds": ("pdf",)}))
    with pytest.raises(NotTaken, match="larger than 1 megabytes"):
        inspect(b"a" * (MEGABYTE + 1), POLICY.model_copy(update={"most_megabytes": 1}))


def test_a_file_that_takes_all_its_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(inspecting, "SECONDS", 0)
    monkeypatch.setattr(inspecting, "WAITING", 0.3)
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"anything", POLICY)


def test_who_looks_inside_has_none_of_our_secrets_and_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a flaw in a reader of files would give away: the file itself and nothing else."""
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    confined = (
        "import os, sys; from handrail.cases.documents.inside.__main__ import confine; confine(2);"
        "print(dict(os.environ));"
        f"open({str(tmp_path / 'x')!r}, 'w').write('x' * 10)"
    )
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", confined])
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"anything", POLICY)
    assert not (tmp_path / "x").read_text()


def test_a_scanner_of_the_installation_has_the_last_word(settings: LazySettings, tmp_path: Path) -> None:
    settings.SCANNER = f"{sys.executable} -c 'import sys; sys.exit(b\"bad\" in sys.stdin.buffer.read())'"
    assert inspect(b"a good word", POLICY).id == "text"
    with pytest.raises(NotTaken, match="virus scanner refuses"):
        inspect(b"a bad word", POLICY)


def test_where_the_scanner_is_down_nothing_is_taken(settings: LazySettings) -> None:
    settings.SCANNER = "/nowhere/at/all"
    with pytest.raises(NotNow, match="does not answer"):
        inspect(b"a good word", POLICY)
