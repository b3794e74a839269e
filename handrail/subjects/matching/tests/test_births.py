"""Dates of birth that are known in part: what is not known neither agrees nor contradicts."""

import pytest

from handrail.subjects.matching import Commonness, Known, Name, Outline, compare, outline_of


def said(one: str, other: str) -> str:
    """What the comparison of two dates of birth says."""
    return compare(_born(one), _born(other), Commonness.usual()).why


def _born(written: str) -> Outline:
    return outline_of(Known(names=(Name("Zerlinda", "Quillfeather"),), births=(written,)))


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("2009", "2009-03-27", "Same year of birth, as far as it is known"),
        ("2009", "2009", "Same year of birth, as far as it is known"),
        ("03/2009", "27-Mar-2009", "agrees in two of day, month and year"),
        ("27/3/09", "2009-03-27", "agrees in two of day, month and year"),
        ("03/2009", "2009-05-27", "Same year of birth, another day"),
        ("2008", "2009-03-27", "Born a year apart"),
        ("1980", "2009-03-27", "Born a generation apart"),
    ],
)
def test_a_date_known_in_part_is_compared_by_what_is_known(one: str, other: str, words: str) -> None:
    assert words in said(one, other)
    assert words in said(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("27/3", "2009"), ("27/3/09", "2009"), ("nonsense", "2009-03-27")]
)
def test_dates_with_nothing_known_in_common_say_nothing(one: str, other: str) -> None:
    assert "irth" not in said(one, other)
    assert "Born" not in said(one, other)


def test_a_year_of_two_digits_is_no_generation_apart() -> None:
    assert "generation" not in said("27/3/09", "2009-05-01")
