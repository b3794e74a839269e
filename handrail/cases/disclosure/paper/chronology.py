"""Timeline of a record on paper: every entry in the order in which it was recorded."""

from handrail.cases.disclosure.paper.blocks import Block, Paper, brief, facts, heading, table
from handrail.cases.disclosure.paper.cards import card_blocks
from handrail.cases.disclosure.paper.cover import notes_on, whom_and_where
from handrail.cases.disclosure.paper.entries import entry_blocks, is_printed, title_of
from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, answered, as_events, entries_of, stages_read
from handrail.cases.timeline.marking_actions import marking_of_page
from handrail.cases.timeline.overview import cards_of
from handrail.organisations.models import Person
from handrail.records.kinds import Recorded, kind_of

COLUMNS = ("No.", "Happened", "Recorded", "What", "By")
WIDTHS = ("auto", "auto", "auto", "3fr", "2fr")


def chronology_of(record: Recorded, reader: Person, *, with_answers: bool) -> Paper:
    """Return every entry that the reader sees, the first one first; withheld entries say so."""
    entries = entries_of(record)[::-1]
    events = as_events(record, entries, reader)
    found = answered(record, entries, events) if with_answers else [(event, []) for event in events]
    blocks = [
        heading(f"The {kind_of(record).label.lower()}"),
        *about(record),
        *(
            card_blocks(record, cards_of(record, entries, events))
            if with_answers and isinstance(record, Case)
            else []
        ),
        heading("At a glance"),
        overview(record, events),
        heading("Entries"),
    ]
    for event, given in found:
        blocks += entry_blocks(record, event, given, level=3)
    return Paper(
        title="Timeline" if with_answers else "Timeline without answers",
        reference=record.reference,
        marking=marking_of_page(record, filter(is_printed, events)),
        notes=notes_on(record, events),
        blocks=blocks,
    )


def about(record: Recorded) -> list[Block]:
    """Return what the record is: of a case subject, stage and owner; of any other its name and force."""
    if isinstance(record, Case):
        return whom_and_where(record)
    facts_of = ("Called", record.called), ("Police force", record.force.name), ("Policy", record.pack.title)
    return [facts(*facts_of)]


def overview(record: Recorded, events: list[Event]) -> Block:
    """Return a table with a line for each entry."""
    return table(COLUMNS, [_line(record, event) for event in events], WIDTHS)


def _line(record: Recorded, event: Event) -> tuple[str, ...]:
    by = ", ".join(filter(None, [event.by if stages_read(record) is None else "", event.role]))
    when = brief(event.happened), brief(event.recorded_at)
    return str(event.number), *when, title_of(event), by or event.by
