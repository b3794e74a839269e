"""Entries of a record on paper: what may be printed of each, and the sentence in place of the rest."""

from handrail.cases.disclosure.paper.blocks import Block, answers, aside, facts, heading, moment, prose
from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, stages_read
from handrail.forms.answered import Answered
from handrail.records.kinds import Recorded


def is_printed(event: Event) -> bool:
    """Return whether the content of an entry is printed."""
    return not event.withheld and not event.erased and event.marking.printed


def title_of(event: Event) -> str:
    """Return the title of an entry, with its outcome where its marking may be printed."""
    return f"{event.title}: {event.outcome}" if event.outcome and event.marking.printed else event.title


def who(record: Recorded, event: Event) -> str:
    """Return who recorded an entry; the role without the name for a user invited to part of the case."""
    name = event.by if stages_read(record) is None else ""
    return ", ".join(filter(None, [name, event.role, event.organisation])) or event.by


def entry_blocks(record: Recorded, event: Event, given: list[Answered], level: int) -> list[Block]:
    """Return one entry: when it happened and was recorded, by whom, reasons and answers."""
    happened = facts(
        ("Happened", moment(event.happened)),
        ("Recorded", moment(event.recorded_at) + (", recorded late" if event.recorded_late else "")),
        ("By", who(record, event)),
        ("Marked", event.marking.title if event.marking.id != record.marking.id else ""),
    )
    blocks = [heading(f"{event.number}. {title_of(event)}", level), happened]
    if not is_printed(event):
        return [*blocks, aside(instead_of(record, event))]
    if event.reason:
        blocks += [heading("Reasons", level + 1), prose(event.reason)]
    return [*blocks, answers(given)] if given else blocks


def instead_of(record: Recorded, event: Event) -> str:
    """Return the sentence in place of content that is withheld, erased or not printed."""
    if event.withheld:
        return (
            f"Withheld: marked {event.marking.title}, and the person who printed this does not have the"
            f" vetting. {whom_to_ask(record)}"
        )
    if event.erased:
        return "The content of this entry was lawfully erased."
    return f"Not printed: marked {event.marking.title}. {event.marking.handling}"


def whom_to_ask(record: Recorded) -> str:
    """Return a sentence on whom to ask about withheld content."""
    if isinstance(record, Case) and record.owner:
        return f"Ask {record.owner.name}, who owns the case."
    return f"Ask the Prevent team of {record.force.name}."
