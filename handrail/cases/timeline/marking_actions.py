"""Raising the marking of an entry or a case. A marking is never edited in place and never lowered."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.cases.engine.lock import lock
from handrail.cases.engine.store import write_built_in
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.models.marking import WHOLE, RaisedMarking
from handrail.cases.timeline.entries import Event, marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.policy.built_in import RAISE_MARKING
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.acts import acting
from handrail.records.drafts import Draft
from handrail.records.kinds import Recorded
from handrail.records.marking import highest, level_of


def marking_of(case: Case, number: int) -> Marking:
    """Return the current marking of an entry, or of the case for number 0. Raises Entry.DoesNotExist."""
    if number == WHOLE:
        return case.marking
    return marking_of_entry(case, Entry.objects.get(chain=case.pk, number=number))


def choices(case: Case, number: int, by: Person) -> list[Marking]:
    """Return markings above the item's current one that the person may read."""
    return raisable(case, marking_of(case, number), by)


def raisable(case: Case, now: Marking, by: Person) -> list[Marking]:
    """Return markings above `now` that the person may read; none without a vetted post in the force."""
    above = case.pack.markings_from(now)[1:] if _post_that_marks(case, by) else []
    return [marking for marking in above if level_of(marking) <= by.vetting]


def _post_that_marks(case: Case, by: Person) -> Post | None:
    return next((p for p in by.current_posts if p.reaches(case.force) and p.is_vetted()), None)


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


def raised_on(case: Case, number: int) -> QuerySet[RaisedMarking]:
    """Return the markings that were given to an entry or a case, newest first."""
    return RaisedMarking.objects.filter(record=case.pk, number=number).select_related("by").order_by("-at")


def marking_of_page(record: Recorded, events: Iterable[Event]) -> Marking:
    """Return the marking of a page with these entries: the highest of them, at least the record's."""
    return highest(record.marking, *(event.marking for event in events if not event.withheld))


def raise_marking(case_id: UUID, number: int, marking_id: str, *, by: Person, reason: str) -> RaisedMarking:
    """Raise the marking of an entry, or of the case for number 0. Raises NotAllowed or InvalidAnswers."""
    with transaction.atomic():
        case = lock(case_id, by)
        post = _post_that_marks(case, by)
        if post is None:
            raise NotAllowed("You hold no post in this force.")
        marking = next((m for m in choices(case, number, by) if m.id == marking_id), None)
        if marking is None:
            raise InvalidAnswers({"marking": "Select a marking that is higher than now"})
        raised = write_raised_marking(case, number, marking, by=by, reason=reason)
        marked = {"number": number, "marking": marking.id, "level": int(level_of(marking))}
        write_built_in(case, RAISE_MARKING, {"marked": [marked]}, actor=acting(by, post))
        said = {"record": str(case.pk), "number": number, "marking": marking.id}
        access.on_record(raised.pk, "marking-raised", by=by, post=post, content=said, reason=reason)
    return raised


def write_raised_marking(
    case: Case, number: int, marking: Marking, *, by: Person, reason: str
) -> RaisedMarking:
    """Write the row of a raised marking."""
    raised = RaisedMarking(
        id=uuid4(),
        record=case.pk,
        number=number,
        marking=marking.id,
        level=level_of(marking),
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    raised.save(force_insert=True)
    return raised
