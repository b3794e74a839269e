"""Acts on who may see a restricted case. Only those who are named see it, whatever posts anybody holds.

Who restricts a case names at least one person in the same act, and stays only if named. Who is concerned is
kept from it by name, and so is everybody whose name is near to theirs, until another named person says that
it is not them. Whoever is named because they hold an office, such as professional standards of a force, is
named while they hold it. Two people lift a restriction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.actions import Door
from handrail.access.context import enter, writing
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant, GrantQuerySet
from handrail.cases.case_access.namesakes import may_be_of, names_of, near_any
from handrail.cases.engine.fold import responsible_for
from handrail.cases.engine.record import IMPORTED
from handrail.cases.engine.store import FOLDED, write_standing
from handrail.cases.errors import NotAllowed, NotNow, allowed
from handrail.cases.forms.choices import choices_of
from handrail.cases.models import Case
from handrail.cases.models.restriction import OF_STAFF, Category, Restriction
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Kind, Organisation, Person, Post, PostQuerySet
from handrail.organisations.roles import roles_that_may
from handrail.policy.answers import Options
from handrail.policy.built_in import CHANGE_OWNER, LIFT, RESTRICT
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind as Ask
from handrail.policy.schema.form import Question
from handrail.policy.schema.step import Step
from handrail.records.acts import Actor, acting
from handrail.records.members import with_members

NEAR_IN_NAME = "Their name is near to that of whom the case is about, or their account was given."
ELSEWHERE = "Kept from a record linked to this one."


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes a case to everybody but those who are named; `post` gives its author the right to do so.

    `by` is None where a referral of the public form does it.
    """

    category: Category
    reason: str
    named: Sequence[Person]
    concerned: Sequence[Person]
    by: Person | None
    post: Post | Door
    offices: Sequence[Post] = ()

    def said(self, case: Case) -> dict[str, Any]:
        """What the entry says of it: why the case is restricted, and who, of those named, is accountable."""
        owner, named = case.owner_id, [person.pk for person in self.named]
        if owner in named:
            return {"restricted": self.category.value}
        new = owned_by(case, named[0] if named else None, allocated=False)
        return {"restricted": self.category.value, **new}

    def record(self, case: Case) -> None:
        """Write why the case, saved already, is restricted, who is kept from it and who is named."""
        restriction = Restriction(
            case=case, category=self.category, reason=self.reason, by=self.by, since=timezone.now()
        )
        restriction.save(force_insert=True)
        said = {"record": str(case.pk), "category": self.category.value, "owner": str(case.owner_id or "")}
        _on_record(restriction, "access-restricted", self.by, self.post, self.reason, said)
        for person in self.concerned:
            access.exclude(case.pk, person, by=self.by, post=self.post, reason=NEAR_IN_NAME)
        offices = {post.person_id: post for post in self.offices}
        for person in self.named:
            office = offices.get(person.pk)
            _give(case, person, by=self.by, post=self.post, reason=self.reason, office=office)


def restrict(
    case_id: UUID,
    *,
    by: Person,
    category: Category,
    reason: str,
    named: Collection[Person],
    concerned: Collection[Person] = (),
) -> None:
    """Close a case to everybody but those who are named. Raises NotAllowed or NotNow.

    Whoever does it loses sight of the case unless they name themselves. What was joined to the case is closed
    with it: it is about the same person, and leads there.
    """
    with transaction.atomic():
        case = _locked(case_id, by)
        post = _post_to_restrict(case, by)
        if case.restricted:
            raise NotNow("This case is restricted already.")
        _refuse_unfit(case, named, [person for person in concerned if person.pk not in kept_from(case)])
        for one in (case, *_joined_to(case)):
            _close(one, Closing(category, reason, list(named), list(concerned), by, post))
        enter(by)


def _close(case: Case, closing: Closing) -> None:
    """Close one case in this way, also to everybody whose name is near to that of whom it is about."""
    with writing(case.pk):
        kept = kept_from(case)
        new = [person for person in (*closing.concerned, *near_in_name(case)) if person.pk not in kept]
        out = {*kept, *(person.pk for person in new)}
        named = [person for person in closing.named if person.pk not in out]
        closing = replace(closing, concerned=list(dict.fromkeys(new)), named=named)
        write_standing(case, RESTRICT, closing.said(case), actor=actor_by(closing.by, closing.post))
        closing.record(case)


def _joined_to(case: Case) -> list[Case]:
    """The cases that were joined to one, and to those in turn, that are not restricted yet."""
    return [one for one in _all_joined_to(case) if not one.restricted]


def _all_joined_to(case: Case) -> list[Case]:
    """The cases that were joined to one, and to those in turn."""
    joined = Case.objects.filter(joined_to=case).select_related("force")
    return [one for case in joined for one in (case, *_all_joined_to(case))]


def name(case_id: UUID, person: Person, *, by: Person, reason: str) -> Grant:
    """Let one more person work on a restricted case. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        _refuse_unfit(case, [person], [])
        if grants_of(case).filter(person=person).exists():
            raise NotNow(f"{person.name} is named already.")
        with writing(case.pk):
            return _give(case, person, by=by, post=post, reason=reason)


def unname(grant_id: UUID, *, by: Person, reason: str) -> None:
    """End that somebody is named. Somebody else must be left. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        grant = Grant.objects.live().filter(kind=GrantKind.NAMED).get(pk=grant_id)
        case = _restricted(grant.record, by)
        post = _post_to_restrict(case, by)
        with writing(case.pk):
            _end(case, [grant], by=by, post=post, reason=reason)
        enter(by)


def keep_from(case_id: UUID, person: Person, *, by: Person, reason: str) -> None:
    """Keep somebody who is concerned from a restricted case; where they were named, that ends."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        if person == by:
            raise NotNow("Let somebody else who is named do this.")
        if person.pk in kept_from(case):
            raise NotNow(f"{person.name} is kept from this case already.")
        _end(case, list(grants_of(case).filter(person=person)), by=by, post=post, reason=reason)
        with writing(case.pk):
            access.exclude(case.pk, person, by=by, post=post, reason=reason)


def not_them(case_id: UUID, person: Person, *, by: Person, reason: str) -> None:
    """Say that somebody who is kept from a case is not whom it is about. Raises NotAllowed or NotNow.

    It takes somebody else who works on it, and not whoever raised it: they may have meant them. It gives no
    sight of a restricted case; after it they can be named like everybody else.
    """
    with transaction.atomic():
        case = _locked(case_id, by)
        post = _post_to_restrict(case, by)
        if by.pk in {person.pk, raised_by(case)} or near_in_name(case, [by]):
            raise NotAllowed("Somebody else says this: neither they themselves nor whoever raised it.")
        standing = exclusions_of(case).filter(person=person).first()
        if standing is None and person not in near_in_name(case):
            raise NotNow(f"{person.name} is not kept from this case.")
        with writing(case.pk):
            standing = standing or access.exclude(case.pk, person, by=by, post=post, reason=NEAR_IN_NAME)
            access.let_back(standing, by=by, post=post, reason=reason)


def answer_for(case_id: UUID, *, by: Person, reason: str) -> None:
    """Become the owner of a restricted case whose owner sees it no more. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        if owner_sees(case):
            raise NotNow("Its owner still works on this case. They can hand it over.")
        _change_owner(case, by.pk, by=by, post=post)
        said = {"record": str(case.pk), "owner": str(by.pk)}
        _on_record(restriction_of(case), "access-owner", by, post, reason, said)


def owner_sees(case: Case) -> bool:
    """Whether the owner of a restricted case is named for it, and holds the office for which they are."""
    owner = next((person for person in people_of(case) if person.pk == case.owner_id), None)
    return owner is not None and may_be_named(owner)


def keep_out_by_name(case: Case, *, by: Person, post: Post) -> None:
    """Keep from a case whoever is near in name by now, for another account or another name that was learnt.

    Of an ordinary case these are whoever could see it; what was joined to it is closed to them too. The
    caller holds the transaction.
    """
    near = near_in_name(case, None if case.restricted else could_see(case))
    for one in (case, *(_all_joined_to(case) if near else ())):
        keep_out(one, near, by=by, post=post)


def keep_out(
    case: Case, near: Iterable[Person], *, by: Person, post: Post, reason: str = NEAR_IN_NAME
) -> None:
    """Keep these from a case; somebody else answers for it where one of them did.

    A colleague's answer on this case that it is not about a person stands: they are not kept out again.
    Where nobody would be left to allocate the case, it is restricted to those who take concerns about staff.
    The caller holds the transaction.
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
    """Hold a case that follows another one, with its owner as they are now, until the transaction ends.

    Raises NotNow where who holds it waits for what is held here: one of the two begins again.
    """
    try:
        with transaction.atomic():
            held = Case.objects.select_for_update(of=("self",))
            case.refresh_from_db(from_queryset=held, fields=FOLDED)
    except OperationalError as error:
        raise NotNow(
            "Somebody else records something on a linked record at this moment. Send this again."
        ) from error


def _close_to_takers(case: Case, *, by: Person, post: Post) -> None:
    """Give a case that nobody could allocate to those who take concerns about staff, if there is anybody."""
    concerned = [*Person.objects.filter(pk__in=kept_from(case)), *near_in_name(case)]
    closing = closing_of(Category.OTHER, case.force, lead=None, concerned=concerned, by=by, post=post)
    if closing.named:
        _close(case, closing)


def keep_out_together(one: Case, other: Case, *, by: Person, post: Post) -> None:
    """Keep from each of two cases about one person whoever is kept from the other, or near in name to it.

    What was joined to either is closed to them too.
    """
    near: list[Person] = []
    out: list[Person] = []
    people = list(dict.fromkeys([*could_see(one), *could_see(other)]))
    every = [case for first in (one, other) for case in (first, *_all_joined_to(first))]
    for case in every:
        with writing(case.pk):
            near += near_in_name(case, people)
            out += [exclusion.person for exclusion in exclusions_of(case).select_related("person")]
    for case in every:
        keep_out(case, near, by=by, post=post)
        keep_out(case, out, by=by, post=post, reason=ELSEWHERE)


def _pass_on(case: Case, out: Collection[UUID], *, by: Person, post: Post) -> str:
    """Let somebody who is not among these answer for a case: their id, or nothing where there is nobody."""
    lead = lead_of(case.force)
    left = people_of(case) if case.restricted else [lead] if lead else []
    passed_over = {*out, *(person.pk for person in near_in_name(case, left))}
    owner = next((person.pk for person in left if person.pk not in passed_over), None)
    allocated = case.allocated and case.restricted  # as a new case stands, for all who may take it
    _change_owner(case, owner, by=by, post=post, allocated=allocated)
    return str(owner or "")


def owned_by(case: Case, owner: UUID | None, *, allocated: bool) -> dict[str, Any]:
    """What an entry says by which somebody else answers for a case, or nobody does."""
    said = {"owner": str(owner) if owner else None, "allocated": allocated}
    return {"responsible": responsible_for(case) | said}


def _change_owner(
    case: Case, owner: UUID | None, *, by: Person, post: Post, allocated: bool | None = None
) -> None:
    """Let somebody else answer for a case, or nobody; it stays allocated where nothing else is said."""
    said = owned_by(case, owner, allocated=case.allocated if allocated is None else allocated)
    write_standing(case, CHANGE_OWNER, said, actor=acting(by, post))


def actor_by(by: Person | None, post: Post | Door) -> Actor:
    """Return a person, or the public form, as the author of an act."""
    if isinstance(post, Door):
        return Actor(post.actor, post.role, post.organisation_id)
    if by is None:
        raise ValueError("An act by a post needs the person who holds it.")
    return acting(by, post)


def lead_of(force: Organisation) -> Person | None:
    """Return who answers for cases that no officer of a force owns: the lead of its Prevent team, or None."""
    team = force.team(Kind.PREVENT_TEAM)
    return team.lead if team else None


def could_see(case: Case) -> list[Person]:
    """Return the people who can see an ordinary case: by a post, of today or to come, or by a grant."""
    grants = Grant.objects.live().filter(record=case.pk)
    posts = Post.objects.to_come()
    held = posts.over(case.force) | posts.filter(
        Q(organisation__in=grants.values("organisation")) | Q(organisation=case.council_id)
    )
    by_post_or_grant = Q(pk__in=held.values("person")) | Q(pk__in=grants.values("person"))
    return list(Person.objects.filter(by_post_or_grant).order_by("pk"))


def nobody_allocates(force: Organisation, without: Collection[UUID]) -> bool:
    """Whether these people, by their ids, are all who could give a case to somebody in its force."""
    return are_all(without, who_allocate(force))


def are_all(people: Collection[UUID], of: Collection[UUID]) -> bool:
    """Return whether every id of `of` is also in `people`; False where `of` is empty."""
    return bool(of) and set(of) <= {*people}


def who_allocate(force: Organisation) -> set[UUID]:
    """The ids of those who can give a case to somebody in a force."""
    roles = roles_that_may(Capability.RESTRICT) & roles_that_may(Capability.INVITE)
    posts = Post.objects.current().vetted().over(force).filter(role__in=roles, person__is_active=True)
    return set(posts.values_list("person_id", flat=True))


def ask_to_lift(case_id: UUID, *, by: Person, reason: str) -> None:
    """Ask that a case be open to those again whose work it is; another person has to agree."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        restriction = restriction_of(case)
        if restriction.lift_asked_at:
            raise NotNow("Somebody has asked for this already.")
        restriction.lift_asked_by, restriction.lift_asked_at = by, timezone.now()
        restriction.lift_reason = reason
        restriction.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
        _on_record(restriction, "access-lift-asked", by, post, reason)


def settle_lift(case_id: UUID, *, by: Person, agreed: bool, reason: str) -> None:
    """Lift a restriction as somebody else asked, or refuse to. Who is kept from the case stays so."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(case, by)
        restriction = restriction_of(case)
        if restriction.lift_asked_by_id is None:
            raise NotNow("Nobody has asked to lift this restriction.")
        if restriction.lift_asked_by_id == by.pk:
            raise NotAllowed("You asked for this, so another person decides.")
        with writing(case.pk):
            (_lift if agreed else _keep)(case, restriction, by, post, reason)
        enter(by)


def _lift(case: Case, restriction: Restriction, by: Person, post: Post, reason: str) -> None:
    restriction.lifted_by, restriction.lifted_at = by, timezone.now()
    restriction.save(update_fields=["lifted_by", "lifted_at"])
    keep_out_by_name(case, by=by, post=post)  # an account of later than the restriction
    for grant in grants_of(case):
        access.end(grant, by=by, post=post, reason=reason)
    write_standing(case, LIFT, {"restricted": ""}, actor=acting(by, post))
    _on_record(restriction, "access-lifted", by, post, reason)


def _keep(case: Case, restriction: Restriction, by: Person, post: Post, reason: str) -> None:
    restriction.lift_asked_by = restriction.lift_asked_at = None
    restriction.lift_reason = ""
    restriction.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
    _on_record(restriction, "access-lift-refused", by, post, reason)


def unattended() -> dict[UUID, str]:
    """The restricted cases that nobody is left to work on, by id, and how to refer to them.

    Only who takes concerns about staff is told of any, by the database, which tells nothing else of them.
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
    """A restricted case without anybody, who takes concerns in its force, and who asks."""

    id: UUID
    reference: str
    takers: list[UUID]
    names: list[str]
    cleared: list[UUID]
    asker: UUID
    asker_name: str

    def is_for_asker(self, about: Iterable[str]) -> bool:
        """Whether who asks is told: in its force, or anywhere where that has nobody who takes concerns.

        Nobody is told whose name is near to one of those of whom it is about.
        """
        own = [Person(pk=pk, name=name) for pk, name in zip(self.takers, self.names, strict=True)]
        asker = Person(pk=self.asker, name=self.asker_name)
        cleared = {*self.cleared}
        near = {person.pk for person in near_any(about, [asker, *own]) if person.pk not in cleared}
        return asker.pk not in near and (asker in own or near.issuperset(self.takers))


def take_on(case_id: UUID, *, by: Person, reason: str) -> None:
    """Take over a restricted case that nobody is left to work on: seen from the next transaction on.

    Raises NotNow.
    """
    with transaction.atomic():
        found = next((case for case in _without_anybody() if case.id == case_id), None)
        if found is None:
            raise NotNow("Somebody works on this case by now.")
        post = next(p for p in by.posts_that_may(Capability.TAKE_STAFF_CONCERNS) if p.is_vetted())
        with writing(case_id):
            case = Case.objects.select_related("subject").select_for_update(of=("self",)).get(pk=case_id)
            if not found.is_for_asker(names_of(case)):
                raise NotNow("Somebody works on this case by now.")
            _give(case, by, by=by, post=post, reason=reason, office=post)
            _change_owner(case, by.pk, by=by, post=post)


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
    """How a case that is about to be opened is closed: to those who take concerns about staff in this force.

    Where all of these are concerned, those of another force take it. With `vetted`, of somebody who is being
    vetted, the vetting unit works on it as well. A case that is not about staff goes to the Prevent team's
    lead, where there is one who may see it.
    """
    why = "Restricted when it was referred."
    if category not in OF_STAFF and lead and may_be_named(lead) and lead not in concerned:
        return Closing(category, why, [lead], concerned, by, post)
    offices = takers(force, concerned) or takers_elsewhere(force, concerned)
    if vetted:
        named = {post.person_id for post in offices}
        offices += [post for post in vetting_unit(force, concerned) if post.person_id not in named]
    return Closing(category, why, [office.person for office in offices], concerned, by, post, offices)


def takers(force: Organisation, concerned: Collection[Person] = ()) -> list[Post]:
    """The posts of those who take concerns about staff in a force and are not concerned, by name."""
    return _takers(Post.objects.filter(organisation=force), concerned)


def takers_of_unattended(case: Case) -> list[Person]:
    """Who takes on a restricted case that nobody is left to work on: in its force, else in one other force.

    Nobody is among them whom the case may be about.
    """
    kept = list(Person.objects.filter(pk__in=kept_from(case)))
    everywhere = [post.person for post in _takers(Post.objects.all(), kept)]
    concerned = [*kept, *near_in_name(case, everywhere)]
    posts = takers(case.force, concerned) or takers_elsewhere(case.force, concerned)
    return [post.person for post in posts]


def vetting_unit(force: Organisation, concerned: Collection[Person]) -> list[Post]:
    """The posts of a force's vetting unit, by name, without those who are concerned."""
    return _takers(Post.objects.filter(organisation=force), concerned, Capability.TAKE_VETTING_CONCERNS)


def takers_elsewhere(force: Organisation, concerned: Collection[Person]) -> list[Post]:
    """The posts of those who take concerns in one other force, of the same region where that can be."""
    posts = _takers(Post.objects.exclude(organisation=force), concerned)
    posts.sort(key=lambda post: (post.organisation.parent_id != force.parent_id, post.organisation.name))
    return [post for post in posts if post.organisation_id == posts[0].organisation_id]


def _takers(
    posts: PostQuerySet,
    concerned: Collection[Person],
    capability: Capability = Capability.TAKE_STAFF_CONCERNS,
) -> list[Post]:
    """The vetted posts among these by which somebody takes concerns, one of each person."""
    roles = roles_that_may(capability)
    held = (
        posts.current().vetted().filter(role__in=roles, person__is_active=True).exclude(person__in=concerned)
    )
    ordered = held.select_related("person", "organisation").order_by("person__name", "person_id", "role")
    return list({post.person_id: post for post in ordered}.values())


def near_in_name(case: Case, people: Iterable[Person] | None = None) -> list[Person]:
    """The people, of all or of these, who may be whom a case is about; not those who were said not to be."""
    among = Person.objects.order_by("pk") if people is None else people
    found = may_be_of(case, among)
    cleared = (
        set(Exclusion.objects.filter(record=case.pk).values_list("person_id", flat=True)) if found else ()
    )
    standing = kept_from(case) if found else set[UUID]()
    return [person for person in found if person.pk not in cleared or person.pk in standing]


def raised_by(case: Case) -> UUID | None:
    """The id of whoever recorded the first entry of a case; None for a row that they took from a file."""
    first = Entry.objects.select_related("content").get(chain=case.pk, number=1)
    imported = hasattr(first, "content") and IMPORTED in first.content.content
    return None if imported else first.actor


def may_be_named(person: Person) -> bool:
    """Whether somebody holds a vetted post by which they can be let see a case."""
    return person.is_active and bool(person.posts_to_be_invited)


def grants_of(case: Case) -> GrantQuerySet:
    """The grants by which people are named for a case."""
    return Grant.objects.live().filter(record=case.pk, kind=GrantKind.NAMED)


def exclusions_of(case: Case) -> QuerySet[Exclusion]:
    """Who is kept from a case, and why."""
    return Exclusion.objects.filter(record=case.pk, ended_at=None)


def asked_unseen(case: Case) -> list[Person]:
    """Return who was asked for something on a restricted case that is open, and does not see the case."""
    named = {person.pk for person in people_of(case)}
    rows = case.follow_ups.open().exclude(to_person=None).select_related("to_person").order_by("number")
    asked = [row.to_person for row in rows if row.to_person]
    return [person for person in dict.fromkeys(asked) if person.pk not in named]


def people_of(case: Case) -> list[Person]:
    """Who is named for a restricted case and not kept from it."""
    grants = grants_of(case).exclude(person__in=exclusions_of(case).values("person"))
    grants = grants.select_related("person").order_by("since")
    return [grant.person for grant in grants if grant.person]


def choices_for(case: Case) -> Options:
    """The choices of a question about a case; of a restricted one those who are named, and nobody else.

    Nobody is offered who is kept from it, nor whose name is near to that of whom it is about.
    """
    among = [person.pk for person in people_of(case)] if case.restricted else None
    own = choices_of(case.force, among=among, fit=lambda people: fit_to_work_on(case, people))
    return with_members(own, case)


def colleagues_on(case: Case) -> Sequence[Code]:
    """Those who may be chosen as working on a case, in its force: the members “case-colleagues”."""
    roles = {role for capability in WORKS_CASES for role in roles_that_may(capability)}
    asked = Question(id="colleague", kind=Ask.PERSON, label="Who?", roles=tuple(sorted(roles)))
    return choices_for(case)(asked)


def fit_to_work_on(case: Case, people: dict[UUID, str]) -> dict[UUID, str]:
    """Those of some people, names by id, who are not kept from a case and near in name to nobody on it."""
    if not people:
        return people
    near = near_in_name(case, [Person(pk=pk, name=name) for pk, name in people.items()])
    out = {*kept_from(case), *(person.pk for person in near)}
    return {pk: name for pk, name in people.items() if pk not in out}


def choices_on(case: Case, step: Step, about: int | None) -> Options:
    """The choices of a step's questions; whoever takes a case over into their force chooses from that."""
    rule = case.pack.answering.get(step.id)
    if rule and rule.gives == "force" and step.id == rule.accepted_by and not case.restricted:
        asked = case.follow_ups.open().filter(number=about or 0).select_related("to_organisation").first()
        force = asked.to_organisation if asked else case.force
        own = choices_of(force, fit=lambda people: fit_to_work_on(case, people))
        return with_members(own, case)
    return choices_for(case)


def kept_from(case: Case) -> set[UUID]:
    """The ids of those who are kept from a case."""
    return set(exclusions_of(case).values_list("person_id", flat=True))


def restriction_of(case: Case) -> Restriction:
    """Why a case is restricted. Raises DoesNotExist where it is not."""
    return case.restrictions.standing().select_related("by", "lift_asked_by").get()


def _locked(case_id: UUID, by: Person) -> Case:
    """The case, held for this transaction, where somebody works on it. Raises DoesNotExist."""
    cases = Case.objects.changed_by(by).select_related("force").select_for_update(of=("self",))
    return cases.get(pk=case_id)


def _restricted(case_id: UUID, by: Person) -> Case:
    case = _locked(case_id, by)
    if not case.restricted:
        raise NotNow("This case is not restricted.")
    return case


def _post_to_restrict(case: Case, by: Person) -> Post:
    posts = [post for post in by.posts_that_may(Capability.RESTRICT) if post.is_vetted()]
    if not posts:
        raise NotAllowed("Your role does not decide who may see a restricted case.")
    return next((post for post in posts if post.reaches(case.force)), posts[0])


def may_restrict(case: Case, person: Person) -> bool:
    """Whether somebody who works on a case decides who may see it."""
    return allowed(_post_to_restrict, case, person)


def _refuse_unfit(case: Case, named: Collection[Person], concerned: Collection[Person]) -> None:
    """Raise NotNow where those who would be named cannot be."""
    if not named:
        raise NotNow("Name at least one person who can work on it.")
    near = near_in_name(case, named)
    kept = {*kept_from(case), *(person.pk for person in concerned)}
    for person in near:
        if person.pk not in kept:
            raise NotNow(
                f"{person.name} has a name near to that of whom the case is about. "
                "They can be named once somebody who is named has said that it is not them."
            )
    for person in named:
        if person.pk in kept:
            raise NotNow(f"{person.name} is kept from this case, so they cannot be named.")
        if not may_be_named(person):
            raise NotNow(f"{person.name} holds no vetted post in which somebody sees cases.")


def _give(
    case: Case,
    person: Person,
    *,
    by: Person | None,
    post: Post | Door,
    reason: str,
    office: Post | None = None,
) -> Grant:
    return access.give(
        case.pk, person, GrantKind.NAMED, by=by, post=post, reason=reason, until=None, office=office
    )


def _end(case: Case, grants: Sequence[Grant], *, by: Person, post: Post, reason: str) -> None:
    """End that these are named; the case passes to somebody who is left. Raises NotNow where nobody is."""
    ended = {grant.person_id for grant in grants}
    left = [person for person in people_of(case) if person.pk not in ended and may_be_named(person)]
    if not left:
        raise NotNow("Nobody would be left to work on this case. Name somebody else first.")
    for grant in grants:
        access.end(grant, by=by, post=post, reason=reason)
    if case.owner_id in ended:
        _change_owner(case, left[0].pk, by=by, post=post)


def _on_record(
    restriction: Restriction,
    act: str,
    by: Person | None,
    post: Post | Door,
    reason: str,
    said: dict[str, str] | None = None,
) -> None:
    content = said or {"record": str(restriction.case_id)}
    access.on_record(restriction.pk, act, by=by, post=post, content=content, reason=reason)
