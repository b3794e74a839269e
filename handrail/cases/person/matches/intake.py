"""Looking for other records of a person, and what stays on record of what was found."""

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
from handrail.subjects.models import Proposal, Subject

MOST = 20


def readable_by(person: Person | None) -> QuerySet[Subject]:
    """The subjects of whom somebody reads all that is known; nobody's for who is not signed in.

    Whoever was invited to a part of a case sees a name, and not what the rest of the case says of the person.
    """
    if person is None:
        return Subject.objects.none()
    cases = Case.objects.worked_on_by(person).filter(level__lte=person.vetting)
    return Subject.objects.filter(cases__in=cases)


def near(whom: Subject | Known, by: Person | None) -> Found:
    """Records that may be of the same person, in every force, as far as `by` may know of them."""
    return finding.near(whom, readable_by(by))


def look(record: Record, because: IndexReason, by: Person | None) -> None:
    """Look for others like the subject of a record that is being written, and fold what is found into it.

    It stands in the entry that brought it. Each that is strongly alike is asked about in an entry of its own,
    at most so many; they are proposals from now on, and so are those that are possible. Where who brings it
    does not look for people, such as somebody outside, nothing is looked for while they wait: the worker
    does that.
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
        record.proposals.append(
            Proposal(
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
    """The id of the subject that was found."""
    return one.subject.pk if isinstance(one, Candidate) else one.subject_id


def _proposed(subject: Subject) -> set[UUID]:
    """The subjects that stand beside this one in a proposal already."""
    pairs = Proposal.objects.beside(subject.pk).values_list("subject", "other")
    return {each for pair in pairs for each in pair}


def _said(found: Found, strong: Iterable[Any], possible: Iterable[Any]) -> dict[str, Any]:
    """What the record keeps of what was found: how many, whether some may be missing, and no name."""
    return {"strong": len(list(strong)), "possible": len(list(possible)), "capped": found.capped}


def candidate(subject: UUID, weight: float) -> dict[str, Any]:
    """What the record keeps of one that is asked about: which, and how alike in halves of a bit.

    What agrees is left out: whoever reads this case may not be one who may read the other.
    """
    return {"candidate": {"subject": str(subject), "halves": round(weight * 2)}}


def ask_what_waits(record: Record) -> None:
    """Ask, beside an act of somebody, about what the worker has found since: it asks nothing by itself."""
    asks = MATCH_FOUND.step(record.pack)
    if asks is None:
        return
    for proposal in record.to_be_asked:
        number = follow(record, asks, candidate(proposal.other_id, proposal.weight))
        proposal.asked_number, proposal.record = number, record.case.pk
        record.asked.append(proposal)
