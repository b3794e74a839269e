"""What stands where something is not known is no evidence, and what is a name stays one."""

import pytest

from handrail.subjects.matching import (
    Commonness,
    Known,
    Name,
    Outline,
    Place,
    Strength,
    compare,
    keys_of,
    outline_of,
    pointed,
    rungs_of,
)
from handrail.subjects.matching.tests.people import alike, outline


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Not known", "Not known"),
        ("NOT", "KNOWN"),
        ("Unknown", ""),
        ("", "unknown male"),
        ("Unknown", "Male 1"),
        ("N/A", "n.a."),
        ("None", "None"),
        ("No name", "given"),
        ("TBC", "TBC"),
        ("xx", "XXX"),
        ("Test", "Test"),
        ("Null", "Null"),
        ("Baby", "Boy"),
        ("Child", "2"),
        ("Refused", "Refused"),
        ("Mr", "Unknown"),
        ("Anonymous", ""),
        ("Anon", ""),
        ("Name withheld", ""),
        ("Not-Known", "(unknown)"),
        ("", "TBC TBC"),
        ("", "N/A N/A"),
        ("", "none none"),
        ("", "UNK, unk"),
        ("U/K", "D/K"),
        ("Don’t", "know"),
        ("First name unknown", "surname unknown"),
        ("Forename", "Surname"),
        ("A N", "Other"),
        ("aaa", "bbb"),
        ("undefined", "undefined"),
        ("nan", "nan"),
        ("Nobody", ""),
    ],
)
def test_what_is_no_name_is_none(given: str, family: str) -> None:
    nobody = outline(given, family)
    assert nobody.names == ()
    assert not keys_of(nobody)


@pytest.mark.parametrize(
    ("given", "family", "words"),
    [
        ("Christopher", "Null", ("christopher", "null")),
        ("Na", "Li", ("na", "li")),
        ("No", "Jae", ("no", "jae")),
        ("Lee", "Child", ("lee", "child")),
        ("Baby", "Akhtar", ("baby", "akhtar")),
        ("Nil", "Demir", ("nil", "demir")),
        ("Anon", "Somchai", ("anon", "somchai")),
        ("Test", "Aragaw", ("test", "aragaw")),
        ("Given", "Moyo", ("given", "moyo")),
        ("Unknown", "Aragaw", ("aragaw",)),
        ("Perpetua", "not known", ("perpetua",)),
        ("Perpetua not known", "", ("perpetua",)),
        ("Zoe", "Mmm", ("zoe", "mmm")),
        ("Child", "", ("child",)),
        ("Nan", "Aung", ("nan", "aung")),
        ("Una", "Kay", ("una", "kay")),
    ],
)
def test_what_may_be_a_name_stays_one(given: str, family: str, words: tuple[str, ...]) -> None:
    assert outline(given, family).words == words


@pytest.mark.parametrize(
    "known",
    [
        Known(telephones=("00000000000",)),
        Known(telephones=("07000 000000",)),
        Known(telephones=("07777777777",)),
        Known(telephones=("0123456789",)),
        Known(telephones=("01234567890",)),
        Known(emails=("none@nhs.net",)),
        Known(emails=("No-Reply@school.example",)),
        Known(emails=("na@na.com",)),
        Known(emails=("unknown@x.org",)),
        Known(online=("Unknown",)),
        Known(online=("N/A",)),
        Known(online=("Instagram",)),
        Known(online=("not known",)),
        Known(places=(Place(postcode="ZZ99 3VZ"),)),
        Known(places=(Place(postcode="zz993wz"),)),
        Known(places=(Place(address="No fixed abode"),)),
        Known(places=(Place("NFA", "Unknown", "N/A"),)),
        Known(births=("1900-01-01",)),
        Known(births=("1901-01-01",)),
        Known(births=("9999-12-31",)),
        Known(aliases=("Unknown",)),
    ],
    ids=str,
)
def test_nobody_is_compared_or_found_by_it(known: Known) -> None:
    nobody = outline_of(known)
    assert alike(nobody, nobody).parts == ()
    assert not keys_of(nobody) | frozenset().union(*rungs_of(nobody))


@pytest.mark.parametrize(
    "known",
    [
        Known(telephones=("07700 900123",)),
        Known(emails=("nonette@nhs.net",)),
        Known(online=("unknownwolf",)),
        Known(places=(Place(postcode="LS9 7QX"),)),
        Known(births=("2009-01-01",)),
    ],
    ids=str,
)
def test_what_is_like_it_is_compared(known: Known) -> None:
    assert alike(outline_of(known), outline_of(known)).weight > 0


STRANGERS = [
    Known(
        (Name(given, family),),
        ("2011-01-01",),
        None,
        gender,
        (Place("", "Whitstable", "ZZ99 3VZ"),),
        ("0" * 11,),
        ("none@nhs.net",),
    )
    for given, family, gender in (
        ("Perpetua", "Wantsum", "female"),
        ("Godfrey", "Thanet", "male"),
        ("Not known", "Not known", "male"),
        ("Not known", "Not known", "male"),
    )
]


def test_strangers_who_share_placeholders_are_not_very_like() -> None:
    outlines = [outline_of(known) for known in STRANGERS]
    for one in range(4):
        for other in range(one):
            assert alike(outlines[one], outlines[other]).strength is not Strength.STRONG
            hits = frozenset().union(*rungs_of(outlines[one])) & keys_of(outlines[other])
            assert pointed(outlines[one], hits).strength is not Strength.STRONG


def test_a_first_of_january_says_little_either_way() -> None:
    january, may, later = (outline(born=born) for born in ("1990-01-01", "1990-05-06", "1983-07-19"))
    assert 0 < alike(january, january).weight <= 5
    assert alike(january, may).weight > 0 > alike(january, later).weight > alike(may, later).weight


def of_school(given: str, family: str) -> Outline:
    """Return the outline of a person of this name with the telephone and postcode of a school."""
    school = Place("", "", "LS9 7QX")
    return outline_of(Known((Name(given, family),), places=(school,), telephones=("0113 496 0000",)))


def test_what_many_share_makes_no_strangers_very_like() -> None:
    """The telephone and the postcode of a school, of thirty pupils who have nothing else in common."""
    pupils = [of_school(f"G{chr(97 + n)}b{chr(97 + n)}s", f"F{chr(122 - n)}k{n}") for n in range(25)]
    counted = Commonness.of(pupils)
    one, other = of_school("Perpetua", "Wantsum"), of_school("Godfrey", "Thanet")
    assert compare(one, other, Commonness.usual()).weight > compare(one, other, counted).weight
    assert compare(one, other, counted).strength is Strength.WEAK
    assert "which many have" in compare(one, other, counted).why
    hits = frozenset().union(*rungs_of(one)) & keys_of(other)
    assert pointed(one, hits).weight > pointed(one, hits, counted).weight
    assert pointed(one, hits).strength is Strength.POSSIBLE


def test_a_household_shares_a_telephone_and_is_found_by_it() -> None:
    household = [outline_of(Known(telephones=("07700 900123",))) for _ in range(5)]
    assert compare(household[0], household[1], Commonness.of(household)) == alike(household[0], household[1])


PUPILS = [
    Known(
        (Name(given, family),),
        (born,),
        places=(Place("", "Whitstable", "CT5 9XQ"),),
        telephones=("01227 496 0777",),
        emails=("office@school.example",),
    )
    for given, family, born in (
        ("Perpetua", "Wantsum", "2011-01-01"),
        ("Godfrey", "Thanet", "2011-01-01"),
        ("Oona", "Jarrowby", "2012-03-04"),
        ("Quill", "", "2010-05-06"),
    )
]


@pytest.mark.parametrize("one", PUPILS, ids=str)
@pytest.mark.parametrize("other", PUPILS, ids=str)
def test_pupils_of_one_school_are_not_very_like_before_anything_is_counted(one: Known, other: Known) -> None:
    asked, known = outline_of(one), outline_of(other)
    is_same = one is other
    assert (alike(asked, known).strength is Strength.STRONG) is is_same
    assert (pointed(asked, keys_of(known)).strength is Strength.STRONG) is is_same


def test_who_is_reached_there_and_has_another_name_and_the_same_birthday_is_very_like() -> None:
    before, after = (
        Known((Name("Perpetua", name),), ("2011-02-07",), telephones=("07700 900123",))
        for name in ("Wantsum", "Quillfeather")
    )
    assert alike(outline_of(before), outline_of(after)).strength is Strength.STRONG
