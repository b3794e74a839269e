"""Acts on restricted cases. Only people who are named see a restricted case, whatever posts they hold.

Restricting a case names at least one person; the user loses access unless they name themselves. People who
are concerned are kept from the case. So is everyone with a name near to theirs, until another named person
says that the case is not about them. People named for an office, such as a force's professional standards,
stay named while they hold it. Lifting a restriction takes two people.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter, writing
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.case_access.keeping_out import (
    Closing,
    change_owner,
    close,
    end_by_name,
    give_by_name,
    joined_to,
    keep_out_by_name,
    put_on_record,
)
from handrail.cases.case_access.namesakes import names_of, near_any
from handrail.cases.case_access.who_may_work import (
    NEAR_IN_NAME,
    exclusions_of,
    grants_of,
    kept_from,
    may_be_named,
    near_in_name,
    owner_sees,
    raised_by,
    restriction_of,
)
from handrail.cases.engine.lock import lock
from handrail.cases.engine.store import write_built_in
from handrail.cases.errors import NotNow, allowed
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category, Restriction
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person, Post
from handrail.policy.built_in import LIFT
from handrail.records.acts import acting

NOT_THEIRS_TO_CLEAR = (
    "Another person must say this: not the person it is about, and not the person who raised it."
)


def restrict(
    case_id: UUID,
    *,
    by: Person,
    category: Category,
    reason: str,
    named: Collection[Person],
    concerned: Collection[Person] = (),
) -> None:
    """Restrict a case to the people named. Raises NotAllowed or NotNow.

    The user loses access unless they name themselves. Cases merged into this one are restricted with it,
    because they are about the same person and link to it.
    """
    with transaction.atomic():
        case = lock(case_id, by)
        post = _post_to_restrict(case, by)
        if case.restricted:
            raise NotNow("This case is restricted already.")
        _refuse_unfit(case, named, [person for person in concerned if person.pk not in kept_from(case)])
        for one in (case, *joined_to(case)):
            close(one, Closing(category, reason, list(named), list(concerned), by, post))
        enter(by)


def name(case_id: UUID, person: Person, *, by: Person, reason: str) -> Grant:
    """Name one more person for a restricted case. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        _refuse_unfit(case, [person], [])
        if grants_of(case).filter(person=person).exists():
            raise NotNow(f"{person.name} is named already.")
        with writing(case.pk):
            return give_by_name(case, person, by=by, post=post, reason=reason)


def unname(grant_id: UUID, *, by: Person, reason: str) -> None:
    """End a named grant; another named person must remain. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        grant = Grant.objects.live().filter(kind=GrantKind.NAMED, pk=grant_id).first()
        if grant is None:
            raise NotNow("They are no longer named.")
        case = _restricted(grant.record, by)
        post = _post_to_restrict(case, by)
        with writing(case.pk):
            end_by_name(case, [grant], by=by, post=post, reason=reason)
        enter(by)


def keep_from(case_id: UUID, person: Person, *, by: Person, reason: str) -> None:
    """Keep a person who is concerned from a restricted case, and end their named grant if they have one.

    Raises NotAllowed, or NotNow where nobody would be left or `person` is the user.
    """
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        if person == by:
            raise NotNow("Another named person must do this.")
        if person.pk in kept_from(case):
            raise NotNow(f"{person.name} is kept from this case already.")
        end_by_name(case, list(grants_of(case).filter(person=person)), by=by, post=post, reason=reason)
        with writing(case.pk):
            access.exclude(case.pk, person, by=by, post=post, reason=reason)


def not_them(case_id: UUID, person: Person, *, by: Person, reason: str) -> None:
    """Record that a case is not about a person who is kept from it. Raises NotAllowed or NotNow.

    Neither that person nor the one who raised the case may say so: a referrer may have meant them. On a
    restricted case this gives no access, but the person can be named from then on.
    """
    with transaction.atomic():
        case = lock(case_id, by)
        post = _post_to_clear(case, by)
        if by == person:
            raise NotAllowed(NOT_THEIRS_TO_CLEAR)
        exclusion = exclusions_of(case).filter(person=person).first()
        if exclusion is None and person not in near_in_name(case):
            raise NotNow(f"{person.name} is not kept from this case.")
        with writing(case.pk):
            exclusion = exclusion or access.exclude(case.pk, person, by=by, post=post, reason=NEAR_IN_NAME)
            access.let_back(exclusion, by=by, post=post, reason=reason)


def answer_for(case_id: UUID, *, by: Person, reason: str) -> None:
    """Take ownership of a restricted case whose owner has lost access to it. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        if owner_sees(case):
            raise NotNow("Its owner still works on this case. They can hand it over.")
        change_owner(case, by.pk, by=by, post=post)
        said = {"record": str(case.pk), "owner": str(by.pk)}
        put_on_record(restriction_of(case), "access-owner", by, post, reason, said)


def ask_to_lift(case_id: UUID, *, by: Person, reason: str) -> None:
    """Ask to lift a restriction; another named person decides. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        restriction = restriction_of(case)
        if restriction.lift_asked_at:
            raise NotNow("Somebody has asked for this already.")
        restriction.lift_asked_by, restriction.lift_asked_at = by, timezone.now()
        restriction.lift_reason = reason
        restriction.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
        put_on_record(restriction, "access-lift-asked", by, post, reason)


def settle_lift(case_id: UUID, *, by: Person, agreed: bool, reason: str) -> None:
    """Lift a restriction as another person asked, or refuse to. Exclusions stay in force either way.

    Raises NotAllowed where the user asked for it, or NotNow where nobody has.
    """
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        restriction = restriction_of(case)
        if restriction.lift_asked_by_id is None:
            raise NotNow("Nobody has asked to lift this restriction.")
        if restriction.lift_asked_by_id == by.pk:
            raise NotAllowed("You asked for this, so another person decides.")
        with writing(case.pk):
            (_lift if agreed else _refuse_lift)(case, restriction, by, post, reason)
        enter(by)


def _lift(case: Case, restriction: Restriction, by: Person, post: Post, reason: str) -> None:
    restriction.lifted_by, restriction.lifted_at = by, timezone.now()
    restriction.save(update_fields=["lifted_by", "lifted_at"])
    keep_out_by_name(case, by=by, post=post)  # accounts may have been added since it was restricted
    for grant in grants_of(case):
        access.end(grant, by=by, post=post, reason=reason)
    write_built_in(case, LIFT, {"restricted": ""}, actor=acting(by, post))
    put_on_record(restriction, "access-lifted", by, post, reason)


def _refuse_lift(case: Case, restriction: Restriction, by: Person, post: Post, reason: str) -> None:
    restriction.lift_asked_by = restriction.lift_asked_at = None
    restriction.lift_reason = ""
    restriction.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
    put_on_record(restriction, "access-lift-refused", by, post, reason)


def unattended() -> dict[UUID, str]:
    """Return references by id of restricted cases with nobody left to work on them, for the current user.

    Only users who take staff concerns get any. The database reveals nothing else about these cases.
    """
    told = {}
    for case in _without_anybody():
        with writing(case.id):
            about = names_of(Case.objects.select_related("subject").get(pk=case.id))
        if case.is_for_asker(about):
            told[case.id] = case.reference
    return told


def _without_anybody() -> "list[Unattended]":
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_unattended() ORDER BY reference")
        return [Unattended(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Unattended:
    """A restricted case with nobody left: who takes staff concerns in its force, and the current user.

    `takers` and `names` belong together by position. `cleared` are people said not to be the subject.
    """

    id: UUID
    reference: str
    takers: list[UUID]
    names: list[str]
    cleared: list[UUID]
    asker: UUID
    asker_name: str

    def is_for_asker(self, about: Iterable[str]) -> bool:
        """Return whether the current user is told of the case.

        They are if they take staff concerns in its force, or if nobody there can. A user with a name near
        to one of `about`, the names of the subject, is never told.
        """
        own = [Person(pk=pk, name=name) for pk, name in zip(self.takers, self.names, strict=True)]
        asker = Person(pk=self.asker, name=self.asker_name)
        cleared = {*self.cleared}
        near = {person.pk for person in near_any(about, [asker, *own]) if person.pk not in cleared}
        return asker.pk not in near and (asker in own or near.issuperset(self.takers))


def take_on(case_id: UUID, *, by: Person, reason: str) -> None:
    """Take over a restricted case that nobody is left to work on.

    The case becomes visible from the next transaction on. Raises NotNow.
    """
    with transaction.atomic():
        found = next((case for case in _without_anybody() if case.id == case_id), None)
        if found is None:
            raise NotNow("Somebody works on this case now.")
        post = next(p for p in by.posts_that_may(Capability.TAKE_STAFF_CONCERNS) if p.is_vetted())
        with writing(case_id):
            case = Case.objects.select_related("subject").select_for_update(of=("self",)).get(pk=case_id)
            if not found.is_for_asker(names_of(case)):
                raise NotNow("Somebody works on this case now.")
            give_by_name(case, by, by=by, post=post, reason=reason, office=post)
            change_owner(case, by.pk, by=by, post=post)


def _restricted(case_id: UUID, by: Person) -> Case:
    case = lock(case_id, by)
    if not case.restricted:
        raise NotNow("This case is not restricted.")
    return case


def _post_to_restrict(case: Case, by: Person) -> Post:
    posts = [post for post in by.posts_that_may(Capability.RESTRICT) if post.is_vetted()]
    if not posts:
        raise NotAllowed("Your role does not decide who may see a restricted case.")
    return next((post for post in posts if post.reaches(case.force)), posts[0])


def _post_to_clear(case: Case, by: Person) -> Post:
    """Return the post by which a person may say that a case is not about somebody. Raises NotAllowed."""
    post = _post_to_restrict(case, by)
    if by.pk == raised_by(case) or near_in_name(case, [by]):
        raise NotAllowed(NOT_THEIRS_TO_CLEAR)
    return post


def may_clear(case: Case, person: Person) -> bool:
    """Return whether a person may say that a case is not about somebody who is kept from it."""
    return allowed(_post_to_clear, case, person)


def may_restrict(case: Case, person: Person) -> bool:
    """Return whether a person who works on the case may restrict it or change its restriction."""
    return allowed(_post_to_restrict, case, person)


def _refuse_unfit(case: Case, named: Collection[Person], concerned: Collection[Person]) -> None:
    """Raise NotNow where nobody is named, or one of `named` cannot be."""
    if not named:
        raise NotNow("Name at least one person who can work on it.")
    near = near_in_name(case, named)
    kept = {*kept_from(case), *(person.pk for person in concerned)}
    for person in near:
        if person.pk not in kept:
            raise NotNow(
                f"{person.name} has a name similar to that of the person in this case. "
                "You can name them after a named person has said that it is not them."
            )
    for person in named:
        if person.pk in kept:
            raise NotNow(f"{person.name} is kept from this case, so they cannot be named.")
        if not may_be_named(person):
            raise NotNow(f"{person.name} does not hold a vetted post that sees cases.")
