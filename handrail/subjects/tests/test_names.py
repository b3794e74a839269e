"""Finding somebody by the beginnings of their names, and what they are called."""

from datetime import date

import pytest

from handrail.subjects.models import Subject, beginnings, called, name_key


def subject(given: str, family: str) -> Subject:
    made = Subject.described({"given_name": given, "family_name": family})
    made.save()
    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë O'Shea", "O SHEA ZOE"), ("Jean-Luc", "jean luc"), ("Nguyễn", "NGUYEN"), ("Ali  Khan", "khan ali")],
)
def test_accents_capitals_order_and_blanks_do_not_matter(one: str, other: str) -> None:
    assert name_key(one).replace(" ", "") == name_key(other).replace(" ", "") or name_key(one) == name_key(
        other
    )


@pytest.mark.django_db
def test_words_find_beginnings_of_names_in_any_order() -> None:
    found = subject("Zoë", "O'Shea-Smith")
    subject("Ann", "Archer")
    for words in ("smi zo", "Smith", "o shea", "ZOË"):
        assert list(Subject.objects.filter(pk__in=called(beginnings(words)))) == [found]
    assert not Subject.objects.filter(pk__in=called(beginnings("  "))).exists()


@pytest.mark.parametrize(("today", "age"), [(date(2026, 3, 26), 16), (date(2026, 3, 27), 17)])
def test_age_counts_whole_years(today: date, age: int) -> None:
    assert Subject(date_of_birth=date(2009, 3, 27)).age_on(today) == age


def test_nobody_is_without_something_to_be_called() -> None:
    assert Subject().name == "Name not known"
