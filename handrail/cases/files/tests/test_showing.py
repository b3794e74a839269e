"""What a sealed file says is shown where it stands in the file."""

import pytest

from handrail.cases.files.inside import showing
from handrail.cases.files.inside.showing import show
from handrail.cases.files.tests.sound import archive, odt_with

STRINGS = "<sst><si><t>first</t></si><si/><si><r><t>th</t></r><r><t>ird</t></r></si><si><t> </t></si></sst>"


def book(*cells: str, strings: str = STRINGS) -> bytes:
    """Return the two parts of a workbook that are shown, with these cells as its only row."""
    sheet = f"<worksheet><sheetData><row>{''.join(cells)}</row></sheetData></worksheet>"
    return archive({"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings})


def cell(name: str, value: str, more: str = ' t="s"', formula: str = "") -> str:
    return f'<c r="{name}"{more}>{formula}<v>{value}</v></c>'


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ([cell("A1", "0"), cell("B1", "1"), cell("C1", "2")], "first\t\tthird"),
        ([cell("A1", "0"), cell("D1", "2")], "first\t\t\tthird"),
        ([cell("B1", "2"), cell("XFD1", "0")], "\tthird" + "\t" * 21 + "first"),
        ([cell("A1", " 2 "), cell("B1", "0<!-- -->"), cell("C1", "00<!-- -->2")], "third\tfirst\tthird"),
        ([cell("A1", "2", formula="<f>0</f>")], "0 = third"),
        ([cell("A1", "2", "")], "2"),
        ([cell("A1", "9"), cell("B1", "9" * 5000)], "9\t" + "9" * 5000),
    ],
)
def test_each_text_of_a_sheet_stands_in_its_own_cell(cells: list[str], line: str) -> None:
    assert show(book(*cells), "xlsx", 1).text == line


def test_a_text_with_other_ends_of_lines_is_still_one_text() -> None:
    strings = "<sst><si><t>first</t><p/><br/></si><si><t>second</t></si></sst>"
    assert show(book(cell("A1", "1"), strings=strings), "xlsx", 1).text == "second"


def test_what_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    content = odt_with("<p>Said in the yard</p>")
    assert not show(content, "odt", 1).cut
    monkeypatch.setattr(showing, "LONGEST", 4)
    assert (show(content, "odt", 1).text, show(content, "odt", 1).cut) == ("Said", True)
