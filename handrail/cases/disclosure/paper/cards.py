"""The summary of a case on paper: the cards of its page, each with its sources."""

from collections.abc import Sequence

from handrail.cases.disclosure.paper.blocks import Block, answers, aside, day, facts, heading, moment, prose
from handrail.cases.disclosure.paper.entries import instead_of, is_printed, title_of, who
from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event
from handrail.cases.timeline.overview import CardShown, Said
from handrail.policy.schema.overview import Card


def card_blocks(case: Case, cards: Sequence[CardShown]) -> list[Block]:
    """Return the summary of a case, card by card; none where the policy declares no card."""
    blocks = [block for shown in cards for block in _card(case, shown)]
    return [heading("Summary"), *blocks] if blocks else []


def _card(case: Case, shown: CardShown) -> list[Block]:
    blocks = [heading(shown.card.title, 3)]
    blocks += [aside(f"{_source(case, event)}. {instead_of(case, event)}") for event in shown.unread]
    blocks += [block for said in shown.said for block in _said(case, shown.card, said)]
    if not shown.said and not shown.unread:
        blocks.append(aside(shown.empty))
    if shown.due:
        step = case.pack.step_by_id[shown.due.step].title
        blocks.append(facts(("Next", f"{step}, due {day(shown.due.due)}")))
    return blocks


def _said(case: Case, card: Card, said: Said) -> list[Block]:
    source = aside(f"{_source(case, said.event)}.")
    if not is_printed(said.event):
        return [source, aside(instead_of(case, said.event))]
    blocks = _decided(said) if said.decides else []
    if card.quoted:
        blocks += [prose(one.answer) for one in said.answers]
    elif said.answers:
        blocks.append(answers(said.answers))
    return [*blocks, source]


def _decided(said: Said) -> list[Block]:
    """Return what was decided, its sign-off or that it waits for one, and the reasons."""
    signed = said.sign_off
    sign_off = f"{title_of(signed)}, {moment(signed.happened)}" if signed else ""
    rows = ("Decided", said.event.outcome), ("Sign-off", "Waited for" if said.waits else sign_off)
    return [facts(*rows), *([prose(said.event.reason)] if said.event.reason else [])]


def _source(case: Case, event: Event) -> str:
    """Return the title, day and author of an entry, and when it was recorded where that was late."""
    late = f", recorded late on {moment(event.recorded_at)}" if event.recorded_late else ""
    return f"Entry {event.number}: {event.title}, {moment(event.happened)}{late}, {who(case, event)}"
