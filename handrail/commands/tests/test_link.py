"""`handrail link` on the records of a file, and on the subjects in the database."""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from handrail.commands import app
from handrail.config.database import Role
from handrail.subjects.match_record_actions import index_subjects
from handrail.subjects.match_records import IndexReason
from handrail.subjects.models import Link, PossibleMatch, Subject

RECORDS = """record_id,given_name,family_name,date_of_birth,address,town,postcode
a1,Zerlinda,Quillfeather,2001-02-03,12 Sycamore Road,Borchester,BX4 7QQ
a2,Thomas,Archibald,1961-11-30,4 Mill Lane,Felpersham,BX9 1AA
a3,Zerlinda,Quilfether,2001-03-02,12 Sycamore Road,Borchester,BX4 7QQ
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records.csv").write_text(RECORDS, encoding="utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["link", "--work", "work", "--processes", "1", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_proposals_are_written_with_why_and_the_folder_of_the_work_goes(folder: Path) -> None:
    status, said = run("records.csv", "--out", "out.csv")
    assert status == 1, said
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["record_id"], row["other_id"], row["strength"]) == ("a3", "a1", "strong")
    assert "spellings of one name" in row["why"]
    assert "1 proposals, written to out.csv" in said
    assert not (folder / "work").exists()


def test_a_machine_reads_what_was_done(folder: Path) -> None:
    status, said = run("records.csv", "--out", "out.csv", "--from", "90", "--json")
    assert status == 0, said
    told = json.loads(said)
    assert (told["records"], told["compared"], told["proposals"]) == (3, 1, 0)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nothing.csv", "--out", "out.csv"), "cannot be opened"),
        (("empty.csv", "--out", "out.csv"), "no column record_id"),
        (("records.csv",), "--out"),
        (("records.csv", "--out", "out.csv", "--mapping", "nothing.toml"), "cannot be opened"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path, words: tuple[str, ...], why: str) -> None:
    (folder / "empty.csv").write_text("", encoding="utf-8")
    status, said = run(*words)
    assert status == 2
    assert why in said
    assert "Traceback" not in said
    assert not (folder / "out.csv").exists()


def test_a_file_that_changed_is_not_taken_for_the_one_before(folder: Path) -> None:
    (folder / "work").mkdir()
    (folder / "work" / "asked.json").write_text('{"records": "other"}')
    status, said = run("records.csv", "--out", "out.csv")
    assert (status, "holds work on something else" in said) == (2, True)


def test_without_the_extra_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    monkeypatch.delitem(sys.modules, "handrail.subjects.linking.duck", raising=False)
    status, said = run("records.csv", "--out", "out.csv")
    assert (status, "handrail[link]" in said) == (2, True)


def test_how_the_file_was_read_and_what_was_not_understood_is_said(folder: Path) -> None:
    (folder / "records.csv").write_bytes(
        "record_id;given_name;telephone;colour\n1;Zoë;7.7009E+09;red\n2;#N/A;;\n".encode("cp1252")
    )
    status, said = run("records.csv", "--out", "out.csv", "--from", "90")
    assert status == 1, "what was not understood is no all-clear"
    for told in (
        "records.csv: The file is not UTF-8; it was read as Windows-1252.",
        "records.csv: The values are separated by a semicolon.",
        "records.csv: Columns that were not used: colour.",
        "records.csv, row 2, telephone: this is not a phone number, and was not compared.",
        "records.csv, row 3, given_name: The cell shows an error of the spreadsheet",
        "2 cells were not understood and not compared.",
        "0 proposals",
    ):
        assert said.count(told) == 1, said
    _, said = run("records.csv", "--out", "out.csv", "--json")
    assert (json.loads(said)["not understood"], len(json.loads(said)["cells"])) == (2, 2)


def test_work_that_goes_on_says_it_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "records.csv").write_text(
        "record_id,given_name,telephone\n1,Zo,7.7009E+09\n2,Bo,\n", encoding="utf-8"
    )
    with monkeypatch.context() as stopped:
        stopped.setattr("shutil.rmtree", lambda *_: None)
        run("records.csv", "--out", "out.csv")
    assert (folder / "work" / "read.txt").exists()
    assert "1 cells were not understood" in run("records.csv", "--out", "out.csv")[1]


@contextmanager
def as_role(role: Role) -> Iterator[None]:
    """The rights and rows of a role, in the transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE handrail_{role}")
        yield
        cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_those_on_record_are_proposed_to_people_and_nothing_is_linked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.commands.installation.opened", as_role)
    one, other = (
        Subject.objects.create(
            given_name="Zerlinda", family_name=family, date_of_birth=date(2001, 2, 3), postcode="BX4 7QQ"
        )
        for family in ("Quillfeather", "Quilfether")
    )
    index_subjects([one, other], IndexReason.INTAKE)
    for status in (1, 1):
        assert run()[0] == status
        match = PossibleMatch.objects.get()
        assert {match.subject_id, match.other_id} == {one.pk, other.pk}
        assert (match.because, match.strong, match.answer) == (IndexReason.BULK, True, "")
    assert not Link.objects.exists()
