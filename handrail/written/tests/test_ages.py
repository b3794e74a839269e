"""Ages as people write them."""

import pytest

from handrail.written.ages import read_age, says_an_age


@pytest.mark.parametrize(
    "written",
    [
        "16",
        "aged 16",
        "Age: 16",
        "16 years",
        "16yrs",
        "16 y/o",
        "c. 16",
        "approx. 16",
        "~16",
        "16 years old",
        "16 (approx)",
    ],
)
def test_an_age_is_the_same_however_it_is_written(written: str) -> None:
    assert read_age(written) == 16


@pytest.mark.parametrize("written", ["16-17", "10 months", "teens", "2009", "15.5", "Year 9", "", "16/4"])
def test_what_is_no_age_in_years_is_none(written: str) -> None:
    assert read_age(written) is None


def test_a_number_alone_does_not_say_that_it_is_an_age() -> None:
    assert says_an_age("aged 16")
    assert says_an_age("16 yrs")
    assert not says_an_age("16")
