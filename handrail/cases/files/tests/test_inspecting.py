"""The content of a file decides its kind; a harmful file is refused quickly and with little memory."""

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from django.conf import LazySettings

from handrail.cases.errors import NotNow
from handrail.cases.files import inspecting
from handrail.cases.files.inside.confining import ROOM
from handrail.cases.files.inside.refusing import MEGABYTE
from handrail.cases.files.inspecting import Inspected, NotTaken, inspect, limits_of
from handrail.cases.files.kinds import KINDS
from handrail.cases.files.tests.hostile import HOSTILE
from handrail.cases.files.tests.ordinary import ORDINARY
from handrail.cases.files.tests.sound import SEALED, SOUND, TEXT, archive, link, word
from handrail.cases.files.tests.spelt_otherwise import SPELT_OTHERWISE
from handrail.records.packs import current_pack

POLICY = current_pack().documents


@pytest.mark.parametrize("kind", SOUND)
def test_every_kind_that_is_taken_is_known_by_its_content(kind: str) -> None:
    assert inspect(SOUND[kind](), POLICY) == Inspected(KINDS[kind])


@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_ordinary_is_taken_without_a_doubt(name: str) -> None:
    make, kind = ORDINARY[name]
    assert inspect(make(), POLICY) == Inspected(KINDS[kind])


@pytest.mark.parametrize("name", HOSTILE | SPELT_OTHERWISE)
def test_what_would_do_harm_is_refused_in_words_or_sealed(name: str) -> None:
    """Another test limits the inspecting process's time and memory; none of these files needs more."""
    make, outcome = (HOSTILE | SPELT_OTHERWISE)[name]
    if outcome == SEALED:
        assert len(inspect(make(), POLICY).doubt.split()) >= 5
    elif outcome == TEXT:
        assert inspect(make(), POLICY) == Inspected(KINDS["text"])
    else:
        with pytest.raises(NotTaken, match=re.escape(outcome)) as refused:
            inspect(make(), POLICY)
        assert len(str(refused.value).split()) >= 5


@pytest.mark.parametrize("name", ["a PDF that unpacks to a gigabyte", "an archive bomb", "a letter"])
def test_the_process_itself_takes_less_than_its_room(name: str, tmp_path: Path) -> None:
    """The kernel counts for this process alone, from its start as a program: `VmHWM`, read as it ends."""
    file = tmp_path / "file"
    file.write_bytes((HOSTILE | ORDINARY)[name][0]())
    measured = (
        "import atexit, os, sys; status = os.dup2(os.open('/proc/self/status', os.O_RDONLY), 2);"
        "atexit.register(lambda: sys.stdout.write(os.read(2, 4096).decode()));"
        "import runpy; runpy.run_module('handrail.cases.files.inside', run_name='__main__')"
    )
    command = [sys.executable, "-I", "-c", measured, "9", json.dumps(asdict(limits_of(POLICY)))]
    with file.open("rb") as content:
        said = subprocess.run(
            command, stdin=content, capture_output=True, env={}, check=True, timeout=60
        ).stdout.decode()
    highest = re.search(r"VmHWM:\s*(\d+) kB", said)
    assert highest is not None
    assert 5 * MEGABYTE < int(highest[1]) * 1024 < ROOM


@pytest.mark.parametrize("waste", ["while True: pass", "bytearray(300 * 1024 * 1024)"])
def test_who_takes_more_time_or_room_is_stopped(monkeypatch: pytest.MonkeyPatch, waste: str) -> None:
    begun = "from handrail.cases.files.inside.confining import confine\nconfine(1)\n"
    then = '\nprint(\'{"kind": "text", "doubt": ""}\')'
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", begun + then])
    assert inspect(b"small", POLICY).kind.id == "text"
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-I", "-c", begun + waste + then])
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"small", POLICY)


def test_a_table_that_a_spreadsheet_would_run_stays_plain_text() -> None:
    assert inspect(b"day,said\n1,=1+1\n", POLICY).kind.id == "text"
    assert inspect(b"day,phone\n1,+44 20 7946 0000\n2,-3\n", POLICY).kind.id == "csv"


def test_a_link_to_a_web_page_is_no_harm_and_one_to_a_file_is() -> None:
    assert inspect(archive(word(links=link("hyperlink", "mailto:a@example.org"))), POLICY).kind.id == "docx"
    with pytest.raises(NotTaken, match="another place"):
        inspect(archive(word(links=link("hyperlink", "file:///c:/x.exe"))), POLICY)


def test_a_policy_may_take_less() -> None:
    with pytest.raises(NotTaken, match="does not take"):
        inspect(SOUND["png"](), POLICY.model_copy(update={"kinds": ("pdf",)}))
    with pytest.raises(NotTaken, match="larger than 1 megabytes"):
        inspect(b"a" * (MEGABYTE + 1), POLICY.model_copy(update={"most_megabytes": 1}))


@pytest.mark.parametrize("answer", ["", "[]", "{}", "7", '{"kind": []}', '{"kind": "x", "doubt": ""}'])
def test_an_answer_that_hostile_code_made_up_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-c", f"print({answer!r})"])
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"anything", POLICY)
    with pytest.raises(inspecting.Ended):
        inspecting.show(b"anything", KINDS["pdf"], 1)


def test_a_file_that_takes_all_its_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "INSIDE", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(inspecting, "SECONDS", 0)
    monkeypatch.setattr(inspecting, "WAITING", 0.3)
    with pytest.raises(NotTaken, match="too involved"):
        inspect(b"anything", POLICY)


def test_a_scanner_of_the_installation_has_the_last_word(settings: LazySettings, tmp_path: Path) -> None:
    settings.SCANNER = f"{sys.executable} -c 'import sys; sys.exit(b\"bad\" in sys.stdin.buffer.read())'"
    assert inspect(b"a good word", POLICY).kind.id == "text"
    with pytest.raises(NotTaken, match="virus scanner refuses"):
        inspect(b"a bad word", POLICY)


def test_where_the_scanner_is_down_nothing_is_taken(settings: LazySettings) -> None:
    settings.SCANNER = "/nowhere/at/all"
    with pytest.raises(NotNow, match="does not answer"):
        inspect(b"a good word", POLICY)
