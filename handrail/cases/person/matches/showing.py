"""Compare two records side by side: what each says, how they compare, and how much that counts."""

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
from handrail.subjects.models import PossibleMatch, Subject
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
    """One fact of two records: what each says, and the comparison (`part`) where there was one."""

    label: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    part: Part | None


@dataclass(frozen=True)
class Beside:
    """A possible match beside a case, for a user who works on the case.

    `subject` and `case` are None where the user may not see the other record; `pointer` then says whom to
    call.
    """

    match: PossibleMatch
    ours: Subject
    subject: Subject | None = None
    case: Case | None = None
    likeness: Likeness | None = None
    pointer: Pointer | None = None

    @property
    def answered_here(self) -> bool:
        """Whether the question belongs to this case rather than the other record."""
        return self.match.subject_id == self.ours.pk

    @cached_property
    def lines(self) -> list[Line]:
        """Facts of both records, in the order of LABELS."""
        if self.subject is None or self.likeness is None:
            return []
        parts = {part.fact: part for part in self.likeness.parts}
        ours, theirs = said(self.ours.known()), said(self.subject.known())
        facts = (fact for fact in LABELS if ours[fact] or theirs[fact])
        return [Line(LABELS[fact], ours[fact], theirs[fact], parts.get(fact)) for fact in facts]


def said(known: Known) -> dict[Fact, tuple[str, ...]]:
    """Return what is known of a person in words, by fact."""
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
    """Return an ISO date in words, or unchanged where it is not a date."""
    try:
        return day_in_words(written, "%-d %b %Y")
    except (ValueError, IndexError):
        return written


def _some(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def beside(case: Case, person: Person, *, only: UUID | None = None) -> list[Beside]:
    """Return the possible matches of a case: first those to be answered, then strong ones, then by weight.

    Takes a fixed number of queries, however many there are. `only` limits them to one proposal.
    """
    if case.subject is None:
        return []
    found = PossibleMatch.objects.beside(case.subject_id).select_related("answered_by", "found_by")
    found = found if only is None else found.filter(pk=only)
    matches = list(found.waiting_first()[:MOST])
    others = {other_of(match, case): match for match in matches}
    readable = readable_by(person).filter(pk__in=list(others)).select_related("outline")
    subjects = readable.distinct().in_bulk()
    prefetch_related_objects([case.subject, *subjects.values()], "details")
    likeness = compared(case.subject.known(), subjects.values())
    cases = cases_about(subjects, person)
    called = {p.subject_id: p for p in pointers(Outline(), dict.fromkeys(others, frozenset()))}
    return [
        Beside(
            match,
            case.subject,
            subjects.get(other),
            cases.get(other),
            likeness.get(other),
            called.get(other),
        )
        for other, match in others.items()
        if other in subjects or other in called
    ]


def other_of(match: PossibleMatch, case: Case) -> UUID:
    """Return the other subject of a possible match of this case."""
    return match.other_id if match.subject_id == case.subject_id else match.subject_id


def cases_about(subjects: Collection[UUID], person: Person) -> dict[UUID, Case]:
    """Return the newest case about each subject whose name the person may see, by subject."""
    cases = Case.objects.named_to(person).naming_to(person).filter(subject__in=subjects)
    cases = cases.select_related("subject", "force", "owner")
    return {case.subject_id: case for case in cases.order_by("opened_on", "pk") if case.subject_id}


def unanswered(case: Case) -> int:
    """Return how many strong matches wait for an answer on the case."""
    return RecordsBeside(case.subject_id).unanswered(case.follow_ups.open(), case)


def gone(
    case: Case, beside_it: RecordsBeside | None = None, open_: Iterable[FollowUp] | None = None
) -> list[int]:
    """Return entry numbers of open match questions about records that have since become hidden.

    `beside_it` are the records beside the case and `open_` its open follow-ups, where they are loaded
    already.
    """
    waiting = case.follow_ups.open() if open_ is None else open_
    kinds = kinds_of_likeness(case.pack)
    asked = {follow_up.number for follow_up in waiting if follow_up.kind_id in kinds}
    if not asked:
        return []
    there = (beside_it or RecordsBeside(case.subject_id)).matches
    return sorted(asked - {match.asked_number for match in there})
