"""Strict reading of tables: no row is swallowed, no name turned into another, and nothing passes unsaid."""

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel
from openpyxl.worksheet.worksheet import Worksheet

from handrail.written.delimited import encoding_of
from handrail.written.rows import Unreadable
from handrail.written.tables import Table, open_table, read_table

THE_DAY = datetime(2009, 3, 27)  # noqa: DTZ001 a workbook knows no zone
HEADER = "reference,name,town,said\n"
ROWS = "1,Ann,Leeds,Yes\n2,Ben,York,No\n3,Cy,Hull,Yes\n"


def table(path: Path, content: str | bytes, **how: str) -> Table:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, **how)


def refused(path: Path, content: str | bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        table(path, content)
    return str(refusal.value)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def test_every_line_below_the_header_is_a_row_and_it_is_said(csv: Path) -> None:
    read = table(csv, HEADER + ROWS + "\n")
    assert [row.cells[1] for row in read.rows] == ["Ann", "Ben", "Cy"]
    assert "5 lines were read as 5 rows" in read.notes[-1]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('1,Ann,Leeds,"Yes\n2,Ben,York,No\n', "ends inside a quoted cell, which begins in line 2"),
        ('1,Ann,Leeds,Yes\n2,"Ben,York,No\n3,Cy,Hull,Yes\n', "which begins in line 3"),
        ('1,Ann,Leeds,"He said "no" twice"\n', "Something stands between the end of a quoted cell"),
        ('1,Ann,Leeds,"Yes\n2,Ben,York,No\n3,Cy,Hull,"No"\n', "in line 4 (the row begins in line 2)"),
        # Two marks left open make one row of two, and no rule of CSV is broken.
        ('1,Ann,Leeds,"Yes\n2,Ben,York,No"\n', "A cell that begins in line 2 reaches over rows up to line 3"),
        ('1,Ann,"Leeds,Yes\n2,Ben,York",No\n', "reaches over rows up to line 3"),
        ('1,Ann,Leeds,"Yes\n2,Ben,York,No\n3,Cy,Hull,Yes"\n', "up to line 4"),
        ('"1,Ann,Leeds,Yes\r2",Ben,York,No\n', "up to line 3"),
    ],
)
def test_a_quotation_mark_that_is_left_open_swallows_nobody(csv: Path, rows: str, message: str) -> None:
    assert message in refused(csv, HEADER + rows)


def test_a_text_of_several_lines_with_commas_stays_one_cell(csv: Path) -> None:
    said = "He came, sat down, said no, and left.\nHe came again, sat, said yes, and stayed, they say."
    read = table(csv, f'{HEADER}1,Ann,Leeds,"{said}"\n2,Ben,York,"She said ""no""."\n3,Cy,Hull,5" nails\n')
    assert [row.cells[3] for row in read.rows] == [said, 'She said "no".', '5" nails']
    assert not any(row.faults for row in read.rows)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_in_several(csv: Path, ends: str) -> None:
    read = table(csv, (HEADER + ROWS).replace("\n", ends).replace("Leeds,Yes" + ends, "Leeds,Yes\r\n"))
    assert [row.cells for row in read.rows] == [line.split(",") for line in ROWS.split()]


def test_a_row_with_other_cells_than_the_header_is_at_fault(csv: Path) -> None:
    more, fewer, blank = table(csv, HEADER + "1,Ann,Leeds,Yes, he did\n2,Ben,York\n3,Cy,,,\n").rows
    assert "1 more filled cells" in more.faults[3]
    assert "1 cells fewer" in fewer.faults[3]
    assert (more.is_misshapen, fewer.is_misshapen, blank.is_misshapen) == (True, True, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            HEADER.encode() + "1,Wiśniewski,Łódź,".encode() + b"No\xebl\n",
            "Line 2 holds a byte that is not UTF-8",
        ),
        (HEADER.encode() + "1,Ann,Leeds,Zoë".encode()[:-1], "ends in the middle of a character"),
        ((HEADER + ROWS).encode("utf-16-le"), "two bytes a letter"),
        ((HEADER + ROWS).encode("utf-16")[:-1], "ends in the middle of a character, or is damaged"),
    ],
)
def test_a_file_of_two_encodings_or_a_cut_one_turns_no_name_into_another(
    csv: Path, content: bytes, message: str
) -> None:
    assert message in refused(csv, content)


def test_a_file_without_a_letter_of_utf_8_is_windows_1252_and_says_where_to_look(csv: Path) -> None:
    read = table(csv, (HEADER + "1,Ann,Leeds,Yes\n2,Zoë,York,No\n").encode("cp1252"))
    assert read.rows[1].cells[1] == "Zoë"
    assert any("the first is in line 3" in note for note in read.notes)


def test_a_bad_byte_far_into_a_long_file_is_found(csv: Path) -> None:
    rows = "".join(f"{n},Zoë,Leeds,Yes\n" for n in range(80_000)).encode()
    csv.write_bytes(HEADER.encode() + rows + b"9,Zo\xeb,Leeds,Yes\n")
    with pytest.raises(Unreadable, match="Line 80002 holds a byte"):
        encoding_of(csv, [])


@pytest.mark.parametrize(("cell", "message"), [("Wi\ufffdniewski", "A letter of this was lost"),
    ("#N/A", "error of the spreadsheet"), ("#REF!", "error of the spreadsheet"), ("#####", "error of the"),
    ("#FORMULA! =B2", "This is a formula")])  # fmt: skip
def test_a_cell_that_lost_its_value_is_at_fault(csv: Path, cell: str, message: str) -> None:
    (row,) = table(csv, f"{HEADER}1,{cell},Leeds,Yes\n").rows
    assert message in row.faults[1]
    assert row.cells[1] == cell


def test_a_blank_before_a_quotation_mark_is_at_fault(csv: Path) -> None:
    (row,) = table(csv, f'{HEADER}1,Ann,Leeds, "Yes"\n').rows
    assert "A blank stands before the quotation mark" in row.faults[3]


@pytest.mark.parametrize("said", ["sep=;\r\n", "SEP=;\n", '"sep=;"\n'])
def test_the_separator_that_a_spreadsheet_was_told_is_used(csv: Path, said: str) -> None:
    read = table(csv, said + (HEADER + "1,Ann,Leeds,a;b\n").replace(",", ";").replace("a;b", '"a;b"'))
    assert (read.header[0], read.rows[0].cells[3]) == ("reference", "a;b")
    assert read.rows[0].number == 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_heading_may_have_line_breaks(csv: Path, separator: str) -> None:
    content = separator.join(['"Source\r\nreference"', '"full\nname"', "town", "said"]) + "\n"
    read = table(csv, content + separator.join(["1", "Ann", "Leeds", "Yes"]) + "\n")
    assert (read.header, read.rows[0].cells[1]) == (["Source reference", "full name", "town", "said"], "Ann")


def test_a_number_kept_as_text_for_a_spreadsheet_keeps_its_noughts(csv: Path) -> None:
    (row,) = table(csv, f'{HEADER}="00457",Ann,Leeds,Yes\n').rows
    assert row.cells[0] == "00457"


def test_a_file_of_any_length_is_read_row_by_row(csv: Path) -> None:
    csv.write_text(HEADER + ROWS, encoding="utf-8")
    header, rows = open_table(csv, [])
    assert header == HEADER.strip().split(",")
    assert next(rows).cells[1] == "Ann"


def book(**sheets: list[list[Any]]) -> dict[str, Worksheet]:
    """A workbook with these sheets; save it with `saved`."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    found = {}
    for title, rows in sheets.items():
        found[title] = made.create_sheet(title)
        for row in rows:
            found[title].append(row)
    return found


def saved(sheets: dict[str, Worksheet], path: Path) -> Path:
    next(iter(sheets.values())).parent.save(path)
    return path


TOP = ["reference", "name"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_sheet_that_is_seen_is_read_and_others_are_named(tmp_path: Path, state: str) -> None:
    sheets = book(Old=[TOP, ["1", "Old"]], Now=[TOP, ["2", "Now"]], Notes=[["Anything"]])
    sheets["Old"].sheet_state = state
    path = saved(sheets, tmp_path / "a.xlsx")
    read = read_table(path)
    assert [row.cells for row in read.rows] == [["2", "Now"]]
    assert read.notes == ["The sheet “Now” was read; not read: “Notes”; hidden, and not read: “Old”."]
    asked = read_table(path, "Old")
    assert asked.rows[0].cells == ["1", "Old"]
    assert "although it is hidden" in asked.notes[0]


def test_of_two_sheets_with_the_same_columns_somebody_has_to_say_which(tmp_path: Path) -> None:
    path = saved(book(Y23=[TOP, ["1", "A"]], Y24=[TOP, ["2", "B"]]), tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match=r"“Y23”, “Y24” have the same columns.*--sheet NAME"):
        read_table(path)
    assert read_table(path, "Y24").rows[0].cells == ["2", "B"]


def test_rows_that_are_filtered_out_are_taken_only_where_somebody_says_so(tmp_path: Path) -> None:
    sheets = book(Now=[TOP, ["1", "Seen"], ["2", "Filtered"], ["3", "Seen too"]])
    sheets["Now"].auto_filter.ref = "A1:B4"
    sheets["Now"].row_dimensions[3].hidden = True
    path = saved(sheets, tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match=r"1 rows are hidden or filtered out in the workbook .row 3"):
        read_table(path)
    assert [row.cells[0] for row in read_table(path, hidden="leave-out").rows] == ["1", "3"]
    read = read_table(path, hidden="read")
    assert [row.cells[0] for row in read.rows] == ["1", "2", "3"]
    assert any("they were read, as you said" in note for note in read.notes)


def test_hidden_columns_are_read_and_named(tmp_path: Path) -> None:
    sheets = book(Now=[TOP, ["1", "Ann"]])
    sheets["Now"].column_dimensions["B"].hidden = True
    read = read_table(saved(sheets, tmp_path / "a.xlsx"))
    assert read.rows[0].cells == ["1", "Ann"]
    assert "Hidden columns were read as well: B." in read.notes


def test_merged_cells_are_refused_because_all_but_one_of_them_are_blank(tmp_path: Path) -> None:
    sheets = book(Now=[TOP, ["1", "Ann"], ["2", "Ann"]])
    sheets["Now"].merge_cells("B2:B3")
    with pytest.raises(Unreadable, match=r"Cells are merged .B2:B3"):
        read_table(saved(sheets, tmp_path / "a.xlsx"))


def test_a_formula_without_a_value_is_refused_and_not_blank(tmp_path: Path) -> None:
    path = saved(book(Now=[TOP, ["1", "=B3"], ["2", "Ann"]]), tmp_path / "a.xlsx")
    first, _ = read_table(path).rows
    assert first.cells[1] == "#FORMULA! =B3"
    assert "This is a formula" in first.faults[1]


def test_numbers_keep_the_noughts_that_they_are_shown_with(tmp_path: Path) -> None:
    sheets = book(Now=[TOP, [457, 7700900123.0], [457, 1.5]])
    sheets["Now"]["A2"].number_format = "00000"
    read = read_table(saved(sheets, tmp_path / "a.xlsx"))
    assert [row.cells for row in read.rows] == [["00457", "7700900123"], ["457", "1.5"]]


def test_days_of_a_workbook_that_counts_from_1904_are_the_same(tmp_path: Path) -> None:
    sheets = book(Now=[TOP, ["1", "later"]])
    sheets["Now"].parent.epoch = CALENDAR_MAC_1904
    sheets["Now"]["B2"].value = THE_DAY
    path = saved(sheets, tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as parts:
        counted = str(int(to_excel(THE_DAY, CALENDAR_MAC_1904))).encode()
        assert b"date1904" in parts.read("xl/workbook.xml")
        assert counted in parts.read("xl/worksheets/sheet1.xml")
    assert read_table(path).rows[0].cells == ["1", "2009-03-27"]


# As others leave a file behind


@pytest.mark.parametrize(
    "said",
    [
        "sep=\\t\n",
        "sep = ;\n",
        "\r\nsep=;\r\n",
        "sep=;;;;;\n",
        '"sep=;"\r\n',
        "SEP=|\n",
    ],
)
def test_a_line_that_says_the_separator_may_have_been_saved_anew(csv: Path, said: str) -> None:
    separator = "\t" if "t" in said else "|" if "|" in said else ";"
    read = table(csv, said + separator.join("ab") + "\n" + separator.join(("1", "2, 3")) + "\n")
    assert (read.header, [row.cells for row in read.rows]) == (["a", "b"], [["1", "2, 3"]])


def test_a_title_above_the_header_is_refused_and_says_where_the_header_is(csv: Path) -> None:
    message = refused(csv, "Referrals of March,,,\n\na,b,c,d\n1,2,3,4\n")
    assert "row 3 has 4" in message
    assert "delete what stands above it" in message
    assert table(csv, "name\nAnn\nBen\n").header == ["name"]


@pytest.mark.parametrize(
    "name", ["ZoÃ«", "WiÅ›niewski", "Å�ukasz".replace("�", "\u0081"), "MarÃ\xada", "Ã‰milie"]
)
def test_letters_that_came_out_wrong_before_are_at_fault(csv: Path, name: str) -> None:
    [row] = table(csv, f"name,note\n{name},x\n").rows
    assert "came out wrong" in row.faults[0]


@pytest.mark.parametrize(
    "name", ["ANDRÉ’S", "João", "SÃO", "Åsa", "Ärlig – “Ä”", "Łukasz", "Çağlar", "Nuñez"]
)
def test_names_with_the_same_letters_are_none_of_them(csv: Path, name: str) -> None:
    [row] = table(csv, f"name;note\n{name};x\n").rows
    assert (row.cells, row.faults) == ([name, "x"], {})


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Łukasz", "iso-8859-2"),
        ("Boże", "cp1250"),
        ("René", "mac-roman"),
        ("Владимир", "cp1251"),
        ("Işıl", "cp1254"),
    ],
)
def test_a_file_in_yet_another_encoding_is_refused_and_not_read_as_windows_1252(
    csv: Path, name: str, encoding: str
) -> None:
    assert "another encoding" in refused(csv, f"name,note\nAnn,x\n{name},y\n".encode(encoding))


@pytest.mark.parametrize("name", ["René", "Müller’s", "Nuñez", "Åse", "Ó Néill", "Groß", "£5 – 20°"])
def test_a_name_of_western_europe_is_read_as_windows_1252(csv: Path, name: str) -> None:
    assert table(csv, f"name,note\n{name},x\n".encode("cp1252")).rows[0].cells[0] == name


def test_a_row_of_no_height_is_hidden(tmp_path: Path) -> None:
    path = saved(book(Sheet=[["a", "b"], [1, 2], [3, 4]]), tmp_path / "flat.xlsx")
    flattened(path)
    with pytest.raises(Unreadable, match="hidden or filtered out"):
        read_table(path)
    assert [row.cells for row in read_table(path, hidden="leave-out").rows] == [["1", "2"]]


def flattened(path: Path) -> None:
    """Write the workbook anew with its third row of no height, as another program hides it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="3" ht="0" customHeight="1"')
    assert b'ht="0"' in parts[sheet]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_at_fault(tmp_path: Path) -> None:
    path = saved(book(Sheet=[["a", "b"], [123456789012345678, 7700900123]]), tmp_path / "long.xlsx")
    [row] = read_table(path).rows
    assert list(row.faults) == [0]
    assert "fifteen digits" in row.faults[0]
