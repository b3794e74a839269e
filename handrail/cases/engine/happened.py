"""When an act happened: on a day that the user gave, or at the moment of recording.

The ledger stores a moment for every entry. For an act dated to a day it stores noon of that day, or the
moment of recording if that is earlier. Its time means nothing: it is never shown, and within a day the order
of recording decides. An act is dated to a day if its form asks for one (`entry.happened_on`) or its content
has `happened_on`, as for an imported row.
"""

from datetime import date, datetime, time

from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone

from handrail.ledger.models import Entry
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step

HAPPENED_ON = "happened_on"  # key of an entry's content: the day, where no answer gives it
# Newest first: by the day of the act, and within a day by the order of recording.
LAST_FIRST = (TruncDate("happened_at").desc(), F("recorded_at").desc())
NOON = time(12)


def moment_of(day: date | None, recorded_at: datetime) -> datetime:
    """Return the moment that the ledger stores for an act of this day; for None, that of recording."""
    if day is None:
        return recorded_at
    return min(timezone.make_aware(datetime.combine(day, NOON)), recorded_at)


def happened(entry: Entry, pack: Pack, step: Step) -> date | datetime:
    """Return the day on which an entry's act happened, or the moment where no day was asked for."""
    day = timezone.localdate(entry.happened_at)
    return day if _is_a_day(entry, pack, step) else entry.happened_at


def _is_a_day(entry: Entry, pack: Pack, step: Step) -> bool:
    form = pack.form_of(step)
    if form and form.meaning(Meaning.HAPPENED_ON):
        return True
    if hasattr(entry, "content") and HAPPENED_ON in entry.content.content:
        return True
    # Older imports stored no day; but no act recorded as it happens falls on noon to the microsecond.
    return entry.happened_at != entry.recorded_at and timezone.localtime(entry.happened_at).time() == NOON
