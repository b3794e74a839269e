"""Records of one person under two spellings, in one force or two, and acts on them."""

from typing import Any
from uuid import UUID

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches import acts
from handrail.cases.tests.cast import Cast, refer
from handrail.organisations.models import Person
from handrail.subjects.models import PossibleMatch

FIRST = {"given-name": "Zerlinda", "family-name": "Quillfeather"}
MISSPELT = {"given-name": "Zerlinda", "family-name": "Quilfether"}
WHY = "Same school, and her mother confirms it."


def elsewhere(cast: Cast, /, **given: str) -> Case:
    """Return a referral to the neighbouring force, taken by an officer there."""
    place = cast.stranger.current_posts[0].organisation
    return refer(cast, "police-referral", cast.stranger, force=str(place.pk), **given)


def about(case: Case) -> UUID:
    """Return the id of the subject of a case."""
    assert case.subject_id
    return case.subject_id


def between(one: Case, other: Case) -> PossibleMatch:
    """Return the possible match of two cases, whichever has the question."""
    pair = {about(one), about(other)}
    return PossibleMatch.objects.get(subject__in=pair, other__in=pair)


def say(
    case: Case, match: PossibleMatch, answer: str, by: Person, *, why: str = WHY, seen: int | None = None
) -> Any:
    case.refresh_from_db()
    typed = {"outcome": [answer], "reason": [why]}
    with context.asking(by):
        said = acts.answer(case.pk, match.pk, typed, by=by, seen_version=seen or case.version)
    case.refresh_from_db()
    match.refresh_from_db()
    return said


def take_back(case: Case, match: PossibleMatch, by: Person, *, why: str = "Two cousins.") -> None:
    case.refresh_from_db()
    with context.asking(by):
        acts.take_back(case.pk, match.pk, why, by=by, seen_version=case.version)
    case.refresh_from_db()
    match.refresh_from_db()
