"""Assessments dated after the decision that they should have informed.

An assessment informs a decision if it was both made and recorded before it, and after the last decision of
its kind. Where no assessment does, the next one is marked as made after the fact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.assessment import ASSESSMENT


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry reduced to its number, step and moment."""

    number: int
    act: str
    happened_at: datetime

    def came_before(self, other: "Dated") -> bool:
        """Return whether the entry was both recorded and dated before the other, by the day."""
        made, then = timezone.localdate(self.happened_at), timezone.localdate(other.happened_at)
        return self.number < other.number and made <= then


def after_the_fact(case: Case, entries: Iterable[Entry] | None = None) -> dict[int, int]:
    """Return assessments made after the fact: the decision's entry number by the assessment's.

    `entries` are all entries of the case, in any order, if loaded already.
    """
    acts = {id_ for step in ASSESSMENT.steps(case.pack) for id_ in (step.id, *ASSESSMENT.informed_by(step))}
    if entries is None:
        entries = Entry.objects.filter(chain=case.pk, act__in=acts).only("number", "act", "happened_at")
    dated = [Dated(entry.number, entry.act, entry.happened_at) for entry in entries if entry.act in acts]
    return late_for(case.pack, sorted(dated, key=lambda entry: entry.number))


def late_for(pack: Pack, entries: Iterable[Dated]) -> dict[int, int]:
    """Return what `after_the_fact` does, for entries that are loaded and in the order of their numbers."""
    listed = list(entries)
    found: dict[int, int] = {}
    for step in ASSESSMENT.steps(pack):
        same_form = _with_form_of(pack, step.id)
        assessments = [entry for entry in listed if entry.act in same_form]
        for decision in ASSESSMENT.informed_by(step):
            decided = [entry for entry in listed if entry.act == decision]
            found |= _late(assessments, decided)
    return found


def _with_form_of(pack: Pack, step_id: str) -> set[str]:
    """Return the step, with the other steps by which this assessment is made again."""
    form = pack.step_by_id[step_id].form
    return {step.id for step in pack.steps if step.id == step_id or (form and step.form == form)}


def _late(assessments: list[Dated], decisions: list[Dated]) -> dict[int, int]:
    found = {}
    since = 0
    for decision in decisions:
        informed = any(a.came_before(decision) and a.number > since for a in assessments)
        later = (a for a in assessments if a.number > since and not a.came_before(decision))
        if not informed and (first := next(later, None)):
            found[first.number] = decision.number
        since = decision.number
    return found
