"""The summary of a case: on each card of the pack, the newest entries that say what stands there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event
from handrail.cases.timeline.entry_answers import EntryAnswers
from handrail.forms.answered import Answered
from handrail.ledger.models import Entry
from handrail.policy.position import Deadline
from handrail.policy.schema.overview import Card, Take
from handrail.policy.step_kinds.kind import kind_of

NOT_IN_YOUR_PART = "Nothing of this is in the part of the case that you see."
LAST = 1_000  # after every question that the summary names
Pair = tuple[Entry, Event]


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says on a card; of a decision also its sign-off, or that it waits for one."""

    event: Event
    decides: bool
    answers: Sequence[Answered]
    sign_off: Event | None
    waits: bool


@dataclass(frozen=True, slots=True)
class CardShown:
    """One card for a reader.

    `unread` are entries newer than those shown whose content is withheld or erased, so that nobody takes the
    card for complete. `due` is the earliest deadline that belongs on it.
    """

    card: Card
    said: Sequence[Said]
    unread: Sequence[Event]
    due: Deadline | None
    empty: str


@dataclass(frozen=True, slots=True)
class _Taken:
    """The entry that fills one part of a card, if any, and the newer ones that the reader may not read."""

    take: Take
    filled_by: Pair | None
    unread: Sequence[Event]


def cards_of(
    case: Case, entries: Sequence[Entry], events: Sequence[Event], deadlines: Sequence[Deadline] = ()
) -> list[CardShown]:
    """Return the summary of a case for a reader.

    `entries` are all entries of the case, and `events` their words in the same order for the reader. A card
    that is empty for a reader of a part, who reads none of the steps that could fill it, is left out.
    """
    pairs = _newest_first(entries, events)
    found = [(card, [_taken(pairs, take) for take in card.takes]) for card in case.pack.overview]
    cards = [(card, taken) for card, taken in found if _is_shown(card, taken, case)]
    filling = [one.filled_by[0] for _, taken in cards for one in taken if one.filled_by]
    answers = EntryAnswers(case, filling)
    signed = {event.signs: event for _, event in reversed(pairs) if event.signs}
    return [
        CardShown(
            card=card,
            said=[_said(case, one.filled_by, one.take, answers, signed) for one in taken if one.filled_by],
            unread=list({event.number: event for one in taken for event in one.unread}.values()),
            due=_due(card, deadlines),
            empty=card.empty if _is_seen_whole(card, case) else NOT_IN_YOUR_PART,
        )
        for card, taken in cards
    ]


def _is_shown(card: Card, taken: Sequence[_Taken], case: Case) -> bool:
    """Return whether a card has something for the user, or a step whose entries they may read."""
    has_entry = any(one.filled_by or one.unread for one in taken)
    return case.only_stages is None or has_entry or not _steps_of(card).isdisjoint(case.only_steps)


def _steps_of(card: Card) -> set[str]:
    return {step for take in card.takes for step in take.steps}


def _is_seen_whole(card: Card, case: Case) -> bool:
    """Return whether the user reads every entry that could fill a card."""
    return case.only_stages is None or _steps_of(card) <= case.only_steps


def newest_of_each_step(
    case: Case, entries: Sequence[Entry], events: Sequence[Event]
) -> list[tuple[Event, list[Answered]]]:
    """Return the entries to read beside a form, referrals first, with what the summary shows of each first.

    They are the newest of each step that the summary names, and of each assessment and decision.
    """
    takes = [take for card in case.pack.overview for take in card.takes]
    steps = {step for take in takes for step in take.steps}
    asked = [question for take in takes for question in take.questions]
    order = {question: place for place, question in reversed(list(enumerate(asked)))}
    newest: dict[str, Pair] = {}
    for pair in _newest_first(entries, events):
        if pair[1].step.id in steps or kind_of(pair[1].step).reads_first:
            newest.setdefault(pair[1].step.id, pair)
    pairs = sorted(newest.values(), key=lambda pair: not kind_of(pair[1].step).opens_case)
    answers = EntryAnswers(case, [entry for entry, _ in pairs])
    return [(event, [] if event.withheld else _in_order(answers.of(entry), order)) for entry, event in pairs]


def _in_order(given: Iterable[Answered], order: Mapping[str, int]) -> list[Answered]:
    """Return answers in the order of these questions, and all others after them as they were asked."""
    return sorted(given, key=lambda one: order.get(one.name, LAST))


def _newest_first(entries: Sequence[Entry], events: Sequence[Event]) -> list[Pair]:
    """Return entries with their words by the day of the act, and within a day by the order of recording."""
    pairs = zip(entries, events, strict=True)
    return sorted(pairs, key=lambda p: (timezone.localdate(p[0].happened_at), p[0].number), reverse=True)


def _taken(pairs: Iterable[Pair], take: Take) -> _Taken:
    unread: list[Event] = []
    for entry, event in pairs:
        if event.step.id not in take.steps:
            continue
        if event.withheld or event.erased:
            unread.append(event)
        elif (take.decision and event.outcome) or _says(entry, take.questions):
            return _Taken(take, (entry, event), unread)
    return _Taken(take, None, unread)


def _says(entry: Entry, questions: Collection[str]) -> bool:
    answers = entry.content.content.get("answers", {})
    return any(answers.get(question) not in (None, "", [], {}) for question in questions)


def _said(case: Case, pair: Pair, take: Take, answers: EntryAnswers, signed: Mapping[int, Event]) -> Said:
    entry, event = pair
    waits = event.number == case.pending_number
    return Said(event, take.decision, answers.of(entry, take.questions), signed.get(event.number), waits)


def _due(card: Card, deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the earliest deadline of the steps that a card names; None without one."""
    fitting = [deadline for deadline in deadlines if deadline.step in card.due]
    return min(fitting, key=lambda deadline: deadline.due, default=None)
