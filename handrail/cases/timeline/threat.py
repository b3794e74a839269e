"""A stated threat as pages show it: its text, the time of the due response, and whom to call.

A threat is stated by the answer to a question of the pack, never found in free text.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.timeline.entries import Event, answered_among
from handrail.forms.answered import Answered
from handrail.ledger.models import Entry
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Duty
from handrail.policy.schema.form import Form, Meaning
from handrail.records.packs import pack


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated threat of a case. `due_at` is None where no limit runs for it.

    `is_answered`: whether a later entry records a response; nothing else counts as one.
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
        """Whether the response is overdue, by the hour."""
        return self.due_at is not None and self.due_at < self.now


def stated_on(case: Case, entries: Sequence[Entry], events: Iterable[Event], at: datetime) -> Stated | None:
    """Return the stated threat of a case, or None; `events` are the words of its entries for the reader."""
    if not case.threat:
        return None
    event, given = _statement_of(case, entries, events)
    answered = _is_answered(case, entries)
    return Stated(case, event, given, duties_on([case], at), case.threat_due_at, answered, at)


def duties_on(cases: Collection[Case | RegisterEntry], at: datetime) -> list[Duty]:
    """Return who is on duty in the forces of these cases and register entries, leaving out restricted cases.

    For a restricted case the person to call is one of those named for it, not one of a public list.
    """
    forces = {one.force_id for one in cases if isinstance(one, RegisterEntry) or not one.restricted}
    return [duty for duties in on_duty_in(forces, at).values() for duty in duties]


def _is_answered(case: Case, entries: Sequence[Entry]) -> bool:
    """Return whether an entry after the threat records a response, by the pack of that entry."""
    later = (entry for entry in entries if entry.number > (case.threat_number or 0))
    return any(
        entry.act in {limit.step, *limit.also_kept_by}
        for entry in later
        if (limit := pack(entry.pack).threat_limit)
    )


def _statement_of(
    case: Case, entries: Sequence[Entry], events: Iterable[Event]
) -> tuple[Event | None, list[Answered]]:
    """Return the entry that states the threat, with its answers about the threat."""
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
    """Return the ids of a form's questions about a threat, with those that follow in its section."""
    found: set[str] = set()
    for section in form.sections if form else ():
        ids = [question.id for question in section.questions]
        asking = [question.id for question in section.questions if question.means is Meaning.THREAT]
        found |= set(ids) if section.urgent else set()
        found |= set(ids[ids.index(asking[0]) :]) if asking else set()
    return found
