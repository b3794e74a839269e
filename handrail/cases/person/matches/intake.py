"""Matching at intake: search for other records of a person, and record what was found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from handrail.cases.engine.record import Record
from handrail.cases.engine.taking import follow
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.policy.step_kinds.matching import MATCH_FOUND
from handrail.subjects import finding
from handrail.subjects.finding import Candidate, Found, Pointer
from handrail.subjects.match_records import IndexReason
from handrail.subjects.matching import Known, Strength
from handrail.subjects.models import PossibleMatch, Subject

MOST = 20


def readable_by(person: Person | None) -> QuerySet[Subject]:
    """Return the subjects whose details the person may read in full; none for a user who is not signed in.

    An invitation to part of a case shows the name, not what the rest of the case says of the subject.
    """
    if person is None:
        return Subject.objects.none()
    cases = Case.objects.worked_on_by(person).filter(level__lte=person.vetting)
    return Subject.objects.filter(cases__in=cases)


def near(whom: Subject | Known, by: Person | None) -> Found:
    """Return possible matches in every force, as far as `by` may know of them."""
    return finding.near(whom, readable_by(by))


def look(record: Record, because: IndexReason, by: Person | None) -> None:
    """Search for matches of a record that is being written, and add what is found to the record.

    Counts go into the last entry. Each strong match becomes a question with an entry of its own, and every
    match is proposed; at most MOST in all. Nothing is searched for a user who may not search for people,
    such as a referrer from outside: the worker does it later.
    """
    asks = MATCH_FOUND.step(record.pack)
    subject = record.subject or record.case.subject
    if asks is None or subject is None or by is None or not by.may(Capability.FIND_PEOPLE):
        return
    found = finding.near(subject, readable_by(by), except_for=_proposed(subject))
    strong, possible = found.strong(), found.possible()
    record.acts[-1].content["found"] = _said(found, strong, possible)
    at = record.recorded_at[-1]
    for one in (*strong, *possible)[:MOST]:
        is_strong = one.likeness.strength is Strength.STRONG
        about = candidate(subject_of(one), one.likeness.weight)
        number = follow(record, asks, about) if is_strong else None
        record.matches.append(
            PossibleMatch(
                subject=subject,
                other_id=subject_of(one),
                record=record.case.pk,
                weight=one.likeness.weight,
                strong=is_strong,
                because=because,
                found_at=at,
                found_by=by,
                asked_number=number,
            )
        )


def subject_of(one: Candidate | Pointer) -> UUID:
    """Return the id of the subject of a candidate or pointer."""
    return one.subject.pk if isinstance(one, Candidate) else one.subject_id


def _proposed(subject: Subject) -> set[UUID]:
    """Return the ids of subjects that are proposed already as matches of this one, with its own."""
    pairs = PossibleMatch.objects.beside(subject.pk).values_list("subject", "other")
    return {each for pair in pairs for each in pair}


def _said(found: Found, strong: Iterable[Any], possible: Iterable[Any]) -> dict[str, Any]:
    """Return what an entry keeps of a search: counts and whether it was capped, and no name."""
    return {"strong": len(list(strong)), "possible": len(list(possible)), "capped": found.capped}


def candidate(subject: UUID, weight: float) -> dict[str, Any]:
    """Return what an entry keeps of a match: subject id, and weight in halves of a bit.

    The details that agree are left out, because readers of this case may not be allowed to read the other.
    """
    return {"candidate": {"subject": str(subject), "halves": round(weight * 2)}}


def ask_what_waits(record: Record) -> None:
    """Ask, beside a user's act, the match questions that the worker has found since the last one."""
    asks = MATCH_FOUND.step(record.pack)
    if asks is None:
        return
    for match in record.to_be_asked:
        number = follow(record, asks, candidate(match.other_id, match.weight))
        match.asked_number, match.record = number, record.case.pk
        record.asked.append(match)
