"""Records beside a subject's: linked to it, or proposed as possible matches."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from handrail.cases.models import Case, FollowUp
from handrail.cases.models.compiled import compiled
from handrail.cases.person.matches.linked import Linked, linked_to
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.subjects.models import PossibleMatch
from handrail.subjects.possible_matches import Answer

MOST_LINKED = 200
NOT_ANSWERED = "May be the same person: not answered yet"
STATES = {
    Answer.SAME: "Linked as the same person",
    Answer.NOT_SAME: "Said not to be the same person",
    Answer.CANNOT_TELL: "May be the same person: not possible to tell",
}
# Follows links from record to record, leaving out records whose existence must stay unknown.
LINKED = """
WITH RECURSIVE linked (id) AS (
    SELECT unnest(%s::uuid[])
    UNION
    SELECT CASE link.subject_id WHEN linked.id THEN link.other_id ELSE link.subject_id END
    FROM linked JOIN subjects_link link ON link.subject_id = linked.id OR link.other_id = linked.id
    WHERE link.undone_at IS NULL AND subjects_told(link.subject_id) AND subjects_told(link.other_id)
)
SELECT id FROM linked LIMIT %s
"""


def linked(subjects: Collection[UUID]) -> set[UUID]:
    """Return these subjects, and every subject reachable by links that the user may see."""
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [list(subjects), MOST_LINKED])
        return {id_ for (id_,) in cursor.fetchall()} | set(subjects)


@dataclass(frozen=True)
class RecordsBeside:
    """Records beside a subject's, as far as the database shows the user that they exist.

    Each property is read from the database once. `has_links` is False where the subject is known to have no
    link. Linked records are described only where the user `works` on the case.
    """

    subject: UUID | None
    has_links: bool = True
    works: bool = False

    @classmethod
    def of(cls, case: Case, *, has_links: bool = True) -> "RecordsBeside":
        """Return the records beside a case that was loaded with `with_access_of` the user."""
        return cls(case.subject_id, has_links=has_links, works=bool(case.may_change))

    @cached_property
    def matches(self) -> list[PossibleMatch]:
        """Possible matches of the subject, answered or not."""
        return _matches(subject=self.subject) if self.subject else []

    @cached_property
    def records(self) -> list[Linked]:
        """Linked records, for a user who works on the case; otherwise none."""
        return linked_to(self.subject) if self.subject and self.has_links and self.works else []

    @cached_property
    def linked(self) -> set[UUID]:
        """Other subjects linked to this one, directly or through another."""
        if not self.subject or not self.has_links:
            return set()
        if self.works:
            return {one.subject for one in self.records}
        return linked({self.subject}) - {self.subject}

    @property
    def to_answer(self) -> list[PossibleMatch]:
        """Strong matches to be answered on this record that nobody has answered."""
        return [p for p in self.matches if p.subject_id == self.subject and p.strong and not p.answer]

    @property
    def answered_elsewhere(self) -> list[PossibleMatch]:
        """Strong matches to be answered on the other record that nobody has answered."""
        return [p for p in self.matches if p.subject_id != self.subject and p.strong and not p.answer]

    @property
    def possible(self) -> list[PossibleMatch]:
        """Weaker matches that nobody has answered; no answer is required."""
        return [p for p in self.matches if not p.strong and not p.answer]

    @property
    def not_told(self) -> list[PossibleMatch]:
        """Matches answered with “cannot tell”."""
        return [p for p in self.matches if p.answer == Answer.CANNOT_TELL]

    @property
    def alike(self) -> set[UUID]:
        """Subjects that are linked, or strong matches not answered with “not the same”."""
        asked = (p for p in self.matches if p.strong and p.answer != Answer.NOT_SAME)
        return self.linked | {self.other(match) for match in asked}

    @property
    def state_by_subject(self) -> dict[UUID, str]:
        """State of each match or link in words, by subject."""
        said = {self.other(p): STATES[Answer(p.answer)] if p.answer else NOT_ANSWERED for p in self.matches}
        return {**said, **dict.fromkeys(self.linked, STATES[Answer.SAME])}

    def other(self, match: PossibleMatch) -> UUID:
        """Return the other subject of a possible match."""
        return match.other_id if match.subject_id == self.subject else match.subject_id

    def unanswered(self, follow_ups: Iterable[FollowUp], case: Case) -> int:
        """Return how many strong matches wait for an answer on `case`, given its open follow-ups."""
        kinds = kinds_of_likeness(case.pack)
        unasked = sum(p.asked_number is None for p in self.to_answer)
        return unasked + sum(f.kind_id in kinds for f in follow_ups)


@compiled(subject=UUID)
def _matches(subject: UUID) -> "QuerySet[PossibleMatch]":
    return PossibleMatch.objects.beside(subject)


def alike(case: Case) -> set[UUID]:
    """Return subjects linked to a case's, and strong matches not answered with “not the same”.

    Subjects whose existence the user may not know of are left out.
    """
    return RecordsBeside(case.subject_id).alike
