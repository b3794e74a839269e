"""Dates of birth that are known in part: what is not known neither agrees nor contradicts."""

import pytest

from handrail.subjects.matching import Commonness, Known, Name, Outline, Strength, compare, outline_of
from handrail.subjects.matching.tests.people import alike, outline


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


def test_a_sibling_with_a_first_of_january_is_not_very_like_by_the_family_and_the_home() -> None:
    home = ("56 Sycamore Court", "Borchester", "BX4 7QQ")
    asked = outline("", "Quillfeather", "2008-02-06", *home)
    assert alike(asked, outline("Kit", "Quillfeather", "2011-01-01", *home)).strength is Strength.POSSIBLE
    assert alike(asked, outline("Kit", "Quillfeather", "2008-02-06", *home)).strength is Strength.STRONG


def test_a_year_apart_counts_no_less_beside_a_first_of_january() -> None:
    asked, january, may = (outline(born=born) for born in ("2016-03-05", "2015-01-01", "2015-05-07"))
    assert alike(asked, january).weight == alike(asked, may).weight < 0
