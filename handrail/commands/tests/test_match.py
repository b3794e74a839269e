"""`handrail match`: any two files, and pairs of names."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from handrail.commands import app

PEOPLE = """record_id,given_name,family_name,date_of_birth,address,town,postcode
a1,Zerlinda,Quillfeather,2001-02-03,12 Sycamore Road,Borchester,BX4 7QQ
a2,Thomas,Archibald,1961-11-30,4 Mill Lane,Felpersham,BX9 1AA
"""
QUERIES = """record_id,full_name,date_of_birth
q1,Quilfether Zerlinda,02/03/2001
q2,😀,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "queries.csv").write_text(QUERIES, encoding="utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["match", *words])
    return done.exit_code, done.output


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_query_is_answered_with_whom_it_may_be_and_why(folder: Path) -> None:
    status, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert status == 0, said
    found = rows(folder / "out.csv")
    assert [(row["query_id"], row["person_id"], row["rank"]) for row in found[:1]] == [("q1", "a1", "1")]
    assert "spellings of one name" in found[0]["why"]
    assert float(found[0]["weight"]) > 16
    assert 0.99 < float(found[0]["probability"]) <= 1


def test_a_machine_reads_what_was_done(folder: Path) -> None:
    _, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv", "--json")
    told = json.loads(said)
    assert "people.csv: The values are separated by a comma." in told.pop("notes")
    assert told == {"people": 2, "queries": 2, "queries answered": 1}


def test_a_mapping_file_says_which_column_is_which(folder: Path) -> None:
    (folder / "theirs.csv").write_text("id;sn\nq1;Quillfeather\n", encoding="utf-8")
    (folder / "mapping.toml").write_text(
        '[columns]\nid = "record_id"\nsn = "family_name"\n', encoding="utf-8"
    )
    status, said = run(
        *(
            "--people",
            "people.csv",
            "--queries",
            "people.csv",
            "--out",
            "out.csv",
            "--mapping",
            "nowhere.toml",
        )
    )
    assert (status, "mapping file cannot be opened" in said) == (2, True)
    from handrail.subjects.matching.files import Columns, People

    found = People(folder / "people.csv", Columns()).asked(
        folder / "theirs.csv", Columns({"id": "record_id", "sn": "family_name"}), 1
    )
    assert [row[1] for near in found for row in near] == ["a1"]


def test_pairs_of_names_are_weighed_alone(folder: Path) -> None:
    (folder / "pairs.csv").write_text("name1,name2\nMohammed,Muhamad\nAnna,Bertram\n", encoding="utf-8")
    status, _ = run("--names", "pairs.csv", "--out", "out.csv")
    one, other = rows(folder / "out.csv")
    assert (status, float(one["weight"]) > 0 > float(other["weight"])) == (0, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name,other\nx,y\n", "has no column record_id"),
        (b"record_id,colour\n1,red\n", "says nothing of anybody"),
        (b"\xff\xfe\x00\x80\x81", "is not UTF-8 text"),
        (b"", "has no column record_id"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do_and_leaves_nothing(
    folder: Path, content: bytes, says: str
) -> None:
    (folder / "bad.csv").write_bytes(content)
    status, said = run("--people", "bad.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert (status, says in said) == (2, True), said
    assert not list(folder.glob("out.csv*"))


def test_it_wants_two_files_or_pairs(folder: Path) -> None:
    assert run("--people", "people.csv", "--out", "out.csv")[0] == 2
    assert run("--people", "nowhere.csv", "--queries", "queries.csv", "--out", "out.csv")[0] == 2


@pytest.mark.parametrize(
    "written",
    ["27-Mar-2009", "27 March 2009", "27/03/2009", "20090327", "2009-03-27T00:00:00Z", "March 27, 2009"],
)
def test_a_date_of_birth_is_the_same_however_either_file_writes_it(folder: Path, written: str) -> None:
    head = "record_id,given_name,family_name,date_of_birth\n"
    (folder / "people.csv").write_text(f'{head}p1,Zerlinda,Quillfeather,"{written}"\n', encoding="utf-8")
    (folder / "queries.csv").write_text(f"{head}q1,Zerlinda,Quillfeather,2009-03-27\n", encoding="utf-8")
    for people, queries in (("people.csv", "queries.csv"), ("queries.csv", "people.csv")):
        run("--people", people, "--queries", queries, "--out", "out.csv")
        (found,) = rows(folder / "out.csv")
        assert "Same date of birth" in found["why"]


def test_a_file_that_proves_the_month_first_is_read_so_as_a_whole(folder: Path) -> None:
    head = "record_id,given_name,family_name,date_of_birth\n"
    others = "p2,Tobias,Archibald,11/30/1961\n"
    (folder / "people.csv").write_text(
        f"{head}p1,Zerlinda,Quillfeather,03/04/2009\n{others}", encoding="utf-8"
    )
    (folder / "queries.csv").write_text(f"{head}q1,Zerlinda,Quillfeather,2009-03-04\n", encoding="utf-8")
    run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert "Same date of birth" in rows(folder / "out.csv")[0]["why"]


@pytest.mark.parametrize(
    ("people", "says"),
    [
        (
            'record_id,family_name\np1,"Quill\np2,Feather\n',
            "ends inside a quoted cell, which begins in line 2",
        ),
        ("record_id,family_name\np1,Quill,Feather\n", "row 2: The row has 1 more filled cells"),
        ("record_id,family_name,family_name\np1,Quill,Feather\n", "more than one column family_name"),
    ],
)
def test_a_file_that_would_lose_somebody_is_refused(folder: Path, people: str, says: str) -> None:
    (folder / "people.csv").write_text(people, encoding="utf-8")
    status, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert (status, says in said) == (2, True), said
    assert not (folder / "out.csv").exists()


def test_a_file_of_another_encoding_and_a_workbooks_separator_are_read(folder: Path) -> None:
    content = "sep=;\r\nrecord_id;given_name;family_name\r\np1;Zoë;Quillfeather\r\n".encode("cp1252")
    (folder / "people.csv").write_bytes(content)
    (folder / "queries.csv").write_text("record_id,full_name\nq1,Zoë Quillfeather\n", encoding="utf-8")
    status, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert status == 0, said
    assert rows(folder / "out.csv")[0]["person_id"] == "p1"


def test_a_workbook_is_read_by_its_visible_sheet_or_the_one_that_the_mapping_names(folder: Path) -> None:
    book = openpyxl.Workbook()
    for title, name in (("Old", "Archibald"), ("Now", "Quillfeather")):
        sheet = book.create_sheet(title)
        sheet.append(["record_id", "family_name"])
        sheet.append([title, name])
        sheet.sheet_state = "visible" if title == "Now" else "hidden"
    book.remove(book.worksheets[0])
    book.save(folder / "people.xlsx")
    (folder / "mapping.toml").write_text('sheet = "Old"\n', encoding="utf-8")
    (folder / "queries.csv").write_text(
        "record_id,family_name\nq1,Quillfeather\nq2,Archibald\n", encoding="utf-8"
    )
    words = ["--people", "people.xlsx", "--queries", "queries.csv", "--out", "out.csv"]
    for more, found in (([], ("q1", "Now")), (["--mapping", "mapping.toml"], ("q2", "Old"))):
        assert run(*words, *more)[0] == 0
        assert [(row["query_id"], row["person_id"]) for row in rows(folder / "out.csv")] == [found]


def test_what_was_not_understood_is_said_with_its_row(folder: Path) -> None:
    (folder / "queries.csv").write_text(
        "record_id,full_name,date_of_birth,telephone\n"
        "q1,Zerlinda Quillfeather,39899,7.7009E+09\nq2,#N/A,N/K,unknown\nq3,Thomas Archibald,1961-11-30,\n",
        encoding="utf-8",
    )
    status, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert status == 0, said
    assert [line.split(":")[0] for line in said.splitlines() if line.startswith("queries.csv, row")] == [
        "queries.csv, row 2, date_of_birth",
        "queries.csv, row 2, telephone",
        "queries.csv, row 3, full_name",
    ]
    _, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv", "--json")
    assert json.loads(said)["not understood"] == 3
    assert "people.csv: 3 lines were read as 3 rows" in said


def test_how_a_file_was_read_is_said_as_the_import_says_it(folder: Path) -> None:
    content = (
        "record_id;given_name;dob;Notes;date_of_birth\r\np1;Zoë;2009;a;03/04/2009\r\np2;Tom;;;11/30/1961\r\n"
    )
    (folder / "people.csv").write_bytes(content.encode("cp1252"))
    status, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert status == 0, said
    for note in (
        "people.csv: The file is not UTF-8; it was read as Windows-1252.",
        "people.csv: The values are separated by a semicolon.",
        "people.csv: Columns that were not used: dob, Notes.",
        "people.csv: The dates were read with the month first",
        "queries.csv: 1 dates could be two days, and none shows which. They were read with the day first",
    ):
        assert said.count(note) == 1, said


def test_dates_that_contradict_each_other_are_said(folder: Path) -> None:
    (folder / "queries.csv").write_text(
        "record_id,date_of_birth\nq1,30/11/1961\nq2,11/30/1961\nq3,1/2/1961\n", encoding="utf-8"
    )
    _, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    assert (
        "queries.csv: Some dates have the day first and others the month first. 1 could be two days" in said
    )


def test_hidden_sheets_and_filtered_rows_are_said(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet, old = book.active, book.create_sheet("Old")
    assert sheet is not None
    sheet.title, old.sheet_state = "Now", "hidden"
    old.append(["record_id"])
    for row in (["record_id", "family_name"], ["p1", "Quillfeather"], ["p2", "Archibald"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(folder / "people.xlsx")
    words = ["--people", "people.xlsx", "--queries", "queries.csv", "--out", "out.csv"]
    status, said = run(*words)
    assert (status, "say --hidden read or --hidden leave-out" in said) == (2, True)
    status, said = run(*words, "--hidden", "leave-out")
    assert status == 0, said
    assert "people.xlsx: The sheet “Now” was read; hidden, and not read: “Old”." in said
    assert (
        "1 rows are hidden or filtered out in the workbook (row 3); they were left out, as you said." in said
    )
    assert "1 people" in said
    assert "2 people" in run(*words, "--hidden", "read")[1]
    assert "2 people" in run(*words, "--hidden", "read", "--sheet", "Now")[1]


def test_more_than_can_be_shown_is_counted(folder: Path) -> None:
    told = "".join(f"q{number},A B,ask mum,LS1,nobody,about then\n" for number in range(10))
    (folder / "queries.csv").write_text(
        f"record_id,full_name,telephone,postcode,email,date_of_birth\n{told}", encoding="utf-8"
    )
    _, said = run("--people", "people.csv", "--queries", "queries.csv", "--out", "out.csv")
    for column in ("telephone", "postcode", "email", "date_of_birth"):
        assert f"queries.csv, row 2, {column}: this is no" in said
    assert "… and 20 more cells that were not understood." in said
    assert "40 cells were not understood and not compared." in said


def test_pairs_say_how_they_were_read_too(folder: Path) -> None:
    (folder / "pairs.csv").write_text("name1\tname2\tnote\nAnna\t#N/A\tx\n", encoding="utf-8")
    _, said = run("--names", "pairs.csv", "--out", "out.csv")
    assert "pairs.csv: The values are separated by a tab." in said
    assert "pairs.csv: Columns that were not used: note." in said
    assert "1 cells were not understood and not compared." in said
