"""Which cases somebody sees, works on, changes and is told the name of: the first wall, as conditions.

`cases.models.rows` says the second, and a test holds the two together.
"""

import uuid
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, Q, UUIDField
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from handrail.access.given import given_to
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role

FEW = 20  # ids that an index is asked for one by one


def worked_on(person: Person) -> Q:
    """The cases of which somebody sees all, by their posts and by what was granted to them."""
    return _unless_kept_from(person, _standing(person) | _among(given_to(person).whole))


def changed(person: Person) -> Q:
    """The cases that somebody may change: what was only shared with them, or sampled, they read."""
    return _unless_kept_from(person, _standing(person) | _among(given_to(person).working))


def seen(person: Person) -> Q:
    """The cases of which somebody sees at least where they stand."""
    return _unless_kept_from(person, _overseen(person) | _standing(person) | _among(given_to(person).any))


def _overseen(person: Person) -> Q:
    """The cases that somebody's posts let them see where they stand."""
    overseen = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        may = Role(post.role).capabilities
        if Capability.OVERSEE_NATION in may:
            overseen |= Q(pk__isnull=False)
        if Capability.OVERSEE_REGION in may:
            overseen |= Q(force__parent=post.organisation_id)
        if Capability.OVERSEE_FORCE in may:
            overseen |= Q(force=post.force_id)
    return overseen


def listed(person: Person) -> Q:
    """The cases that a list shows somebody: those they see, but for those of which they may read nothing.

    Such are cases, or stages of them, that were shared with them and are marked higher than they are vetted.
    """
    given = (_readable(given_to(person).any, person) | _among(given_to(person).working)) & Q(
        level__lte=person.vetting
    )
    return _unless_kept_from(person, _overseen(person) | _standing(person) | given)


def _readable(ids: list[uuid.UUID], person: Person) -> Q:
    """The cases with these ids of which at least one entry may be read; row security says at which stages."""
    if not ids:
        return Q(pk__in=[])
    entries = Entry.objects.filter(chain__any_of=ids, content__level__lte=person.vetting)
    return Q(pk__in=entries.values("chain"))


def named(person: Person) -> Q:
    """The cases of which somebody sees whom they are about: all of them, or invited to a part.

    A case that is marked higher than they are vetted shows no name.
    """
    given = _among(given_to(person).any)
    return _unless_kept_from(person, _standing(person) | given) & Q(level__lte=person.vetting)


def _standing(person: Person) -> Q:
    """The cases that somebody's posts give them to work on."""
    condition = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        may = Role(post.role).capabilities
        if Capability.WORK_FORCE_CASES in may:
            condition |= Q(force=post.force_id)
        if Capability.WORK_OWN_CASES in may:
            condition |= Q(force=post.force_id) & (Q(owner=person) | Q(allocated=False))
        if Capability.WORK_COUNCIL_CASES in may:
            condition |= Q(council=post.organisation_id)
    return condition


def _unless_kept_from(person: Person, condition: Q) -> Q:
    """The condition, for restricted cases by name alone, and never for somebody who is excluded."""
    given = given_to(person)
    return (Q(restricted=False) & condition | _among(given.named)) & ~_among(given.kept_from)


def each_of(ids: list[uuid.UUID]) -> RawSQL:
    """Return these ids as one value of a statement, which is then the same however many they are."""
    return RawSQL("SELECT unnest(%s::uuid[])", [ids])


def _among(ids: list[uuid.UUID]) -> Q:
    """The cases with these ids, of which most people have few and somebody may have a thousand."""
    if not ids:
        return Q(pk__in=[])
    return Q(pk__any_of=ids) if len(ids) <= FEW else Q(pk__in=each_of(ids))


def of_case(condition: Q, case: str = "case") -> Q:
    """Return a condition of cases as one of rows that lead to a case, by the name of the field that does."""
    parts: list[Q | tuple[str, Any]] = []
    for part in condition.children:
        if isinstance(part, Q):
            parts.append(of_case(part, case))
        else:
            lookup, value = part  # type: ignore[misc] # the children of a Q are Qs and pairs
            parts.append((f"{case}__{lookup}", value))
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)


@UUIDField.register_lookup
class AnyOf(Lookup):
    """One of these ids, given as one value: the statement is the same however many they are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the condition and its parameters."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s::uuid[])", (*parameters, self.rhs)
