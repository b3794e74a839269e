"""The keys under which a person is stored and found again, and the evidence of keys alone."""

import pytest

from handrail.subjects.matching import (
    Known,
    Name,
    Outline,
    Place,
    Strength,
    keys_of,
    outline_of,
    pointed,
    rungs_of,
)
from handrail.subjects.matching.tests.people import ZERLINDA, outline

# A change of it means that every database has to be keyed again.
SMALLEST = -8446279590785270016


def hits(asked: Outline, kept: Outline) -> frozenset[int]:
    return frozenset.union(*rungs_of(asked)) & keys_of(kept)


@pytest.mark.parametrize(
    "asked",
    [
        outline("Zerlinda", "Quilfether"),
        outline("Quillfeather", "Zerlinda"),
        outline("Zer", "Quilfetr", "2001-03-02"),
        outline("", "", "2001-02-03", "", "Borchester", ""),
        outline("", "", "", "12 Sycamore Rd", "Borchester", ""),
        outline("", "Quillfeather", "2001-02-04"),
        outline("Zerlinda", "Smith", "", "", "", "BX4 7QQ"),
    ],
)
def test_somebody_is_found_again_by_what_is_left(asked: Outline) -> None:
    assert hits(asked, outline(*ZERLINDA))


def test_joined_and_parted_names_find_each_other_alone() -> None:
    assert hits(outline("", "Vanderberg"), outline("Tomas", "van der Berg"))
    assert hits(outline("", "van der Berg"), outline("Tomas", "Vanderberg"))


def test_the_last_of_many_names_finds_somebody() -> None:
    kept = outline_of(Known(tuple(Name(f"Abcd{chr(97 + n)}x", f"Wrst{chr(97 + n)}k") for n in range(7))))
    assert hits(outline("", "Wrstgk"), kept)


def test_somebody_else_shares_no_key() -> None:
    assert not hits(
        outline("Thomas", "Archibald", "1961-11-30", "4 Mill Lane", "Felpersham"), outline(*ZERLINDA)
    )


def test_a_short_form_finds_the_long_one() -> None:
    assert hits(outline("Bill", "Archibald"), outline("William", "Archibald"))


def test_keys_fit_the_database_and_are_the_same_in_every_process() -> None:
    keys = keys_of(outline(*ZERLINDA))
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert min(keys) == SMALLEST


def test_however_much_is_known_there_are_not_too_many_keys() -> None:
    crowd = Known(
        names=tuple(Name(f"Given{n} Other{n} More{n}", f"Family{n}") for n in range(1000)),
        births=tuple(f"19{n:02}-01-01" for n in range(100)),
        places=tuple(Place(f"{n} Long Road", f"Town{n}", f"BX{n} 1AA") for n in range(1000)),
        telephones=tuple(f"07700 900{n:03}" for n in range(1000)),
    )
    assert len(keys_of(outline_of(crowd))) < 1000
    assert sum(map(len, rungs_of(outline_of(crowd)))) < 1500


@pytest.mark.parametrize("odd", ["", "Q", "😀", "\u202e", "李", "''''"])
def test_odd_names_have_keys_or_none_and_never_an_error(odd: str) -> None:
    kept = outline(odd, odd, "0000-00-00", odd, odd, odd)
    assert hits(kept, kept) <= keys_of(kept)
    assert pointed(kept, hits(kept, kept)).weight >= 0


def test_keys_alone_say_which_facts_agree_and_nothing_of_what_differs() -> None:
    kept, asked = outline(*ZERLINDA), outline("Zerlinda", "Quilfether", "2001-03-02")
    found = pointed(asked, hits(asked, kept))
    assert found.strength is Strength.STRONG
    assert "Quillfeather" not in found.why
    assert pointed(asked, ()).parts == ()
