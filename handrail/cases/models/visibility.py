"""Access to cases as Django conditions: the application's wall. `cases.models.rows` says them in SQL.

A test compares the two.
"""

import uuid
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from handrail.access.given import given_to
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person

FEW = 20  # ids up to which a lookup by index is faster than a hashed list


def worked_on(person: Person) -> Q:
    """Condition for cases that the user may read as a whole, by a post or a grant."""
    return _unless_kept_from(person, _works_by_post(person) | _with_ids(given_to(person).whole))


def changed(person: Person) -> Q:
    """Condition for cases that the user may change; a share or a sample gives reading only."""
    return _unless_kept_from(person, _works_by_post(person) | _with_ids(given_to(person).working))


def seen(person: Person) -> Q:
    """Condition for cases whose status, at least, the user may see."""
    by_post = _overseen(person) | _works_by_post(person) | _safeguarded(person)
    return _unless_kept_from(person, by_post | _with_ids(given_to(person).any))


def _overseen(person: Person) -> Q:
    """Condition for cases whose status the user oversees by a post."""
    overseen = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        may = post.capabilities
        if Capability.OVERSEE_NATION in may:
            overseen |= Q(pk__isnull=False)
        if Capability.OVERSEE_REGION in may:
            overseen |= Q(force__parent=post.organisation_id)
        if Capability.OVERSEE_FORCE in may:
            overseen |= Q(force=post.force_id)
    return overseen


def listed(person: Person) -> Q:
    """Condition for cases that a list shows the user: all they see, but for those they may not read at all.

    Left out are cases, or stages of cases, that were shared with the user at a marking above their vetting.
    """
    given = (_readable(given_to(person).any, person) | _with_ids(given_to(person).working)) & Q(
        level__lte=person.vetting
    )
    by_post = _overseen(person) | _works_by_post(person) | _safeguarded(person)
    return _unless_kept_from(person, by_post | given)


def _readable(ids: list[uuid.UUID], person: Person) -> Q:
    """Condition for cases with these ids and an entry within the user's vetting."""
    if not ids:
        return Q(pk__in=[])
    entries = Entry.objects.filter(chain__any_of=ids, content__level__lte=person.vetting)
    return Q(pk__in=entries.values("chain"))


def named(person: Person) -> Q:
    """Condition for cases whose subject's name the user may see; never above their vetting."""
    given = _safeguarded(person) | _with_ids(given_to(person).any)
    return _unless_kept_from(person, _works_by_post(person) | given) & Q(level__lte=person.vetting)


def _safeguarded(person: Person) -> Q:
    """Condition for cases of which the user may see the safeguarding part by a post."""
    posts = [post for post in person.posts_that_may(Capability.SAFEGUARD) if post.is_vetted()]
    return Q(force__in=[post.force_id for post in posts]) if posts else Q(pk__in=[])


def _works_by_post(person: Person) -> Q:
    """Condition for cases that the user works on by a post."""
    condition = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        may = post.capabilities
        if Capability.WORK_FORCE_CASES in may:
            condition |= Q(force=post.force_id)
        if Capability.WORK_OWN_CASES in may:
            condition |= Q(force=post.force_id) & (Q(owner=person) | Q(allocated=False))
        if Capability.WORK_COUNCIL_CASES in may:
            condition |= Q(council=post.organisation_id)
    return condition


def _unless_kept_from(person: Person, condition: Q) -> Q:
    """Wrap a condition: a restricted case needs a grant by name, and an exclusion outweighs everything."""
    given = given_to(person)
    return (Q(restricted=False) & condition | _with_ids(given.named)) & ~_with_ids(given.kept_from)


def each_of(ids: list[uuid.UUID]) -> RawSQL:
    """Return ids as one SQL parameter, so that the SQL does not vary with their number."""
    return RawSQL("SELECT unnest(%s::uuid[])", [ids])


def _with_ids(ids: list[uuid.UUID]) -> Q:
    """Condition for cases with these ids: most users have a few, some a thousand."""
    if not ids:
        return Q(pk__in=[])
    return Q(pk__any_of=ids) if len(ids) <= FEW else Q(pk__in=each_of(ids))


def of_case(condition: Q, case: str = "case") -> Q:
    """Return a condition on cases as one on rows with a foreign key `case` to them."""
    parts: list[Q | tuple[str, Any]] = []
    for part in condition.children:
        if isinstance(part, Q):
            parts.append(of_case(part, case))
        else:
            lookup, value = part  # type: ignore[misc] # the children of a Q are Qs and pairs
            parts.append((f"{case}__{lookup}", value))
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)
