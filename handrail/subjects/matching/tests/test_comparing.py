"""What agrees, what differs, and that the weights add up to what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handrail.subjects.matching import (
    Commonness,
    Fact,
    Known,
    Name,
    Outline,
    Place,
    Strength,
    compare,
    contacts,
    outline_of,
)
from handrail.subjects.matching.comparing import weight
from handrail.subjects.matching.tests.people import ZERLINDA, alike, outline

WRITTEN = some.text(max_size=30)
NAMES = some.builds(Name, WRITTEN | some.sampled_from(["Mohammed", "Zerlinda", "Abdul Rahman"]), WRITTEN)
KNOWN = some.builds(
    Known,
    names=some.lists(NAMES, max_size=3).map(tuple),
    births=some.lists(some.dates().map(str) | WRITTEN, max_size=2).map(tuple),
    born_between=some.none() | some.tuples(some.integers(1900, 1950), some.integers(1950, 2020)),
    gender=some.sampled_from(["", "male", "female", "other"]),
    places=some.lists(some.builds(Place, WRITTEN, WRITTEN, WRITTEN), max_size=2).map(tuple),
    telephones=some.lists(WRITTEN, max_size=2).map(tuple),
    emails=some.lists(some.emails() | WRITTEN, max_size=2).map(tuple),
)


@given(KNOWN, KNOWN)
def test_whatever_is_written_two_compare_the_same_from_either_side(one: Known, other: Known) -> None:
    usual, left, right = Commonness.usual(), outline_of(one), outline_of(other)
    there, back = compare(left, right, usual), compare(right, left, usual)
    assert there.weight == back.weight == weight(left, right, usual)
    assert there.weight == sum(part.weight for part in there.parts)
    assert all(part.weight * 2 == int(part.weight * 2) and part.words for part in there.parts)


HEARD_ALIKE = ("ann", "anna", "hannah", "a", "mohammed", "muhamad", "mohd", "john", "jon")
WORDS = some.sampled_from((*HEARD_ALIKE, "abdul", "rahman", "smith", "smyth", "li", "lee"))
ALIKE = some.builds(
    Name, some.lists(WORDS, max_size=3).map(" ".join), some.lists(WORDS, max_size=2).map(" ".join)
)


@given(some.lists(ALIKE, min_size=1, max_size=2), some.lists(ALIKE, min_size=1, max_size=2))
def test_names_that_are_much_alike_compare_the_same_from_either_side(
    one: list[Name], other: list[Name]
) -> None:
    left, right = (outline_of(Known(names=tuple(names))) for names in (one, other))
    assert alike(left, right).weight == alike(right, left).weight


@given(KNOWN)
def test_an_outline_is_what_it_was_after_it_was_kept(known: Known) -> None:
    outline = outline_of(known)
    assert Outline.unpacked(outline.packed()) == outline


def test_a_misspelt_surname_and_a_swapped_date_are_one_person_and_say_why() -> None:
    found = alike(outline(*ZERLINDA), outline("Zerlinda", "Quilfether", "2001-03-02"))
    assert found.strength is Strength.STRONG
    assert "Quillfeather and Quilfether are spellings of one name" in found.why
    assert "Same date of birth with day and month swapped" in found.why


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (("Mohammed", ""), ("Muhamad", ""), "Mohammed and Muhamad are spellings of one name"),
        (("Bill", "Smith"), ("William", "Smith"), "Bill and William are forms of one name"),
        (("Smith", "Anna"), ("Anna", "Smith"), "Anna is the same"),
        (("Сергей", "Иванов"), ("Sergei", "Ivanov"), "Ivanov is the same"),
        (("A", "Khan"), ("Ali", "Khan"), "A and Ali have the same initial"),
        (("Mary Ann", "Jones"), ("Mary", "Jones"), "one of them also has Ann"),
    ],
)
def test_names_compare_in_words(one: tuple[str, str], other: tuple[str, str], says: str) -> None:
    found = alike(outline(*one), outline(*other))
    assert says in found.why
    assert found.weight > 0


PARTICLES = [
    ("Tomas van der Berg", "Tomas Vanderberg"),
    ("Tomas van der Berg", "Tomas Vander Berg"),
    ("Maria de la Cruz", "Maria Delacruz"),
    ("Maria de la Cruz", "Maria Dela Cruz"),
    ("Noor al-Hassan", "Noor Alhassan"),
    ("Noor el Hassan", "Noor Elhassan"),
    ("Zaid bin Samir", "Zaid Binsamir"),
    ("Ali Ibn Sina", "Ali Ibnsina"),
    ("Omar Abu Bakr", "Omar Abubakr"),
    ("Luca di Marco", "Luca Dimarco"),
    ("Anne-Marie Holt", "Annemarie Holt"),
    ("Anne Marie Holt", "AnneMarie Holt"),
    ("Oisín Mc Loughlin", "Oisin MacLoughlin"),
    ("Conor O’Neill", "Conor ONeill"),
]


@pytest.mark.parametrize(("one", "other"), PARTICLES)
def test_what_connects_names_may_be_joined_or_parted(one: str, other: str) -> None:
    found = alike(outline("", one), outline("", other))
    assert found.weight >= 12
    assert "different" not in found.why
    assert "also has" not in found.why


def test_what_connects_names_may_stand_with_the_given_name() -> None:
    found = alike(outline("Tomas van der", "Berg"), outline("Tomas", "Vanderberg"))
    assert "Vanderberg is the same" in found.why


def test_different_people_are_told_apart() -> None:
    found = alike(
        outline(*ZERLINDA), outline("Thomas", "Archibald", "1961-11-30", "4 Mill Lane", "Felpersham")
    )
    assert found.strength is Strength.WEAK
    assert found.weight < 0


def test_a_twin_is_less_alike_than_the_person_misspelt() -> None:
    zerlinda = outline(*ZERLINDA)
    twin = alike(zerlinda, outline("Hubert", *ZERLINDA[1:]))
    misspelt = alike(zerlinda, outline("Zerlnda", *ZERLINDA[1:]))
    assert twin.weight < misspelt.weight - 10
    assert "which a family shares" in twin.why


def test_a_father_of_the_same_name_is_less_alike_than_one_whose_birthday_is_not_known() -> None:
    zerlinda = outline(*ZERLINDA)
    mother = alike(zerlinda, outline(*ZERLINDA[:2], "1970-08-09", *ZERLINDA[3:]))
    undated = alike(zerlinda, outline(*ZERLINDA[:2], "", *ZERLINDA[3:]))
    assert mother.weight < undated.weight - 5
    assert "Born a generation apart" in mother.why


def test_the_first_of_january_says_less_than_another_day() -> None:
    day = alike(outline(born="1990-05-06"), outline(born="1990-05-06"))
    january = alike(outline(born="1990-01-01"), outline(born="1990-01-01"))
    assert 0 < january.weight < day.weight


def test_what_many_share_says_less() -> None:
    hostel = ("Any", "Name", "", "1 Shelter Road", "Borchester", "BX1 1AA")
    many = [outline(f"Name{chr(97 + n % 26)}{n}", "Other", "", *hostel[3:]) for n in range(400)]
    counted = Commonness.of([*many, outline(*ZERLINDA)])
    there = compare(outline(*hostel), outline(*hostel), counted)
    usual = alike(outline(*hostel), outline(*hostel))
    assert there.weight < usual.weight
    assert Commonness.unpacked(counted.packed()) == counted


@pytest.mark.parametrize(
    "known",
    [
        Known(telephones=("07700 900123",)),
        Known(emails=("z@mail.example",)),
        Known(telephones=("07700 900123",), emails=("z@mail.example",), online=("Zerly_Q",)),
    ],
)
def test_ways_to_reach_somebody_count_once(known: Known) -> None:
    found = alike(outline_of(known), outline_of(known))
    assert [(part.fact, part.weight) for part in found.parts] == [(Fact.CONTACT, contacts.SAME)]


def test_a_number_with_the_code_of_the_country_is_the_same_number() -> None:
    home, abroad = (outline_of(Known(telephones=(n,))) for n in ("07700 900123", "+44 7700 900123"))
    assert alike(home, abroad).weight > 0


def test_an_age_is_held_against_a_date() -> None:
    aged = outline_of(Known(names=(Name("Zerlinda"),), born_between=(2000, 2002)))
    fits, off = (alike(aged, outline("Zerlinda", "", born)) for born in ("2001-02-03", "1950-02-03"))
    assert fits.weight > off.weight


@pytest.mark.parametrize(
    ("one", "other"),
    [("Alhaddad", "Haddad"), ("Elsayed", "Sayed"), ("al-Haddad", "Haddad"), ("St John", "Saint John")],
)
def test_an_article_or_a_saint_written_in_one_is_no_different_name(one: str, other: str) -> None:
    assert alike(outline("Omar", one), outline("Omar", other)).weight > 6
    assert "different" in alike(outline("Omar", "Quill"), outline("Omar", "Haddad")).why


def test_two_whose_whole_names_are_fillers_are_not_alike() -> None:
    assert alike(outline("", "TBC TBC"), outline("", "TBC TBC")).weight == 0
    assert alike(outline("", "Tobias Tbilisi"), outline("", "Tobias Tbilisi")).weight > 0


def test_an_email_address_with_letters_that_nobody_sees_is_the_same() -> None:
    one, other = (
        outline_of(Known(emails=(text,))) for text in ("z@mail.example", "\u200bZ@mail.example\u200e")
    )
    assert alike(one, other).weight == contacts.SAME
