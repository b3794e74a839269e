"""Raising the marking of an entry or a record. A marking is never edited in place and never lowered."""

from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.timeline.entries import Event, marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.built_in import RAISE_MARKING
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.acts import Said, act_on, acting
from handrail.records.drafts import Draft
from handrail.records.kinds import Recorded
from handrail.records.marking import WHOLE, highest, level_of
from handrail.records.shared_acts import lock, post_on, write


def marking_of(record: Recorded, number: int) -> Marking:
    """Return the current marking of an entry, or of the record for number 0. Raises Entry.DoesNotExist."""
    if number == WHOLE:
        return record.marking
    return marking_of_entry(record, Entry.objects.get(chain=record.pk, number=number))


def choices(record: Recorded, number: int, by: Person) -> list[Marking]:
    """Return markings above the item's current one that the person may read."""
    return raisable(record, marking_of(record, number), by)


def raisable(record: Recorded, now: Marking, by: Person) -> list[Marking]:
    """Return markings above `now` that the person may read; none without a vetted post in the force."""
    above = record.pack.markings_from(now)[1:] if post_on(record, by) else []
    return [marking for marking in above if level_of(marking) <= by.vetting]


def markings_for(draft: Draft, by: Person) -> list[Marking]:
    """Return the markings that a user may choose for a draft's entry, the step's own first."""
    return markings_of(draft.pack, draft.pack.step_by_id[draft.step_id], by)


def markings_of(pack: Pack, step: Step, by: Person) -> list[Marking]:
    """Return the markings that a user may choose for a step's entry, the step's own first."""
    least = pack.marking_of(step)
    return [least, *(m for m in pack.markings_from(least)[1:] if level_of(m) <= by.vetting)]


def higher_marking(pack: Pack, step: Step, chosen: str, by: Person) -> Marking | None:
    """Return the marking chosen for an entry, or None for the step's own.

    Raises InvalidAnswers where the marking is lower than the step's or above the user's vetting.
    """
    least = pack.marking_of(step)
    if chosen in {"", least.id}:
        return None
    above = (m for m in pack.markings_from(least) if m.id == chosen and level_of(m) <= by.vetting)
    found = next(above, None)
    if found is None:
        raise InvalidAnswers({"marking": "Select a marking from the list."})
    return found


def raised_on(record: Recorded, number: int) -> QuerySet[RaisedMarking]:
    """Return the markings that were given to an entry or a record, newest first."""
    raised = RaisedMarking.objects.filter(record=record.pk, number=number)
    return raised.select_related("by").order_by("-at")


def marking_of_page(record: Recorded, events: Iterable[Event]) -> Marking:
    """Return the marking of a page with these entries: the highest of them, at least the record's."""
    return highest(record.marking, *(event.marking for event in events if not event.withheld))


def marked_above(record: Recorded, events: Iterable[Event]) -> set[int]:
    """Return the numbers of the entries that are marked above the record as a whole."""
    return {event.number for event in events if level_of(event.marking) > level_of(record.marking)}


def raise_marking(
    record: Recorded, number: int, marking_id: str, *, by: Person, reason: str
) -> RaisedMarking:
    """Raise the marking of an entry, or of the record for number 0. Raises NotAllowed or InvalidAnswers."""
    with transaction.atomic():
        record, at = lock(record, by), timezone.now()
        post = post_on(record, by)
        if post is None:
            raise NotAllowed("You do not have a post in this force.")
        marking = next((m for m in choices(record, number, by) if m.id == marking_id), None)
        if marking is None:
            raise InvalidAnswers({"marking": "Select a marking that is higher than now"})
        raised = write_raised_marking(record, number, marking, by=by, reason=reason)
        marked = {"number": number, "marking": marking.id, "level": int(level_of(marking))}
        more = {"marked": [marked]}
        write(
            record, act_on(record, RAISE_MARKING, Said(), by=acting(by, post), happened_at=at, more=more), at
        )
        said = {"record": str(record.pk), "number": number, "marking": marking.id}
        access.on_record(raised.pk, "marking-raised", by=by, post=post, content=said, reason=reason)
    return raised


def write_raised_marking(
    record: Recorded, number: int, marking: Marking, *, by: Person, reason: str
) -> RaisedMarking:
    """Write the row of a raised marking."""
    raised = RaisedMarking(
        id=uuid4(),
        record=record.pk,
        number=number,
        marking=marking.id,
        level=level_of(marking),
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    raised.save(force_insert=True)
    return raised
