"""People in memory, found by their keys."""

from handrail.subjects.matching import outline_of
from handrail.subjects.matching.index import Index
from handrail.subjects.matching.known import Known, Name
from handrail.subjects.matching.tests.people import ZERLINDA, outline

OTHERS = [
    outline(f"Given{chr(97 + n % 26) * 3}", f"Family{chr(97 + n // 26) * 3}", "1990-05-06")
    for n in range(500)
]


def test_the_likest_comes_first_and_says_why() -> None:
    index = Index([*OTHERS, outline(*ZERLINDA)])
    near = index.near(outline("Zerlinda", "Quilfether", "2001-03-02"))
    assert near[0].number == len(OTHERS)
    assert near[0].likeness.weight == max(each.likeness.weight for each in near)


def test_no_more_are_given_than_were_asked_for() -> None:
    assert len(Index(OTHERS).near(OTHERS[0], most=3)) == 3


def test_nobody_is_found_among_nobody_or_by_nothing() -> None:
    assert Index([]).near(outline(*ZERLINDA)) == []
    assert Index(OTHERS).near(outline_of(Known(names=(Name("😀"),)))) == []
