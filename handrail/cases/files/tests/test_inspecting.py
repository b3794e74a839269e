"""The content of a file decides its kind; a harmful file is refused quickly and with little memory."""

import json
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from handrail.cases.errors import NotNow
from handrail.cases.files import inspecting
from handrail.cases.files.inside.refusing import MEGABYTE
from handrail.cases.files.inspecting import NotTaken, inspect
from handrail.cases.files.tests.hostile import HOSTILE
from handrail.cases.files.tests.sound import SOUND, archive, jpeg, link, word
from handrail.records.packs import current_pack

POLICY = current_pack().documents


@pytest.mark.parametrize("kind", SOUND)
def test_every_kind_that_is_taken_is_known_by_its_content(kind: str) -> None:
    assert inspect(SOUND[kind](), POLICY).id == kind


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_do_harm_is_refused_in_words(name: str) -> None:
    """The next test limits the inspecting process's time and memory; none of these files needs more."""
    make, said = HOSTILE[name]
    with pytest.raises(NotTaken) as refused:
        inspect(make(), POLICY)
    assert said in str(refused.value)
    assert len(str(refused.value).split()) >= 5


def test_who_looks_inside_has_two_seconds_of_work_and_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process reports its own limits once it has begun."""
    told = (
        "import json, resource, sys; from handrail.cases.files.inside.__main__ import confine;"
        "confine(int(sys.argv[1]));"
        "held = [resource.getrlimit(limit) for limit in (resource.RLIMIT_CPU, resource.RLIMIT_AS)];"
        "sys.stdout.write(json.dumps({'wrong': json.dumps(held)}))"
    )
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", told])
    with pytest.raises(NotTaken) as said:
        inspect(b"small", POLICY)
    assert json.loads(str(said.value)) == [[2, 2], [256 * MEGABYTE, 256 * MEGABYTE]]


@pytest.mark.parametrize("waste", ["while True: pass", "bytearray(300 * 1024 * 1024)"])
def test_who_takes_more_time_or_room_is_stopped(monkeypatch: pytest.MonkeyPatch, waste: str) -> None:
    begun = "from handrail.cases.files.inside.__main__ import confine\nconfine(1)\n"
    then = '\nprint(\'{"kind": "text"}\')'
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", begun + then])
    assert inspect(b"small", POLICY).id == "text"
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", begun + waste + then])
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"small", POLICY)


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
    """A flaw in a parser would give away only the file itself."""
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    confined = (
        "import os, sys; from handrail.cases.files.inside.__main__ import confine; confine(2);"
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
