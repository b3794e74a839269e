"""The details of a subject that are compared: all that count as true, in comparable form."""

from datetime import date

import pytest

from handrail.subjects.comparable import known_from, names_in, online_in
from handrail.subjects.details import Detail
from handrail.subjects.matching import Name, Place

DAY = date(2024, 3, 1)


def detail(kind: str, entry: int = 2, /, **what: object) -> Detail:
    return Detail(kind=kind, number=entry, what=what, on=DAY)


def test_every_kind_of_detail_is_compared_as_what_it_is() -> None:
    known = known_from(
        [
            detail("name", 1, given="Ann", family="Lee"),
            detail("other-names", 1, names="Annie, Leigh"),
            detail("telephone", number="07700 900123"),
            detail("email", address="ann@example.org"),
            detail("online-name", name="wolf", where="A game"),
            detail("address", address="1 Field Lane", town="Felpersham", postcode="LS1 4AP"),
            detail("date-of-birth", born="2009-03-27"),
            detail("relation", sort="sibling", name="Tom"),
        ],
        "female",
    )
    assert set(known.names) == {Name("Ann", "Lee"), Name("", "Annie"), Name("", "Leigh")}
    assert known.places == (Place("1 Field Lane", "Felpersham", "LS1 4AP"),)
    assert (known.births, known.telephones, known.emails) == (
        ("2009-03-27",),
        ("07700 900123",),
        ("ann@example.org",),
    )
    assert (known.online, known.gender, known.born_between) == (("wolf",), "female", None)
    assert known.aliases == ("Annie", "Leigh")


def test_a_name_online_among_other_names_is_one() -> None:
    known = known_from([detail("other-names", 1, names="Zub; goes by heron77 online, NightJar")], "")
    assert known.online == ("heron77",)
    assert "NightJar" in known.aliases


def test_what_is_wrong_or_kept_apart_is_not_compared() -> None:
    wrong, apart = detail("name", family="Slip"), detail("name", 3, family="Secret")
    wrong.wrong_by, apart.apart = 9, True
    assert known_from([detail("name", 1, family="Lee"), wrong, apart], "").names == (Name("", "Lee"),)


def test_the_first_record_comes_first_and_then_the_newest() -> None:
    names = known_from([detail("name", n, family=f"Nym{n}") for n in range(1, 1001)], "").names
    assert [name.family for name in names[:3]] == ["Nym1", "Nym1000", "Nym999"]


def test_the_last_guess_at_an_age_counts_from_its_day() -> None:
    ages = [detail("approximate-age", 1, age=15), detail("approximate-age", 2, age=20)]
    assert known_from(ages, "").born_between == (2002, 2006)


def test_nothing_known_is_nothing_to_compare() -> None:
    assert known_from([], "").names == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bob, Bobby; The Wolf", ["Bob", "Bobby", "The Wolf"]),
        ("Robert aka Bob", ["Robert", "Bob"]),
        ("Anna (née Kowalska)", ["Anna", "Kowalska"]),
        (" ,;, ", []),
        ("Is called Jay by friends", ["Jay"]),
        ("he has several that nobody knows", []),
        ("Muhammad ibn Abdullah al Rashid", ["Muhammad Abdullah Rashid"]),
        ("Maria de la Cruz Lopez", ["Maria Cruz Lopez"]),
        ("الراشد", ["الراشد"]),
        ("a," * 5000, ["a"] * 1000),
    ],
)
def test_several_names_in_one_text_are_told_apart(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_the_site_of_a_name_online_is_no_part_of_it() -> None:
    assert online_in("Discord: wolf88, @bob") == ["wolf88", "@bob"]


def test_a_sentence_about_names_online_is_no_name() -> None:
    assert online_in("A nickname in a game; the school has it written down, wolf 88") == ["wolf 88"]
    assert online_in("Several, which change often") == ["Several", "which change often"]
