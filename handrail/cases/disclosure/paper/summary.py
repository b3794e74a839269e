"""Summary of a case on paper: state, what is due, plan, last decisions."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from handrail.cases.disclosure.paper.blocks import Block, Paper, aside, day, heading, moment, points, table
from handrail.cases.disclosure.paper.cards import card_blocks
from handrail.cases.disclosure.paper.cover import notes_on, whom_and_where
from handrail.cases.disclosure.paper.entries import entry_blocks, is_printed
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.timeline import checks, follow_ups_shown
from handrail.cases.timeline.entries import Event, answered, as_events, awaited_from, entries_of
from handrail.cases.timeline.marking_actions import marking_of_page
from handrail.cases.timeline.overview import cards_of
from handrail.forms.answered import Answered
from handrail.organisations.models import Person
from handrail.policy.deadlines import in_due_order
from handrail.policy.position import Deadline

COLUMNS = ("What", "Who", "Due", "State")
WIDTHS = ("3fr", "3fr", "2fr", "2fr")
Found = Sequence[tuple[Event, list[Answered]]]


def summary_of(case: Case, reader: Person) -> Paper:
    """Return a case in short, for a reader who sees all of it."""
    record, entries = Record.of(case), entries_of(case)
    events = as_events(case, entries, reader)
    found = answered(case, entries, events)
    return Paper(
        title="Case summary",
        reference=case.reference,
        marking=marking_of_page(case, filter(is_printed, events)),
        notes=notes_on(case, events),
        blocks=[
            heading("Current stage"),
            *whom_and_where(case),
            *card_blocks(case, cards_of(case, entries, events, record.position.deadlines)),
            heading("What comes next"),
            *next_blocks(record, reader, events),
            heading("Plan"),
            *plan_blocks(case, found),
            heading("Last decisions"),
            *decision_blocks(case, found),
        ],
    )


def next_blocks(record: Record, reader: Person, events: Sequence[Event]) -> list[Block]:
    """Return what is due or late, open follow-ups, and where the case is out of line with policy."""
    return [
        *_waiting(record.case, reader, events),
        *_deadlines(record),
        *_asked_of_others(record, reader, events),
        *_out_of_line(record.case),
    ]


def _waiting(case: Case, reader: Person, events: Sequence[Event]) -> list[Block]:
    if case.waiting_since is None:
        return []
    # The party is named in an entry, which may be one that must not be printed.
    whose = awaited_from(case, reader) if all(event.marking.printed for event in events) else ""
    since = f"The clock has been stopped since {day(case.waiting_since)}: waiting for an answer"
    return [aside(f"{since} from {whose}." if whose else f"{since}.")]


def _deadlines(record: Record) -> list[Block]:
    case, today = record.case, timezone.localdate()
    rows = [
        (
            (step := case.pack.step_by_id[deadline.step]).title,
            case.pack.role_titles[step.by[0]],
            *_due(case, deadline, today),
        )
        for deadline in in_due_order(record.pack, record.position.deadlines)
    ]
    if rows:
        return [table(COLUMNS, rows, WIDTHS)]
    return [aside("Nothing is due." if case.is_open else f"Closed on {day(case.closed_on)}.")]


def _due(case: Case, deadline: Deadline, today: date) -> tuple[str, str]:
    """Return the due day and the state of a deadline; for one within hours, the time."""
    if case.is_by_the_clock(deadline.limit) and case.threat_due_at:
        return moment(case.threat_due_at), "Late" if case.threat_is_late() else "Not late yet"
    return day(deadline.due), "Clock stopped" if case.waiting_since else lateness(deadline.due, today)


def _asked_of_others(record: Record, reader: Person, events: Sequence[Event]) -> list[Block]:
    kept = {event.number for event in events if not is_printed(event)}
    rows = []
    for asked in follow_ups_shown.on_case(record, timezone.localdate()):
        said = "" if asked.row.number in kept else asked.what
        late = f", {lateness(asked.due, asked.today).lower()}" if asked.due else ""
        what = f"{asked.rule.title}: {said}" if said else asked.rule.title
        rows.append((what, asked.to or "Outside", day(asked.due), asked.state + late))
    title = "Open requests to others"
    return [heading(title, 3), table(COLUMNS, rows, WIDTHS)] if rows else []


def _out_of_line(case: Case) -> list[Block]:
    if not checks.asks_of_cases(case.pack):
        return [aside(checks.NONE_ASKED)]
    wrong = [check.out_of_line for check in checks.out_of_line(case)]
    return [heading("Out of line with policy", 3), points(wrong)] if wrong else []


def lateness(due: date, today: date) -> str:
    """Return how late a due day is, in words."""
    days = (today - due).days
    if days > 0:
        return f"{days} {'day' if days == 1 else 'days'} overdue"
    return "Due today" if days == 0 else "Not due yet"


def plan_blocks(case: Case, found: Found) -> list[Block]:
    """Return the latest entry of each step that the pack calls a plan."""
    blocks: list[Block] = []
    last: set[str] = set()
    for event, given in found:
        if event.step.id in case.pack.paper.plans and event.step.id not in last:
            last.add(event.step.id)
            blocks = entry_blocks(case, event, given, level=3) + blocks
    return blocks or [aside("No plan is recorded.")]


def decision_blocks(case: Case, found: Found) -> list[Block]:
    """Return the last decisions, the newest first, with reasons and without answers."""
    decisions = [event for event, _ in found if event.step.outcomes][: case.pack.paper.decisions]
    blocks = [block for event in decisions for block in entry_blocks(case, event, [], level=3)]
    return blocks or [aside("Nothing is decided yet.")]
