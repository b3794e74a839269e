"""Which other records stand beside the one of a case: linked by somebody, or proposed and not denied."""

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
from handrail.subjects.models import Proposal
from handrail.subjects.proposals import Answer

MOST_LINKED = 200
NOT_ANSWERED = "May be the same person: nobody has answered"
STANDING = {
    Answer.SAME: "Linked as the same person",
    Answer.NOT_SAME: "Said not to be the same person",
    Answer.CANNOT_TELL: "May be the same person: it could not be told",
}
# Follows links from record to record, but not to a record of which the user may not know that it exists.
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
    """Return these subjects, and every subject that links which the user may see lead to."""
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [list(subjects), MOST_LINKED])
        return {id_ for (id_,) in cursor.fetchall()} | set(subjects)


@dataclass(frozen=True)
class RecordsBeside:
    """The records beside the one of a case, as far as the database shows the user that they are there at all.

    What is asked is read once, however many of these are looked at. `has_links` is False where it is known
    that nobody linked it to another. Only where `works` says that the user works on the case are they told
    where linked records stand.
    """

    subject: UUID | None
    has_links: bool = True
    works: bool = False

    @classmethod
    def of(cls, case: Case, *, has_links: bool = True) -> "RecordsBeside":
        """Return the records beside the one of a case that was loaded with `standing_to` the user."""
        return cls(case.subject_id, has_links=has_links, works=bool(case.may_change))

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What was found to be like it, answered or not."""
        return _proposals(subject=self.subject) if self.subject else []

    @cached_property
    def records(self) -> list[Linked]:
        """The records that somebody linked to it, for who works on a case about it; for others, none."""
        return linked_to(self.subject) if self.subject and self.has_links and self.works else []

    @cached_property
    def linked(self) -> set[UUID]:
        """The other subjects that somebody linked to it, one after the other."""
        if not self.subject or not self.has_links:
            return set()
        if self.works:
            return {one.subject for one in self.records}
        return linked({self.subject}) - {self.subject}

    @property
    def to_answer(self) -> list[Proposal]:
        """What is very like it, is answered on it, and was answered by nobody."""
        return [p for p in self.proposals if p.subject_id == self.subject and p.strong and not p.answer]

    @property
    def answered_elsewhere(self) -> list[Proposal]:
        """What is very like it, is answered on the other record, and was answered by nobody."""
        return [p for p in self.proposals if p.subject_id != self.subject and p.strong and not p.answer]

    @property
    def possible(self) -> list[Proposal]:
        """What is somewhat like it, of which nobody has to say anything and nobody has."""
        return [p for p in self.proposals if not p.strong and not p.answer]

    @property
    def not_told(self) -> list[Proposal]:
        """What somebody looked at and could not tell."""
        return [p for p in self.proposals if p.answer == Answer.CANNOT_TELL]

    @property
    def alike(self) -> set[UUID]:
        """The subjects that are linked to it, or are very like it and were not said to be another."""
        asked = (p for p in self.proposals if p.strong and p.answer != Answer.NOT_SAME)
        return self.linked | {self.other(proposal) for proposal in asked}

    @property
    def in_words(self) -> dict[UUID, str]:
        """By subject, how it stands: linked, or proposed and what was said."""
        said = {
            self.other(p): STANDING[Answer(p.answer)] if p.answer else NOT_ANSWERED for p in self.proposals
        }
        return {**said, **dict.fromkeys(self.linked, STANDING[Answer.SAME])}

    def other(self, proposal: Proposal) -> UUID:
        """The subject that a proposal sets beside this one."""
        return proposal.other_id if proposal.subject_id == self.subject else proposal.subject_id

    def unanswered(self, follow_ups: Iterable[FollowUp], case: Case) -> int:
        """How many records very like it wait for an answer on `case`, whose open follow-ups are given."""
        kinds = kinds_of_likeness(case.pack)
        unasked = sum(p.asked_number is None for p in self.to_answer)
        return unasked + sum(f.kind_id in kinds for f in follow_ups)


@compiled(subject=UUID)
def _proposals(subject: UUID) -> "QuerySet[Proposal]":
    return Proposal.objects.beside(subject)


def alike(case: Case) -> set[UUID]:
    """The subjects that are linked to that of a case, or are very like it and were not said to be another.

    Those of whose records the user may not know that they exist are left out.
    """
    return RecordsBeside(case.subject_id).alike
