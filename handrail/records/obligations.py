"""Recurring obligations of an organisation, such as a meeting at least every 60 days.

The pack sets how often (`[[obligations]]`). A room above registers the event that meets an obligation, with
the kind of organisation and the capability to see to it, and calls `met` in the transaction of the event.
Until the first event the days count from when Handrail began the obligation.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import roles_that_may
from handrail.policy.names import refuse_unfit
from handrail.policy.schema.obligations import Obligation
from handrail.policy.schema.pack import Pack
from handrail.records.deadlines import ORGANISATION, RecordDeadline, RecordDeadlineQuerySet


@dataclass(frozen=True, slots=True)
class Event:
    """An event that meets an obligation: the kind of organisation, and the capability to see to it."""

    of: Kind
    kept_by: Capability


_events: dict[str, Event] = {}


def register(name: str, event: Event) -> None:
    """Register an event under a name that packs may use.

    Raises ValueError for a bad name, and for one that another event has.
    """
    refuse_unfit(name)
    if _events.setdefault(name, event) != event:
        raise ValueError(f"There is an event “{name}” already.")


def event_named(name: str) -> Event | None:
    """Return the event with this name; None where no room registered it, so that nobody can meet it."""
    return _events.get(name)


def kept_by() -> set[Capability]:
    """Return the capabilities to see to the registered events."""
    return {event.kept_by for event in _events.values()}


def begin(pack: Pack, today: date) -> None:
    """Begin a pack's obligations for every organisation where they do not run."""
    for obligation in pack.obligations:
        if event := event_named(obligation.event):
            running = RecordDeadline.objects.running().filter(limit_id=obligation.id).values("record")
            bodies = Organisation.objects.filter(kind=event.of).exclude(pk__in=running)
            RecordDeadline.objects.bulk_create(
                [_row(pack, obligation, body, today) for body in bodies], ignore_conflicts=True
            )


def met(event: str, organisation: Organisation, on: date, pack: Pack) -> None:
    """End the obligations that an event meets for an organisation, and begin them again from `on`.

    Nothing changes where the running period began after `on`.
    """
    with transaction.atomic():
        for obligation in pack.obligations:
            if obligation.event != event:
                continue
            running = RecordDeadline.objects.running().filter(record=organisation.pk, limit_id=obligation.id)
            last = running.select_for_update().first()
            if last is None or last.began <= on:
                running.update(ended=on)
                _row(pack, obligation, organisation, on).save(force_insert=True)


def _row(pack: Pack, obligation: Obligation, body: Organisation, began: date) -> RecordDeadline:
    return RecordDeadline(
        record_kind=ORGANISATION,
        record=body.pk,
        organisation=body,
        pack_id=pack.id,
        limit_id=obligation.id,
        began=began,
        due=began + timedelta(days=obligation.days),
    )


def due_from(person: Person, packs: Iterable[Pack], until: date) -> RecordDeadlineQuerySet:
    """Return what is due by `until` from organisations whose obligations the user meets, earliest first."""
    rows = RecordDeadline.objects.none()
    for event, limits in _by_event(packs):
        posts = [post for post in person.posts_that_may(event.kept_by) if post.is_vetted()]
        bodies = [post.organisation_id for post in posts if post.organisation.kind == event.of]
        if bodies:
            rows |= RecordDeadline.objects.filter(record__in=bodies, limit_id__in=limits)
    return rows.filter(ended=None, due__lte=until).select_related("organisation").order_by("due", "pk")


def keepers(row: RecordDeadline, packs: Iterable[Pack], day: date) -> list[Person]:
    """Return the users who see to an obligation on a day, by their posts in its organisation."""
    roles = {
        role
        for event, limits in _by_event(packs)
        if row.limit_id in limits
        for role in roles_that_may(event.kept_by)
    }
    posts = Post.objects.current(day).vetted(day).filter(role__in=roles, organisation=row.record)
    return [post.person for post in posts.filter(person__is_active=True).select_related("person")]


def _by_event(packs: Iterable[Pack]) -> list[tuple[Event, Collection[str]]]:
    """Return each registered event with the ids of the obligations that it meets in these packs."""
    kept: dict[Event, set[str]] = {}
    for pack in packs:
        for obligation in pack.obligations:
            if event := event_named(obligation.event):
                kept.setdefault(event, set()).add(obligation.id)
    return list(kept.items())
