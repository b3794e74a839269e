"""Exclusions: keep people from a case who are concerned in it, or whose name is near to the subject's."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.actions import Door
from handrail.access.context import writing
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access.who_may_work import (
    NEAR_IN_NAME,
    able_of,
    could_see,
    exclusions_of,
    kept_from,
    lead_of,
    may_be_named,
    near_in_name,
    nobody_allocates,
    people_of,
    takers,
    takers_elsewhere,
    vetting_unit,
)
from handrail.cases.engine.fold import responsible_for
from handrail.cases.engine.store import FOLDED, write_built_in
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.restriction import OF_STAFF, Category, Restriction
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.built_in import CHANGE_OWNER, RESTRICT
from handrail.records.acts import Actor, acting

ELSEWHERE = "Kept from a record linked to this one."


@dataclass(frozen=True, slots=True)
class Closing:
    """Restriction to place on a case: its category and reason, the people named, and the people kept from it.

    `concerned` are kept from the case. `post` gives `by` the right to restrict; `by` is None where a
    referral on the public form restricts the case. `offices` are posts for which people are named.
    """

    category: Category
    reason: str
    named: Sequence[Person]
    concerned: Sequence[Person]
    by: Person | None
    post: Post | Door
    offices: Sequence[Post] = ()

    def said(self, case: Case) -> dict[str, Any]:
        """Return the content of the ledger entry: the category, and any change of owner."""
        owner, named = case.owner_id, [person.pk for person in self.named]
        if owner in named:
            return {"restricted": self.category.value}
        new = owned_by(case, named[0] if named else None, allocated=False)
        return {"restricted": self.category.value, **new}

    def record(self, case: Case) -> None:
        """Save the restriction, the exclusions and the named grants of a case that is already saved."""
        restriction = Restriction(
            case=case, category=self.category, reason=self.reason, by=self.by, since=timezone.now()
        )
        restriction.save(force_insert=True)
        said = {"record": str(case.pk), "category": self.category.value, "owner": str(case.owner_id or "")}
        put_on_record(restriction, "access-restricted", self.by, self.post, self.reason, said)
        for person in self.concerned:
            access.exclude(case.pk, person, by=self.by, post=self.post, reason=NEAR_IN_NAME)
        offices = {post.person_id: post for post in self.offices}
        for person in self.named:
            office = offices.get(person.pk)
            give_by_name(case, person, by=self.by, post=self.post, reason=self.reason, office=office)


def close(case: Case, closing: Closing) -> None:
    """Restrict one case. People near in name to the subject are kept from it even if they were named."""
    with writing(case.pk):
        kept = kept_from(case)
        new = [person for person in (*closing.concerned, *near_in_name(case)) if person.pk not in kept]
        out = {*kept, *(person.pk for person in new)}
        named = [person for person in closing.named if person.pk not in out]
        closing = replace(closing, concerned=list(dict.fromkeys(new)), named=named)
        write_built_in(case, RESTRICT, closing.said(case), actor=actor_by(closing.by, closing.post))
        closing.record(case)


def joined_to(case: Case) -> list[Case]:
    """Return the unrestricted cases merged into this one, directly or through another."""
    return [one for one in all_joined_to(case) if not one.restricted]


def all_joined_to(case: Case) -> list[Case]:
    """Return every case merged into this one, directly or through another."""
    joined = Case.objects.filter(joined_to=case).select_related("force")
    return [one for case in joined for one in (case, *all_joined_to(case))]


def keep_out_by_name(case: Case, *, by: Person, post: Post) -> None:
    """Keep people near in name from a case and from the cases merged into it.

    Accounts and names can be newer than the last check. For an unrestricted case only people who could see
    it are compared. Call inside a transaction.
    """
    near = near_in_name(case, None if case.restricted else could_see(case))
    for one in (case, *(all_joined_to(case) if near else ())):
        keep_out(one, near, by=by, post=post)


def keep_out(
    case: Case, near: Iterable[Person], *, by: Person, post: Post, reason: str = NEAR_IN_NAME
) -> None:
    """Exclude people from a case, and change its owner where that was one of them.

    People for whom a colleague has said that the case is not about them are not excluded again. Where
    nobody would be left to allocate the case, it is restricted to those who take staff concerns. Call
    inside a transaction.
    """
    near = list(dict.fromkeys(near))
    if not near:
        return
    with writing(case.pk):
        _hold(case)
        answered = set(Exclusion.objects.filter(record=case.pk).values_list("person_id", flat=True))
        new = [person for person in near if person.pk not in answered]
        out = {*kept_from(case), *(person.pk for person in new)}
        for person in new:
            owner = _pass_on(case, out, by=by, post=post) if case.owner_id == person.pk else None
            access.exclude(case.pk, person, by=by, post=post, reason=reason, owner=owner)
        if new and not case.restricted and nobody_allocates(case.force, out):
            _close_to_takers(case, by=by, post=post)


def _hold(case: Case) -> None:
    """Lock a case that follows from another and reload it, until the transaction ends.

    Raises NotNow on a deadlock with another transaction: the user sends the form again.
    """
    try:
        with transaction.atomic():
            held = Case.objects.select_for_update(of=("self",))
            case.refresh_from_db(from_queryset=held, fields=FOLDED)
    except OperationalError as error:
        raise NotNow("Somebody else is recording something on a linked record. Send this again.") from error


def _close_to_takers(case: Case, *, by: Person, post: Post) -> None:
    """Restrict a case that nobody could allocate to those who take staff concerns, if there are any."""
    concerned = [*Person.objects.filter(pk__in=kept_from(case)), *near_in_name(case)]
    closing = closing_of(Category.OTHER, case.force, lead=None, concerned=concerned, by=by, post=post)
    if closing.named:
        close(case, closing)


def keep_out_together(one: Case, other: Case, *, by: Person, post: Post) -> None:
    """Apply the exclusions of each of two cases about one person to both, and to cases merged into either."""
    near: list[Person] = []
    out: list[Person] = []
    people = list(dict.fromkeys([*could_see(one), *could_see(other)]))
    every = [case for first in (one, other) for case in (first, *all_joined_to(first))]
    for case in every:
        with writing(case.pk):
            near += near_in_name(case, people)
            out += [exclusion.person for exclusion in exclusions_of(case).select_related("person")]
    for case in every:
        keep_out(case, near, by=by, post=post)
        keep_out(case, out, by=by, post=post, reason=ELSEWHERE)


def _pass_on(case: Case, out: Collection[UUID], *, by: Person, post: Post) -> str:
    """Change the owner to a person who is not in `out`; return the new owner's id, or "" for none."""
    lead = lead_of(case.force)
    left = people_of(case) if case.restricted else [lead] if lead else []
    passed_over = {*out, *(person.pk for person in near_in_name(case, left))}
    owner = next((person.pk for person in left if person.pk not in passed_over), None)
    allocated = case.allocated and case.restricted  # otherwise unallocated, like a new case
    change_owner(case, owner, by=by, post=post, allocated=allocated)
    return str(owner or "")


def owned_by(case: Case, owner: UUID | None, *, allocated: bool) -> dict[str, Any]:
    """Return the content of a ledger entry that changes the owner of a case; None leaves it without one."""
    said = {"owner": str(owner) if owner else None, "allocated": allocated}
    return {"responsible": responsible_for(case) | said}


def change_owner(
    case: Case, owner: UUID | None, *, by: Person, post: Post, allocated: bool | None = None
) -> None:
    """Change the owner of a case (None for nobody). `allocated` None leaves the allocation as it is."""
    said = owned_by(case, owner, allocated=case.allocated if allocated is None else allocated)
    write_built_in(case, CHANGE_OWNER, said, actor=acting(by, post))


def actor_by(by: Person | None, post: Post | Door) -> Actor:
    """Return the actor of an act by a person in a post, or by the public form.

    Raises ValueError for a post without its holder.
    """
    if isinstance(post, Door):
        return Actor(post.actor, post.role, post.organisation_id)
    if by is None:
        raise ValueError("Only the person who holds a post can act by it.")
    return acting(by, post)


def closing_of(
    category: Category,
    force: Organisation,
    *,
    lead: Person | None,
    concerned: Sequence[Person],
    by: Person | None,
    post: Post | Door,
    vetted: bool = False,
) -> Closing:
    """Return the restriction for a case about to be opened.

    A case about staff goes to those who take staff concerns in the force, or in one other force where all
    of them are concerned. With `vetted`, for a case about a person being vetted, the vetting unit is named
    too. Any other case goes to the Prevent team's lead, if there is one who may see it.
    """
    why = "Restricted when it was referred."
    if category not in OF_STAFF and lead and may_be_named(lead) and lead not in concerned:
        return Closing(category, why, [lead], concerned, by, post)
    offices = takers(force, concerned) or takers_elsewhere(force, concerned)
    if vetted:
        named = {post.person_id for post in offices}
        offices += [post for post in vetting_unit(force, concerned) if post.person_id not in named]
    return Closing(category, why, [office.person for office in offices], concerned, by, post, offices)


def give_by_name(
    case: Case,
    person: Person,
    *,
    by: Person | None,
    post: Post | Door,
    reason: str,
    office: Post | None = None,
) -> Grant:
    """Name a person for a restricted case; with `office`, for as long as they hold that post."""
    return access.give(
        case.pk, person, GrantKind.NAMED, by=by, post=post, reason=reason, until=None, office=office
    )


def end_by_name(case: Case, grants: Sequence[Grant], *, by: Person, post: Post, reason: str) -> None:
    """End named grants; if the owner goes, the person named longest becomes owner.

    Raises NotNow where nobody would be left to work on the case.
    """
    ended = {grant.person_id for grant in grants}
    left = left_without(able_of(case), ended)
    if not left:
        raise NotNow("Nobody would be left to work on this case. Name somebody else first.")
    for grant in grants:
        access.end(grant, by=by, post=post, reason=reason)
    if case.owner_id in ended:
        change_owner(case, left[0].pk, by=by, post=post)


def left_without(able: Iterable[Person], ended: Collection[UUID | None]) -> list[Person]:
    """Return who is left to work on a restricted case once these people are named no more."""
    return [person for person in able if person.pk not in ended]


def put_on_record(
    restriction: Restriction,
    act: str,
    by: Person | None,
    post: Post | Door,
    reason: str,
    said: dict[str, str] | None = None,
) -> None:
    """Write an act on a restriction to its own ledger chain."""
    content = said or {"record": str(restriction.case_id)}
    access.on_record(restriction.pk, act, by=by, post=post, content=content, reason=reason)
