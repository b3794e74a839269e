"""Two records side by side: what each says, how they compare in words, and how much that counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import prefetch_related_objects

from handrail.cases.models import Case, FollowUp
from handrail.cases.person.matches.intake import readable_by
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.organisations.models import Person
from handrail.subjects.finding import Pointer, compared, pointers
from handrail.subjects.matching import Fact, Known, Likeness, Outline, Part
from handrail.subjects.models import Proposal, Subject
from handrail.written.days import day_in_words

MOST = 60
LABELS = {
    Fact.NAMES: "Name",
    Fact.BIRTH: "Date of birth",
    Fact.PLACE: "Address",
    Fact.CONTACT: "Telephone, email, online",
    Fact.GENDER: "Gender",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two records: what each says, and how that compares, where it was compared."""

    label: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    part: Part | None


@dataclass(frozen=True)
class Beside:
    """Another record beside the one of a case, for somebody who works on that.

    `subject` and `case` are absent where the other is not theirs to see; then `pointer` says whom to call.
    """

    proposal: Proposal
    ours: Subject
    subject: Subject | None = None
    case: Case | None = None
    likeness: Likeness | None = None
    pointer: Pointer | None = None

    @property
    def answered_here(self) -> bool:
        """Whether it is this record on which somebody answers."""
        return self.proposal.subject_id == self.ours.pk

    @cached_property
    def lines(self) -> list[Line]:
        """The facts of both, one below the other."""
        if self.subject is None or self.likeness is None:
            return []
        parts = {part.fact: part for part in self.likeness.parts}
        ours, theirs = said(self.ours.known()), said(self.subject.known())
        facts = (fact for fact in LABELS if ours[fact] or theirs[fact])
        return [Line(LABELS[fact], ours[fact], theirs[fact], parts.get(fact)) for fact in facts]


def said(known: Known) -> dict[Fact, tuple[str, ...]]:
    """What is known of somebody, in words, by fact."""
    between = known.born_between
    return {
        Fact.NAMES: _some(f"{name.given} {name.family}" for name in known.names),
        Fact.BIRTH: tuple(map(_day, known.births))
        or ((f"Between {between[0]} and {between[1]}",) if between else ()),
        Fact.PLACE: _some(", ".join(filter(None, (p.address, p.town, p.postcode))) for p in known.places),
        Fact.CONTACT: _some((*known.telephones, *known.emails, *known.online)),
        Fact.GENDER: _some([known.gender]),
    }


def _day(written: str) -> str:
    """A date as people write it; what is no date as it stands."""
    try:
        return day_in_words(written, "%-d %b %Y")
    except (ValueError, IndexError):
        return written


def _some(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def beside(case: Case, person: Person, *, only: UUID | None = None) -> list[Beside]:
    """The records that stand beside the one of a case, those to be answered first, then the most alike.

    In a bounded number of statements, the same ones whatever is there.
    """
    if case.subject is None:
        return []
    found = Proposal.objects.beside(case.subject_id).select_related("answered_by", "found_by")
    found = found if only is None else found.filter(pk=only)
    proposals = list(found.order_by("-strong", "-weight", "pk")[:MOST])
    others = {other_of(proposal, case): proposal for proposal in proposals}
    readable = readable_by(person).filter(pk__in=list(others)).select_related("outline")
    subjects = readable.distinct().in_bulk()
    prefetch_related_objects([case.subject, *subjects.values()], "details")
    likeness = compared(case.subject.known(), subjects.values())
    cases = cases_about(subjects, person)
    called = {p.subject_id: p for p in pointers(Outline(), dict.fromkeys(others, frozenset()))}
    return [
        Beside(
            proposal,
            case.subject,
            subjects.get(other),
            cases.get(other),
            likeness.get(other),
            called.get(other),
        )
        for other, proposal in others.items()
        if other in subjects or other in called
    ]


def other_of(proposal: Proposal, case: Case) -> UUID:
    """The subject that stands beside the one of a case."""
    return proposal.other_id if proposal.subject_id == case.subject_id else proposal.subject_id


def cases_about(subjects: Collection[UUID], person: Person) -> dict[UUID, Case]:
    """By subject, the newest case about them of which somebody sees the name."""
    cases = Case.objects.named_to(person).naming_to(person).filter(subject__in=subjects)
    cases = cases.select_related("subject", "force", "owner")
    return {case.subject_id: case for case in cases.order_by("opened_on", "pk") if case.subject_id}


def unanswered(case: Case) -> int:
    """How many records that are very like a case wait for an answer on it."""
    return RecordsBeside(case.subject_id).unanswered(case.follow_ups.open(), case)


def gone(
    case: Case, standing: RecordsBeside | None = None, open_: Iterable[FollowUp] | None = None
) -> list[int]:
    """The entries that ask about a record of which whoever works on the case may not know any more.

    `standing` are the records beside it and `open_` its open follow-ups, where they are loaded already.
    """
    waiting = case.follow_ups.open() if open_ is None else open_
    kinds = kinds_of_likeness(case.pack)
    asked = {follow_up.number for follow_up in waiting if follow_up.kind_id in kinds}
    if not asked:
        return []
    there = (standing or RecordsBeside(case.subject_id)).proposals
    return sorted(asked - {proposal.asked_number for proposal in there})
