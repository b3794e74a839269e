"""One reader of telephones: the number that rings, and nothing that is none."""

import pytest

from handrail.written.telephones import read_telephones

MOBILE, LEEDS = "700900123", "134960123"


@pytest.mark.parametrize(
    "written",
    [
        "07700900123", "07700 900123", "+44 7700 900123", "+44 (0)7700 900123",
        "0044 7700 900123", "(07700) 900123",
        "07700-900-123", "7700900123.0", "07700 900123 ext 12", "07700 900123 x12",
        "07700900123 extension: 4",
        "07700 900123 #4", "mob 07700 900123 (mum's)", "07700\u00a0900123", "０７７００ ９００１２３",
        "7,700,900,123", "O7700 9OO123", "o77oo9oo123", "077009OO1 23", "+44 77OO 9OO l23",
        "07700\u200b900123",
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert read_telephones(written) == (MOBILE,)


@pytest.mark.parametrize("between", [" / ", "/", ", ", "; ", " or ", " and ", "\n", " ", " & ", " home "])
def test_two_numbers_in_one_cell_are_two(between: str) -> None:
    assert read_telephones(f"07700 900123{between}0113 496 0123") == (MOBILE, LEEDS)


def test_a_stroke_within_a_number_makes_no_two() -> None:
    assert read_telephones("0113/4960123") == (LEEDS,)
    assert read_telephones("0113 496 0123/4") == (LEEDS,)


@pytest.mark.parametrize(
    "written", ["7.7009E+09", "7,7009e+9", "7.7E9", "00000000000", "999", "n/a", "", "unknown", "1" * 30]
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert read_telephones(written) == ()
