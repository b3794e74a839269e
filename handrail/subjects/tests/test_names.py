"""Search by the beginnings of names, and the displayed name of a subject."""

from datetime import date

import pytest

from handrail.subjects.by_name import beginnings, called, name_key
from handrail.subjects.models import Subject


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


WRITTEN = [
    ("Lukasz Wisniewski", "Łukasz", "Wiśniewski"),
    ("IŞIL", "Işıl", "Demir"),
    ("isil", "IŞIL", "Demir"),
    ("İpek", "Ipek", "Demir"),
    ("ONeill", "Conor", "O'Neill"),
    ("O Neill", "Conor", "ONeill"),
    ("O'Neill", "Conor", "O Neill"),
    ("O’Neill conor", "Conor", "Oʼneill"),
    ("Neill", "Conor", "O’Neill"),
    ("Mc Loughlin", "Oisín", "McLoughlin"),
    ("McLoughlin", "Oisín", "Mac Loughlin"),
    ("Vanderberg", "Tomas", "van der Berg"),
    ("van der Berg", "Tomas", "Vanderberg"),
    ("Delacruz", "Maria", "de la Cruz"),
    ("de la Cruz maria", "Maria", "Delacruz"),
    ("Alhassan", "Noor", "al-Hassan"),
    ("el Hassan", "Noor", "Hassan"),
    ("Annemarie", "Anne-Marie", "Holt"),
    ("Anne Marie", "Annemarie", "Holt"),
    ("Abdul Rahman", "Abd al-Rahman", ""),
    ("Mueller", "Jürgen", "Müller"),
    ("Muller", "Jürgen", "Müller"),
    ("Müller", "Jurgen", "Mueller"),
    ("Soren", "Søren", "Bæk"),
    ("Baek", "Søren", "Bæk"),
    ("Strasse", "Ida", "Straße"),
    ("Thor", "Þór", "Ðór"),
    ("Dang", "Đặng", "Thị"),
    ("Vladimir", "Владимир", "Петров"),
    ("ＡＡＲＯＮ", "Aaron", "Zymurgy"),
    ("Zoe\u0308", "Zoë", "Quill"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "given", "family"), WRITTEN)
def test_a_name_is_found_however_it_is_typed(typed: str, given: str, family: str) -> None:
    found = subject(given, family)
    subject("Perpetua", "Quarrington")
    assert list(Subject.objects.filter(pk__in=called(beginnings(typed)))) == [found]


@pytest.mark.parametrize("odd", ["", "   ", "'", "& | !", "a" * 400, "o " * 50, "🙂", "van der"])
@pytest.mark.django_db
def test_whatever_is_typed_is_a_search_of_bounded_length(odd: str) -> None:
    subject("Ann", "Archer")
    assert len(beginnings(odd)) < 40_000
    assert not Subject.objects.filter(pk__in=called(beginnings(odd))).exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Şebnem Aydın", "SEBNEM AYDIN"), ("Paweł Zieliński", "pawel zielinski"),
        ("Conor O'Sullivan", "Conor OSullivan"), ("Oisín McLoughlin", "Oisin Mc Loughlin"),
        ("Tomas van der Berg", "Vanderberg, Tomas"), ("Maria de la Cruz", "Maria Delacruz"),
    ],
)  # fmt: skip
def test_two_ways_to_write_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
