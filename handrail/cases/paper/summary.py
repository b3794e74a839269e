"""The summary of a case for paper: where it stands, what comes next, the plan, the last decisions."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from handrail.cases import checks
from handrail.cases.filling import Answered
from handrail.cases.history import Event, awaited_from, chronology_with_answers
from handrail.cases.marking import marking_of_page
from handrail.cases.models import Case
from handrail.cases.paper.blocks import Block, Paper, aside, day, heading, points, table
from handrail.cases.paper.entries import entry_blocks, is_printed
from handrail.cases.paper.standing import notes_on, whom_and_where
from handrail.cases.record import Record
from handrail.organisations.models import Person
from handrail.policy.process import Deadline

Found = Sequence[tuple[Event, list[Answered]]]


def summary_of(case: Case, reader: Person) -> Paper:
    """A case in short, for somebody who sees all of it."""
    found = chronology_with_answers(case, reader)
    events = [event for event, _ in found]
    return Paper(
        title="Case summary",
        reference=case.reference,
        marking=marking_of_page(case, filter(is_printed, events)),
        notes=notes_on(case, events),
        blocks=[
            heading("Where it stands"),
            *whom_and_where(case),
            heading("What comes next"),
            *next_blocks(case, reader, events),
            heading("Plan"),
            *plan_blocks(case, found),
            heading("Last decisions"),
            *decision_blocks(case, found),
        ],
    )


def next_blocks(case: Case, reader: Person, events: Sequence[Event]) -> list[Block]:
    """What is due and what is late, and where the case is out of line with policy."""
    blocks = []
    if case.waiting_since:
        # The answer is named by an entry, and that one may be among those that stay on the screen.
        of = awaited_from(case, reader) if all(event.marking.printed for event in events) else ""
        since = f"The clock has stood still since {day(case.waiting_since)}: an answer is awaited"
        blocks.append(aside(f"{since}{' from ' + of if of else ''}."))
    deadlines = sorted(Record.of(case).position.deadlines, key=lambda deadline: deadline.due)
    if deadlines:
        rows = [_due(case, deadline, timezone.localdate()) for deadline in deadlines]
        blocks.append(table(("What", "Who", "Due", "State"), rows, ("3fr", "3fr", "2fr", "2fr")))
    elif not blocks:
        blocks.append(aside("Nothing is due." if case.is_open else f"Closed on {day(case.closed_on)}."))
    if wrong := checks.out_of_line(case):
        blocks += [heading("Out of line with policy", 3), points([check.out_of_line for check in wrong])]
    return blocks


def _due(case: Case, deadline: Deadline, today: date) -> tuple[str, str, str, str]:
    step = case.pack.step_by_id[deadline.step]
    days = (today - deadline.due).days
    state = "Clock stopped" if case.waiting_since else "Due today" if days == 0 else "Not due yet"
    if days > 0 and not case.waiting_since:
        state = f"{days} {'day' if days == 1 else 'days'} late"
    return step.title, case.pack.role_titles[step.by[0]], day(deadline.due), state


def plan_blocks(case: Case, found: Found) -> list[Block]:
    """The plan as it was last recorded, with its last review."""
    blocks: list[Block] = []
    last: set[str] = set()
    for event, given in found:
        if event.step.id in case.pack.paper.plans and event.step.id not in last:
            last.add(event.step.id)
            blocks = entry_blocks(case, event, given, level=3) + blocks
    return blocks or [aside("No plan is recorded.")]


def decision_blocks(case: Case, found: Found) -> list[Block]:
    """The last decisions, the newest first, with their reasons and without all that was answered."""
    decisions = [event for event, _ in found if event.step.outcomes][: case.pack.paper.decisions]
    blocks = [block for event in decisions for block in entry_blocks(case, event, [], level=3)]
    return blocks or [aside("Nothing is decided yet.")]
