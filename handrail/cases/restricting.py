"""Acts on who may see a restricted case. Only those who are named see it, whatever posts anybody holds.

Who restricts a case names at least one person in the same act, and stays only if named. Who is concerned is
kept from it by name. Two people lift a restriction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter, writing
from handrail.access.models import Exclusion, Grant, GrantKind, GrantQuerySet
from handrail.cases.errors import NotAllowed, NotNow
from handrail.cases.models import Case
from handrail.cases.people import choices_of
from handrail.cases.restriction import OF_STAFF, Category, Restriction
from handrail.organisations.capabilities import Capability, roles_that_may
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.answers import Options
from handrail.policy.schema import Step
from handrail.subjects.models import name_key


@dataclass(frozen=True, slots=True)
class Closing:
    """What closes a case to everybody but those who are named; `post` gives its author the right to do so."""

    category: Category
    reason: str
    named: Sequence[Person]
    concerned: Sequence[Person]
    by: Person
    post: Post

    def mark(self, case: Case) -> None:
        """Make a case restricted, and somebody who is named accountable for it; nothing is saved."""
        case.restricted = True
        named = [person.pk for person in self.named]
        if case.owner_id not in named:
            case.owner_id = named[0] if named else None
            case.allocated = False

    def record(self, case: Case) -> None:
        """Write why the case, saved already, is restricted, who is kept from it and who is named."""
        restriction = Restriction(
            case=case, category=self.category, reason=self.reason, by=self.by, since=timezone.now()
        )
        restriction.save(force_insert=True)
        said = {"record": str(case.pk), "category": self.category.value, "owner": str(case.owner_id or "")}
        _on_record(restriction, "access-restricted", self.by, self.post, self.reason, said)
        for person in self.concerned:
            access.exclude(case.pk, person, by=self.by, post=self.post, reason=self.reason)
        for person in self.named:
            _give(case, person, by=self.by, post=self.post, reason=self.reason)


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

    Whoever does it loses sight of the case unless they name themselves.
    """
    with transaction.atomic():
        case = _locked(case_id, by)
        post = _post_to_restrict(by, case)
        if case.restricted:
            raise NotNow("This case is restricted already.")
        _refuse_unfit(case, named, concerned)
        closing = Closing(category, reason, list(named), list(concerned), by, post)
        with writing(case.pk):
            closing.mark(case)
            case.save(update_fields=["restricted", "owner", "allocated"])
            closing.record(case)
        enter(by)


def name(case_id: UUID, person: Person, *, by: Person, reason: str) -> Grant:
    """Let one more person work on a restricted case. Raises NotAllowed or NotNow."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(by, case)
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
        post = _post_to_restrict(by, case)
        with writing(case.pk):
            _end(case, [grant], by=by, post=post, reason=reason)
        enter(by)


def keep_from(case_id: UUID, person: Person, *, by: Person, reason: str) -> None:
    """Keep somebody who is concerned from a restricted case; where they were named, that ends."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(by, case)
        if person == by:
            raise NotNow("Let somebody else who is named do this.")
        if person.pk in kept_from(case):
            raise NotNow(f"{person.name} is kept from this case already.")
        _end(case, list(grants_of(case).filter(person=person)), by=by, post=post, reason=reason)
        with writing(case.pk):
            access.exclude(case.pk, person, by=by, post=post, reason=reason)


def ask_to_lift(case_id: UUID, *, by: Person, reason: str) -> None:
    """Ask that a case be open to those again whose work it is; another person has to agree."""
    with transaction.atomic():
        case = _restricted(case_id, by)
        post = _post_to_restrict(by, case)
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
        post = _post_to_restrict(by, case)
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
    for grant in grants_of(case):
        access.end(grant, by=by, post=post, reason=reason)
    case.restricted = False
    case.save(update_fields=["restricted"])
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reference FROM cases_unattended() ORDER BY reference")
        return dict(cursor.fetchall())


def take_on(case_id: UUID, *, by: Person, reason: str) -> None:
    """Take over a restricted case that nobody is left to work on. Raises NotNow."""
    with transaction.atomic():
        if case_id not in unattended():
            raise NotNow("Somebody works on this case by now.")
        post = next(p for p in by.posts_that_may(Capability.TAKE_STAFF_CONCERNS) if p.is_vetted())
        with writing(case_id):
            case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
            _give(case, by, by=by, post=post, reason=reason)
            case.owner = by
            case.save(update_fields=["owner"])
        enter(by)


def closing_of(
    category: Category,
    force: Organisation,
    *,
    lead: Person | None,
    concerned: Sequence[Person],
    by: Person,
    post: Post,
) -> Closing:
    """How a case that is about to be opened is closed: to those who take concerns about staff in this force.

    A case that is not about staff goes to the Prevent team's lead, where there is one who may see it.
    """
    wanted = takers(force)
    if category not in OF_STAFF and lead and may_be_named(lead):
        wanted = [lead]
    named = [person for person in wanted if person not in concerned]
    return Closing(category, "Restricted when it was referred.", named, concerned, by, post)


def takers(force: Organisation) -> list[Person]:
    """Who takes concerns about staff in a force and may see cases, by name."""
    roles = roles_that_may(Capability.TAKE_STAFF_CONCERNS)
    posts = Post.objects.current().filter(organisation=force, role__in=roles, person__is_active=True)
    people = {post.person for post in posts.select_related("person").order_by("person__name")}
    return sorted(filter(may_be_named, people), key=lambda person: (person.name, str(person.pk)))


def accounts_of(email: str, name: str) -> list[Person]:
    """The accounts that may be of somebody: with this address, or called so.

    A name may be written otherwise, or stand with a rank or a middle name more or less. Rather is somebody
    too many kept from a case that is not about them than one too few from theirs.
    """
    address = email.strip().lower()
    people = Person.objects.only("pk", "name", "email", "is_active").order_by("pk")
    return [person for person in people if person.email == address or _are_alike(person.name, name)]


def _are_alike(one: str, other: str) -> bool:
    """Whether two names are the same words, or all of the shorter one's, two at least, are in the longer."""
    shorter, longer = sorted((set(name_key(name).split()) for name in (one, other)), key=len)
    return bool(shorter) and (shorter == longer or (len(shorter) > 1 and shorter < longer))


def may_be_named(person: Person) -> bool:
    """Whether somebody holds a vetted post by which they can be let see a case."""
    return person.is_active and bool(person.posts_to_be_invited)


def grants_of(case: Case) -> GrantQuerySet:
    """The grants by which people are named for a case."""
    return Grant.objects.live().filter(record=case.pk, kind=GrantKind.NAMED)


def exclusions_of(case: Case) -> QuerySet[Exclusion]:
    """Who is kept from a case, and why."""
    return Exclusion.objects.filter(record=case.pk, ended_at=None)


def people_of(case: Case) -> list[Person]:
    """Who is named for a restricted case."""
    grants = grants_of(case).select_related("person").order_by("since")
    return [grant.person for grant in grants if grant.person]


def choices_for(case: Case) -> Options:
    """The choices of a question about a case; of a restricted one those who are named, and nobody else."""
    among = [person.pk for person in people_of(case)] if case.restricted else None
    return choices_of(case.force, among=among)


def choices_on(case: Case, step: Step, about: int | None) -> Options:
    """The choices of a step's questions; whoever takes a case over into their force chooses from that."""
    rule = case.pack.answering.get(step.id)
    if rule and rule.gives == "force" and step.id == rule.accepted_by and not case.restricted:
        asked = case.follow_ups.open().filter(number=about or 0).select_related("to_organisation").first()
        return choices_of(asked.to_organisation if asked else case.force)
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


def _post_to_restrict(by: Person, case: Case) -> Post:
    posts = [post for post in by.posts_that_may(Capability.RESTRICT) if post.is_vetted()]
    if not posts:
        raise NotAllowed("Your role does not decide who may see a restricted case.")
    return next((post for post in posts if post.reaches(case.force)), posts[0])


def _refuse_unfit(case: Case, named: Collection[Person], concerned: Collection[Person]) -> None:
    """Raise NotNow where those who would be named cannot be."""
    if not named:
        raise NotNow("Name at least one person who can work on it.")
    kept = {*kept_from(case), *(person.pk for person in concerned)}
    for person in named:
        if person.pk in kept:
            raise NotNow(f"{person.name} is kept from this case, so they cannot be named.")
        if not may_be_named(person):
            raise NotNow(f"{person.name} holds no vetted post in which somebody sees cases.")


def _give(case: Case, person: Person, *, by: Person, post: Post, reason: str) -> Grant:
    return access.give(case.pk, person, GrantKind.NAMED, by=by, post=post, reason=reason, until=None)


def _end(case: Case, grants: Sequence[Grant], *, by: Person, post: Post, reason: str) -> None:
    """End that these are named; the case passes to somebody who is left. Raises NotNow where nobody is."""
    ended = {grant.person_id for grant in grants}
    left = [person for person in people_of(case) if person.pk not in ended and may_be_named(person)]
    if not left:
        raise NotNow("Nobody would be left to work on this case. Name somebody else first.")
    for grant in grants:
        access.end(grant, by=by, post=post, reason=reason)
    if case.owner_id in ended:
        case.owner = left[0]
        case.save(update_fields=["owner"])


def _on_record(
    restriction: Restriction,
    act: str,
    by: Person,
    post: Post,
    reason: str,
    said: dict[str, str] | None = None,
) -> None:
    content = said or {"record": str(restriction.case_id)}
    access.on_record(restriction.pk, act, by=by, post=post, content=content, reason=reason)
