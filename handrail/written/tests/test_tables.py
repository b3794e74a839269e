import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from handrail.written import tables, workbooks
from handrail.written.rows import Unreadable
from handrail.written.tables import Table, read_table

HEADER = ["reference", "name"]


def refused(path: Path) -> str:
    with pytest.raises(Unreadable) as refusal:
        read_table(path)
    return str(refusal.value)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(path)
    return path


def cells(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("reference,name\n1,Siân\n".encode(), "comma"),
        ("\ufeffreference,name\r\n1,Siân\r\n".encode(), "comma"),
        ("reference;name\n1;Siân\n".encode("cp1252"), "Windows-1252"),
        ("reference\tname\n1\tSiân\n".encode("utf-16"), "tab"),
        ('reference,"name"\n\n1,"Siân"\n,,\n'.encode(), "comma"),
    ],
)
def test_text_is_read_in_whichever_encoding_and_with_whichever_separator(
    tmp_path: Path, content: bytes, note: str
) -> None:
    table = read_table(written(tmp_path / "a.csv", content))
    assert (table.header, cells(table)) == (HEADER, [["1", "Siân"]])
    assert any(note in said for said in table.notes)


def test_a_row_keeps_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", b'reference,name\n\n1,"two\nlines"\n2,b\n'))
    assert [row.number for row in table.rows] == [3, 4]


def test_cells_beyond_the_header_are_a_fault_of_the_row(tmp_path: Path) -> None:
    (row,) = read_table(written(tmp_path / "a.csv", b"reference,name\n1,Ann, of Leeds\n")).rows
    assert "quotation marks" in row.faults[1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"\n\n,,\n", "The file has no header"),
        ("a.csv", b"reference,name\n", "no rows below it"),
        ("a.csv", b'reference,name\n1,"' + b"x" * 200_000, "A quotation mark may be missing"),
        ("a.csv", b"reference,name\n1,\x81\xff\x8d\n", "Save the file as CSV UTF-8"),
        ("a.xlsx", b"reference,name\n1,Ann\n", "This is not a workbook"),
        ("a.xlsx", b"PK\x03\x04 and no more", "The workbook is damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected with a password"),
        ("a.csv", b"PK\x03\x04", "Save it as .xlsx"),
        ("a.pdf", b"%PDF-1.7", "cannot be imported"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    assert message in refused(written(tmp_path / name, content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(tmp_path / "nothing.csv")


def test_a_file_of_50_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "The file has 50 MB; at most 40 MB are read at once. Split it" in refused(path)


def test_more_rows_than_are_read_at_once_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert "more than 3 rows" in refused(written(tmp_path / "a.csv", b"reference,name\n" + b"1,b\n" * 4))


def test_a_workbook_gives_values_as_they_would_be_typed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [12.0, True], [date(2024, 3, 1), "Ann"], [None, None], ["x", 1.5])
    table = read_table(path)
    assert cells(table) == [["12", "yes"], ["2024-03-01", "Ann"], ["x", "1.5"]]
    assert [row.number for row in table.rows] == [2, 3, 5]


def test_formulas_and_errors_of_a_workbook_are_faults_of_their_cells(tmp_path: Path) -> None:
    first, second = read_table(workbook(tmp_path / "a.xlsx", ["=1+1", "Ann"], ["#N/A", "Ben"])).rows
    assert first.faults == {0: "This is a formula; replace the formula by its value."}
    assert "error of the spreadsheet" in second.faults[0]


def test_a_sheet_that_claims_a_million_rows_is_read_for_those_that_are_there(tmp_path: Path) -> None:
    plain, claiming = workbook(tmp_path / "plain.xlsx", ["1", "Ann"]), tmp_path / "claiming.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(claiming, "w") as target:
        for part in source.infolist():
            content = source.read(part).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"')
            target.writestr(part, content)
    assert b"XFD1048576" in zipfile.ZipFile(claiming).read("xl/worksheets/sheet1.xml")
    assert cells(read_table(claiming)) == [["1", "Ann"]]


def test_a_sheet_with_cells_far_to_the_right_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["1", "Ann"])
    book = openpyxl.load_workbook(path)
    book.active["XFD2"] = "far away"
    book.save(path)
    assert "Row 2 reaches 16,384 columns to the right" in refused(path)


def test_a_workbook_that_unpacks_to_far_more_than_it_looks_is_refused(tmp_path: Path) -> None:
    bomb = workbook(tmp_path / "bomb.xlsx", ["1", "Ann"])
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/more.xml", b"0" * (workbooks.SMALL + 1))
    assert "unpacks to 10 MB, more than any table of referrals needs" in refused(bomb)


def test_a_workbook_that_defines_entities_is_refused(tmp_path: Path) -> None:
    plain, hostile = workbook(tmp_path / "plain.xlsx", ["1", "Ann"]), tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(hostile, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content.replace(
                    b"<?xml version='1.0'?>", b""
                )
            target.writestr(part, content)
    assert "The workbook is damaged" in refused(hostile)


def test_a_named_sheet_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["1", "Ann"])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Other").append(["reference"])
    book["Other"].append(["2"])
    book.save(path)
    assert cells(read_table(path, "Other")) == [["2"]]
    with pytest.raises(Unreadable, match="no sheet “Third”; it has “Sheet”, “Other”"):
        read_table(path, "Third")
