"""A stated threat as the pages show it: what was stated, until when somebody acts, and whom to ring.

It is shown because somebody answered a question of the policy with yes. Nothing is read out of free text.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.cases.forms.answered import Answered
from handrail.cases.models import Case
from handrail.cases.models.register_entry import Matter
from handrail.cases.packs import pack
from handrail.cases.timeline.entries import Event, answered_among
from handrail.ledger.models import Entry
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Duty
from handrail.policy.schema.form import Form, Meaning


@dataclass(frozen=True, slots=True)
class Stated:
    """A threat that stands on a case. `due_at` is None while no limit of it runs.

    That somebody said what was done is `is_answered`: an entry says so, and nothing else stands for it.
    """

    case: Case
    event: Event | None
    given: Sequence[Answered]
    duties: Sequence[Duty]
    due_at: datetime | None
    is_answered: bool
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether nobody said in time what was done."""
        return self.due_at is not None and self.due_at < self.now


def standing_on(case: Case, entries: Sequence[Entry], events: Iterable[Event], at: datetime) -> Stated | None:
    """Return the threat that stands on a case, or None; `events` are its entries in words for the reader."""
    if not case.threat:
        return None
    event, given = _said(case, entries, events)
    answered = _is_answered(case, entries)
    return Stated(case, event, given, duties_on([case], at), case.threat_due_at, answered, at)


def duties_on(cases: Collection[Case | Matter], at: datetime) -> list[Duty]:
    """Return who is on duty in the forces of these cases and matters, without those that are restricted.

    Whom to ring about a restricted case is among those who are named, and not on a list.
    """
    forces = {one.force_id for one in cases if isinstance(one, Matter) or not one.restricted}
    return [duty for duties in on_duty_in(forces, at).values() for duty in duties]


def _is_answered(case: Case, entries: Sequence[Entry]) -> bool:
    """Whether an entry after the threat says what was done, by the policy under which it was recorded."""
    later = (entry for entry in entries if entry.number > (case.threat_number or 0))
    return any(
        entry.act in {limit.step, *limit.also_kept_by}
        for entry in later
        if (limit := pack(entry.pack).threat_limit)
    )


def _said(
    case: Case, entries: Sequence[Entry], events: Iterable[Event]
) -> tuple[Event | None, list[Answered]]:
    """Return the entry that states the threat, and what was said there about it."""
    pairs = [pair for pair in zip(entries, events, strict=True) if pair[0].number == case.threat_number]
    if not pairs:
        return None, []
    [(entry, event)] = pairs
    if event.withheld or event.erased:
        return event, []
    asked = _asked_about(case.pack.form_of(event.step))
    [(_, given)] = answered_among(case, [entry], [event], {entry.act})
    return event, [answer for answer in given if answer.name in asked]


def _asked_about(form: Form | None) -> set[str]:
    """Return the questions of a form that ask for a threat, with what its section asks after it."""
    found: set[str] = set()
    for section in form.sections if form else ():
        ids = [question.id for question in section.questions]
        asking = [question.id for question in section.questions if question.means is Meaning.THREAT]
        found |= set(ids) if section.urgent else set()
        found |= set(ids[ids.index(asking[0]) :]) if asking else set()
    return found
