"""One reader of dates: every system's format gives one day, and an unknown part stays unknown."""

from datetime import date

import pytest

from handrail.written.days import (
    NotADay,
    ages,
    can_be_two_days,
    day_with_a_slip,
    day_within,
    proof_of_order,
    read_day,
    real_day,
)

THE_DAY = "2009-03-27"


@pytest.mark.parametrize(
    "written",
    [
        "2009-03-27", "2009/3/27", "2009.03.27", "20090327", "27032009", "27/3/2009", "27.03.2009",
        "27-3-2009", "27 3 2009", "27-Mar-2009", "27-MAR-2009", "27MAR2009", "27 March 2009",
        "27th of March 2009", "27. March 2009", "March 27, 2009", "Mar 27 2009", "2009-Mar-27",
        "Friday 27 March 2009",
        "Fri, 27 Mar 2009", "27/03/2009 00:00:00", "2009-03-27T00:00:00", "27/03/2009 12:15 PM",
        "2009-03-27 23:30", "２００９-03-27", "27\u00a03\u00a02009", "27\u20113\u20112009",
        "27\u200b/03/2009", "\u200e27/03/2009\u200f", "\ufeff2009-03-27", "27|03|2009",
        "27,03,2009", "27\\3\\2009", "27, 3, 2009", "Mar 27,2009",
    ],
)  # fmt: skip
def test_a_day_is_the_same_however_it_is_written(written: str) -> None:
    assert read_day(written).text == THE_DAY


@pytest.mark.parametrize(
    ("born", "on", "least_and_most"),
    [
        ("2007-03-27", date(2025, 3, 26), (17, 17)),
        ("2007-03-27", date(2025, 3, 27), (18, 18)),
        ("2007-03", date(2025, 3, 30), (17, 18)),
        ("2007-03", date(2025, 3, 31), (18, 18)),
        ("2008-02", date(2026, 2, 28), (17, 18)),
        ("2007", date(2024, 12, 31), (17, 17)),
        ("2007", date(2025, 1, 1), (17, 18)),
        ("2007", date(2025, 12, 30), (17, 18)),
        ("2007", date(2025, 12, 31), (18, 18)),
        ("2008-02-29", date(2026, 2, 28), (17, 17)),
        ("2008-02-29", date(2026, 3, 1), (18, 18)),
    ],
)
def test_the_least_and_the_most_years_count_from_the_last_and_the_first_day_that_a_birth_can_be(
    born: str, on: date, least_and_most: tuple[int, int]
) -> None:
    assert ages(born, on) == least_and_most


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-07-14T23:30:00Z", "2025-07-15"),
        ("2025-07-14 23:30:00+00:00", "2025-07-15"),
        ("2025-07-14T23:05:00.000Z", "2025-07-15"),
        ("20250714T233000Z", "2025-07-15"),
        ("14/07/2025 23:30 UTC", "2025-07-15"),
        ("2025-07-14T20:30:00-05:00", "2025-07-15"),
        ("2025-07-15T00:30:00+0200", "2025-07-14"),
        ("2025-01-14T23:30:00Z", "2025-01-14"),
        ("2025-07-14T23:30:00+01:00", "2025-07-14"),
        ("2010-05-16T23:00:00Z", "2010-05-17"),
        ("31/12/2024 23:30 -01:00", "2025-01-01"),
    ],
)
def test_a_moment_falls_on_the_day_that_it_was_in_london(written: str, day: str) -> None:
    assert read_day(written).text == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2009", "2009-00-00"), ("03/2009", "2009-03-00"), ("2009-03", "2009-03-00"),
        ("March 2009", "2009-03-00"), ("00/03/2009", "2009-03-00"), ("00/00/2009", "2009-00-00"),
        ("27/3/09", "0000-03-27"), ("27-Mar-09", "0000-03-27"), ("27 March", "0000-03-27"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_known_is_nought(written: str, day: str) -> None:
    assert read_day(written).text == day
    assert not read_day(written).is_whole


@pytest.mark.parametrize(
    "written", ["1/1/1900", "01-Jan-1901", "1899-12-30", "31/12/9999", "11/11/1111", "1900"]
)
def test_what_systems_write_for_nothing_is_a_placeholder(written: str) -> None:
    assert read_day(written).is_placeholder


@pytest.mark.parametrize("written", ["1/1/2009", "2/1/1901", "31/12/1999", "2009", "1 January"])
def test_a_day_that_somebody_can_be_born_on_is_no_placeholder(written: str) -> None:
    assert not read_day(written).is_placeholder


@pytest.mark.parametrize("written", ["", "yesterday", "1752535800", "12:30", "Marlon 2009"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(NotADay):
        read_day(written)


def test_a_number_of_a_spreadsheet_is_refused_as_one() -> None:
    with pytest.raises(NotADay, match="Format the column as a date"):
        read_day("45123")


def test_the_other_order_is_read_where_somebody_says_so() -> None:
    assert read_day("3/27/2009", "month-first").text == THE_DAY
    assert read_day("27-Mar-2009", "month-first").text == THE_DAY


def test_a_date_is_found_among_other_words_but_never_guessed() -> None:
    assert [day and day.text for day in map(day_within, ("born about 2009", "c. March 2009 in Leeds"))] == [
        "2009-00-00",
        "2009-03-00",
    ]
    assert [day_within(text) for text in ("2009 or 2010", "teens", "turns 5 in 2009", "")] == [None] * 4


def test_an_order_is_proved_only_by_a_day_that_no_month_can_be() -> None:
    proofs = [
        proof_of_order(text) for text in ("24/02/2025", "02/24/2025", "02/03/2025", "2025-02-24", "0/24/2025")
    ]
    assert proofs == ["day-first", "month-first", None, None, None]
    both = [can_be_two_days(text) for text in ("02/03/2025", "3.4.2010 10:15", "03/03/2025", "24/02/2025")]
    assert both == [True, True, False, False]


def test_three_inputs_take_a_month_in_words() -> None:
    with pytest.raises(ValueError, match="so long a number"):
        real_day("9" * 30, "3", "2009")
    assert real_day("27", "Mar", "2009") == real_day("27", "3", "2009") == date(2009, 3, 27)
    with pytest.raises(ValueError, match="month"):
        real_day("27", "13", "2009")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1999g-07-20", "1999-07-20"), ("62009-01-07", "2009-01-07"), ("1979-04x24", "1979-04-24"),
        ("27/03/20o09", "2009-03-27"), ("27/03/2009", "2009-03-27"), ("2009", "2009-00-00"),
    ],
)  # fmt: skip
def test_a_date_with_a_slip_is_compared_and_taken_from_nobody(written: str, day: str) -> None:
    told = day_with_a_slip(written)
    assert told
    assert told.text == day


@pytest.mark.parametrize("written", ["39899", "946684800", "teens", "27/03/2009 or 28/03/2009", ""])
def test_what_is_no_date_with_a_slip_is_none(written: str) -> None:
    assert day_with_a_slip(written) is None
