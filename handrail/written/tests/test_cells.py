"""What Handrail writes into tables is dead to a spreadsheet, and is read again as it was."""

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handrail
from handrail.written.cells import LIVE, NUMBER, Writer, escaped, unescaped

RUN = ["=1+1", "+1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "+44 7700 900123", "'=1"]
RUN += ["＝1", "＋1", "－A1", "＠SUM(A1)"]
LEFT = ["", "Amber", "O'Neill", "-5.25", "-3", "-1e-06", "2009-03-27", "a=b", "'s-Gravenhage"]
ROOT = Path(handrail.__file__).parent
INSIDE = {
    # Written for this code alone, and read by it again.
    "subjects/linking/running.py",
    "written/cells.py",
}


@pytest.mark.parametrize("cell", RUN)
def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text(cell: str) -> None:
    assert escaped(cell) == f"'{cell}"
    assert unescaped(escaped(cell)) == cell


@pytest.mark.parametrize("cell", LEFT)
def test_every_other_cell_stays_as_it_is(cell: str) -> None:
    assert escaped(cell) == cell
    assert unescaped(cell) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n＝－ aB1.\"é"), max_size=8))
def test_every_cell_comes_back_as_it_was(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    assert escaped(unescaped(escaped(cell))) == escaped(cell)


@given(st.lists(st.text(st.sampled_from("'=+-@\t\r\n＝ aB1,\"é"), max_size=8), min_size=1, max_size=4))
def test_a_row_comes_back_through_a_file_and_none_of_it_is_live(row: list[str]) -> None:
    file = io.StringIO(newline="")
    Writer(file).writerow(row)
    file.seek(0)
    [cells] = csv.reader(file)
    assert [unescaped(cell) for cell in cells] == row
    assert not any(cell.lstrip().startswith(("=", "+", "@", "＝")) for cell in cells)
    assert all(cell.startswith("'") or NUMBER.fullmatch(cell) or not LIVE.match(cell) for cell in cells)


def test_no_file_of_rows_is_written_in_another_way() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"writer", "DictWriter"}
        if isinstance(node.value, ast.Name) and node.value.id == "csv"
    }
    assert found == INSIDE
