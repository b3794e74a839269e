"""What whoever acts on a case has to know first: linked records, open questions, what the unit advised.

It is shown before every step and again before what was written is sent. That nothing is there is said only
where nothing is: no link, no likeness that nobody answered, no record that could not be told apart, and every
force looked through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, Q

from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.person.matches.linked import Linked
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.timeline.advice import Advice
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.ledger.models import Entry
from handrail.policy.process import stopped_by
from handrail.policy.schema.step import Step
from handrail.subjects.match_records import Outline

NAMED = 3


@dataclass(frozen=True)
class Beforehand:
    """All of it, of one case, for somebody who works on it.

    `to_answer` is how many questions about other records are open on it, `stopped` what cannot be decided
    until they are answered.
    """

    case: Case
    beside: RecordsBeside
    advice: Advice | None
    to_answer: int = 0
    stopped: tuple[str, ...] = ()

    @property
    def linked(self) -> Sequence[Linked]:
        """The records that somebody linked to it."""
        return self.beside.records

    @property
    def newest(self) -> Sequence[Linked]:
        """The first of them, which each page of a form names beside how many there are."""
        return self.linked[:NAMED]

    @property
    def elsewhere(self) -> int:
        """How many records very like it wait for an answer on the other record."""
        return len(self.beside.answered_elsewhere)

    @property
    def possible(self) -> int:
        """How many records are somewhat like it, of which nobody has said anything."""
        return len(self.beside.possible)

    @property
    def not_told(self) -> int:
        """How many records somebody could not tell apart from it."""
        return len(self.beside.not_told)

    @property
    def is_something(self) -> bool:
        """Whether another record is linked to it, or is like it and was not said to be somebody else."""
        waits = self.to_answer or self.elsewhere or self.possible or self.not_told
        return bool(waits or self.linked or self.beside.alike)

    @cached_property
    def is_nothing(self) -> bool:
        """Whether every force was looked through and nothing was found, as far as may be said at all."""
        return bool(self.case.may_change and self.case.subject and not self.is_something and self._was_looked)

    @property
    def _was_looked(self) -> bool:
        """Whether every force was looked through, by the worker or beside a step, and nothing was cut off."""
        own = Entry.objects.filter(chain=self.case.pk)
        looked = Q(looked_at__isnull=False) | Exists(own.filter(content__content__has_key="found"))
        cut_off = own.filter(content__content__found__capped=True)
        return Outline.objects.filter(looked, ~Exists(cut_off), pk=self.beside.subject).exists()


def stopped_outcomes(record: Record, step: Step, to_answer: int) -> tuple[str, ...]:
    """The outcomes of a step that cannot be chosen while what is open is open, as they are called."""
    kinds = {asked.kind for asked in record.position.asked}
    kinds |= kinds_of_likeness(record.pack) if to_answer else set()
    return tuple(
        outcome.title
        for outcome in step.outcomes
        if kinds & stopped_by(record.pack, record.position, step, outcome.id).keys()
    )
