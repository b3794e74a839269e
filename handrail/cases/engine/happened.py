"""When an act happened: on a day, where somebody gave a day, or at the moment at which it was recorded.

The ledger keeps a moment of every entry. Of an act that was dated to a day that moment is noon there, or the
moment of recording where that is earlier, and its time means nothing: it is never shown, and within a day
the order of recording decides. What shows that a day was meant is the form, which asks for one
(`entry.happened_on`), or the day in the entry's content (`happened_on`), as for a row that was imported.
"""

from datetime import date, datetime, time

from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone

from handrail.ledger.models import Entry
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step

HAPPENED_ON = "happened_on"  # the day in an entry's content, where no answer says it
# What happened last first: by the day, and within a day by the order of recording.
LAST_FIRST = (TruncDate("happened_at").desc(), F("recorded_at").desc())
NOON = time(12)


def moment_of(day: date | None, recorded_at: datetime) -> datetime:
    """The moment that the ledger keeps for an act of this day; without a day, the moment of recording."""
    if day is None:
        return recorded_at
    return min(timezone.make_aware(datetime.combine(day, NOON)), recorded_at)


def happened(entry: Entry, pack: Pack, step: Step) -> date | datetime:
    """The day on which the act of an entry happened, or the moment where nobody was asked for a day."""
    day = timezone.localdate(entry.happened_at)
    return day if _is_a_day(entry, pack, step) else entry.happened_at


def _is_a_day(entry: Entry, pack: Pack, step: Step) -> bool:
    form = pack.form_of(step)
    if form and form.meaning(Meaning.HAPPENED_ON):
        return True
    if hasattr(entry, "content") and HAPPENED_ON in entry.content.content:
        return True
    # An import of before: nothing that was recorded as it happened falls on noon to the microsecond.
    return entry.happened_at != entry.recorded_at and timezone.localtime(entry.happened_at).time() == NOON
