"""Advice of the intelligence unit to users who act on a case: whom to call, and before which action.

The newest entry whose form asks for advice counts. Above the reader's vetting only the marking is shown: that
advice exists is never left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, newest_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.packs import in_any, known_packs, policy_of

ADVICE = (Meaning.ADVICE_CALL, Meaning.ADVICE_NUMBER, Meaning.ADVICE_BEFORE, Meaning.ADVICE_EARLIER)


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice of the last intelligence assessment; a field is empty where nothing was said.

    `withheld` is the title of a marking above the reader's vetting.
    """

    number: int
    title: str
    outcome: str
    by: str
    at: datetime
    call: str = ""
    telephone: str = ""
    before: str = ""
    earlier: str = ""
    withheld: str = ""
    erased: bool = False


def advice_on(
    case: Case, reader: Person, entries: Sequence[Entry] | None = None, events: Iterable[Event] = ()
) -> Advice | None:
    """Return the advice on a case; None where no entry has asked for any.

    `entries` are all entries of the case, newest first, and `events` their words in the same order, if loaded
    already.
    """
    if advising().isdisjoint(case.taken):
        return None
    if entries is None:
        found = newest_of(case, advising(), reader)
    else:
        pairs = zip(entries, events, strict=True)
        found = next((pair for pair in pairs if pair[0].act in advising()), None)
    return _advice(*found) if found else None


@cache
def advising() -> frozenset[str]:
    """Return the ids of steps whose form asks for advice, in every known pack."""
    return frozenset(in_any(known_packs(), lambda pack: (s for s in pack.steps if _asks(pack, s))))


def _asks(pack: Pack, step: Step) -> bool:
    form = pack.form_of(step)
    return bool(form and any(form.meaning(meaning) for meaning in ADVICE))


def _advice(entry: Entry, event: Event) -> Advice:
    said = _meanings_of(entry, event)
    return Advice(
        number=event.number,
        title=event.title,
        outcome=event.outcome,
        by=event.by,
        at=event.happened_at,
        call=said.get(Meaning.ADVICE_CALL, ""),
        telephone=said.get(Meaning.ADVICE_NUMBER, ""),
        before=said.get(Meaning.ADVICE_BEFORE, ""),
        earlier=said.get(Meaning.ADVICE_EARLIER, ""),
        withheld=event.marking.title if event.withheld else "",
        erased=event.erased,
    )


def _meanings_of(entry: Entry, event: Event) -> dict[Meaning, Any]:
    if event.withheld or event.erased:
        return {}
    pack, step = policy_of(entry)
    return meanings(pack.form_of(step), entry.content.content["answers"])
