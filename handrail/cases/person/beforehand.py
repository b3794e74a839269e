"""What a user must know before an act on a case: linked records, open match questions, advice.

Shown before every step, and again before the form is sent. “Nothing found” is said only where nothing is
linked, no possible match is unanswered or undecided, and every force was searched.
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
    """What to know before an act on one case.

    `to_answer` counts open match questions; `stopped` names the outcomes that wait for the answers.
    """

    case: Case
    beside: RecordsBeside
    advice: Advice | None
    to_answer: int = 0
    stopped: tuple[str, ...] = ()

    @property
    def linked(self) -> Sequence[Linked]:
        """Records linked to this one, the newest first."""
        return self.beside.records

    @property
    def newest(self) -> Sequence[Linked]:
        """The first NAMED linked records, which every page of a form names."""
        return self.linked[:NAMED]

    @property
    def elsewhere(self) -> int:
        """Number of strong matches whose question is open on the other record."""
        return len(self.beside.answered_elsewhere)

    @property
    def possible(self) -> int:
        """Number of weaker possible matches that nobody has answered."""
        return len(self.beside.possible)

    @property
    def not_told(self) -> int:
        """Number of records answered with “cannot tell”."""
        return len(self.beside.not_told)

    @property
    def is_something(self) -> bool:
        """Whether another record is linked, or is a possible match that was not ruled out."""
        waits = self.to_answer or self.elsewhere or self.possible or self.not_told
        return bool(waits or self.linked or self.beside.alike)

    @cached_property
    def is_nothing(self) -> bool:
        """Whether the page may say that no other record was found, in any force."""
        return bool(self.case.may_change and self.case.subject and not self.is_something and self._was_looked)

    @property
    def _was_looked(self) -> bool:
        """Whether every force was searched, by the worker or in a step, and no result was cut short."""
        own = Entry.objects.filter(chain=self.case.pk)
        looked = Q(looked_at__isnull=False) | Exists(own.filter(content__content__has_key="found"))
        cut_off = own.filter(content__content__found__capped=True)
        return Outline.objects.filter(looked, ~Exists(cut_off), pk=self.beside.subject, capped=False).exists()


def stopped_outcomes(record: Record, step: Step, to_answer: int) -> tuple[str, ...]:
    """Return titles of a step's outcomes that are blocked by open follow-ups or match questions."""
    kinds = {asked.kind for asked in record.position.asked}
    kinds |= kinds_of_likeness(record.pack) if to_answer else set()
    return tuple(
        outcome.title
        for outcome in step.outcomes
        if kinds & stopped_by(record.pack, record.position, step, outcome.id).keys()
    )
