"""Rules for who may work on a case, be named for it or own it, and who is kept from it."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant, GrantQuerySet
from handrail.cases.case_access.namesakes import may_be_of
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import IMPORTED
from handrail.cases.models import Case
from handrail.cases.models.restriction import Restriction
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Kind, Organisation, Person, Post, PostQuerySet
from handrail.organisations.roles import roles_that_may
from handrail.policy.answers import Options
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind as Ask
from handrail.policy.schema.form import Question
from handrail.policy.schema.step import Step
from handrail.records.members import with_members

NEAR_IN_NAME = (
    "Their name is like that of the subject of the case, or the record gives the address of their account."
)


def owner_sees(case: Case) -> bool:
    """Return whether the owner of a restricted case is named for it and may still be."""
    owner = next((person for person in people_of(case) if person.pk == case.owner_id), None)
    return owner is not None and may_be_named(owner)


def lead_of(force: Organisation) -> Person | None:
    """Return the lead of a force's Prevent team, who owns cases that no officer owns; None without one."""
    team = force.team(Kind.PREVENT_TEAM)
    return team.lead if team else None


def could_see(case: Case) -> list[Person]:
    """Return the people who can see an unrestricted case by a post, held now or later, or by a grant."""
    grants = Grant.objects.live().filter(record=case.pk)
    posts = Post.objects.to_come()
    held = posts.over(case.force) | posts.filter(
        Q(organisation__in=grants.values("organisation")) | Q(organisation=case.council_id)
    )
    by_post_or_grant = Q(pk__in=held.values("person")) | Q(pk__in=grants.values("person"))
    return list(Person.objects.filter(by_post_or_grant).order_by("pk"))


def nobody_allocates(force: Organisation, without: Collection[UUID]) -> bool:
    """Return whether everyone who could allocate a case in this force is among `without` (ids)."""
    return are_all(without, who_allocate(force))


def are_all(people: Collection[UUID], of: Collection[UUID]) -> bool:
    """Return whether every id of `of` is also in `people`; False where `of` is empty."""
    return bool(of) and set(of) <= {*people}


def who_allocate(force: Organisation) -> set[UUID]:
    """Return the ids of people who can allocate cases in a force."""
    roles = roles_that_may(Capability.RESTRICT) & roles_that_may(Capability.INVITE)
    posts = Post.objects.current().vetted().over(force).filter(role__in=roles, person__is_active=True)
    return set(posts.values_list("person_id", flat=True))


def takers(force: Organisation, concerned: Collection[Person] = ()) -> list[Post]:
    """Return posts that take staff concerns in a force, by name, without the people who are concerned."""
    return _takers(Post.objects.filter(organisation=force), concerned)


def takers_of_unattended(case: Case) -> list[Person]:
    """Return who takes on a restricted case that nobody is left to work on.

    These are people of its force or, where there are none, of one other force. People whom the case may be
    about are left out.
    """
    kept = list(Person.objects.filter(pk__in=kept_from(case)))
    everywhere = [post.person for post in _takers(Post.objects.all(), kept)]
    concerned = [*kept, *near_in_name(case, everywhere)]
    posts = takers(case.force, concerned) or takers_elsewhere(case.force, concerned)
    return [post.person for post in posts]


def vetting_unit(force: Organisation, concerned: Collection[Person]) -> list[Post]:
    """Return the posts of a force's vetting unit, by name, without the people who are concerned."""
    return _takers(Post.objects.filter(organisation=force), concerned, Capability.TAKE_VETTING_CONCERNS)


def takers_elsewhere(force: Organisation, concerned: Collection[Person]) -> list[Post]:
    """Return posts that take staff concerns in one other force, of the same region where possible."""
    posts = _takers(Post.objects.exclude(organisation=force), concerned)
    posts.sort(key=lambda post: (post.organisation.parent_id != force.parent_id, post.organisation.name))
    return [post for post in posts if post.organisation_id == posts[0].organisation_id]


def _takers(
    posts: PostQuerySet,
    concerned: Collection[Person],
    capability: Capability = Capability.TAKE_STAFF_CONCERNS,
) -> list[Post]:
    """Return vetted current posts with this capability among `posts`, one for each person, by name."""
    roles = roles_that_may(capability)
    held = (
        posts.current().vetted().filter(role__in=roles, person__is_active=True).exclude(person__in=concerned)
    )
    ordered = held.select_related("person", "organisation").order_by("person__name", "person_id", "role")
    return list({post.person_id: post for post in ordered}.values())


def near_in_name(case: Case, people: Iterable[Person] | None = None) -> list[Person]:
    """Return the people, of `people` or of all accounts, who may be the subject of the case.

    People who were said not to be the subject are left out, unless they are excluded again.
    """
    among = Person.objects.order_by("pk") if people is None else people
    found = may_be_of(case, among)
    cleared = (
        set(Exclusion.objects.filter(record=case.pk).values_list("person_id", flat=True)) if found else ()
    )
    excluded = kept_from(case) if found else set[UUID]()
    return [person for person in found if person.pk not in cleared or person.pk in excluded]


def raised_by(case: Case) -> UUID | None:
    """Return the id of the person who recorded the first entry of a case; None for a case from an import."""
    first = Entry.objects.select_related("content").get(chain=case.pk, number=1)
    imported = hasattr(first, "content") and IMPORTED in first.content.content
    return None if imported else first.actor


def may_be_named(person: Person) -> bool:
    """Return whether a person is active and holds a vetted post that can be given access to cases."""
    return person.is_active and bool(person.posts_to_be_invited)


def grants_of(case: Case) -> GrantQuerySet:
    """Return the live grants that name people for a restricted case."""
    return Grant.objects.live().filter(record=case.pk, kind=GrantKind.NAMED)


def exclusions_of(case: Case) -> QuerySet[Exclusion]:
    """Return the exclusions in force on a case."""
    return Exclusion.objects.filter(record=case.pk, ended_at=None)


def asked_unseen(case: Case) -> list[Person]:
    """Return assignees of open follow-ups on a restricted case who are not named, so do not see it."""
    named = {person.pk for person in people_of(case)}
    rows = case.follow_ups.open().exclude(to_person=None).select_related("to_person").order_by("number")
    asked = [row.to_person for row in rows if row.to_person]
    return [person for person in dict.fromkeys(asked) if person.pk not in named]


def people_of(case: Case) -> list[Person]:
    """Return the people named for a restricted case and not excluded from it, named longest first."""
    grants = grants_of(case).exclude(person__in=exclusions_of(case).values("person"))
    grants = grants.select_related("person").order_by("since")
    return [grant.person for grant in grants if grant.person]


def able_of(case: Case) -> list[Person]:
    """Return the people named for a restricted case who hold a post to work on it, named longest first."""
    named = [person for person in people_of(case) if person.is_active]
    posts = Post.objects.current().vetted().filter(person__in=named)
    able = set(posts.filter(role__in=roles_that_may(Capability.BE_INVITED)).values_list("person", flat=True))
    return [person for person in named if person.pk in able]


def choices_for(case: Case) -> Options:
    """Return the people and organisations to offer in a form about a case; for a restricted case those named.

    People who are excluded, or near in name to the subject, are not offered.
    """
    among = [person.pk for person in people_of(case)] if case.restricted else None
    own = choices_of(case.force, among=among, fit=lambda people: fit_to_work_on(case, people))
    return with_members(own, case)


def colleagues_on(case: Case) -> Sequence[Code]:
    """Return people of the force who may work on the case: the pack's member list “case-colleagues”."""
    roles = {role for capability in WORKS_CASES for role in roles_that_may(capability)}
    asked = Question(id="colleague", kind=Ask.PERSON, label="Who?", roles=tuple(sorted(roles)))
    return choices_for(case)(asked)


def fit_to_work_on(case: Case, people: dict[UUID, str]) -> dict[UUID, str]:
    """Return the people (names by id) who are not excluded from the case nor near in name to its subject."""
    if not people:
        return people
    near = near_in_name(case, [Person(pk=pk, name=name) for pk, name in people.items()])
    out = {*kept_from(case), *(person.pk for person in near)}
    return {pk: name for pk, name in people.items() if pk not in out}


def choices_on(case: Case, step: Step, about: int | None) -> Options:
    """Return the choices of a step's questions.

    A step that accepts a case into another force offers the people of that force. `about` is the number of
    the follow-up that the step answers.
    """
    rule = case.pack.answering.get(step.id)
    if rule and rule.gives == "force" and step.id == rule.accepted_by and not case.restricted:
        asked = case.follow_ups.open().filter(number=about or 0).select_related("to_organisation").first()
        force = asked.to_organisation if asked else case.force
        own = choices_of(force, fit=lambda people: fit_to_work_on(case, people))
        return with_members(own, case)
    return choices_for(case)


def kept_from(case: Case) -> set[UUID]:
    """Return the ids of people excluded from a case."""
    return set(exclusions_of(case).values_list("person_id", flat=True))


def restriction_of(case: Case) -> Restriction:
    """Return the restriction in force on a case. Raises Restriction.DoesNotExist where there is none."""
    return case.restrictions.in_force().select_related("by", "lift_asked_by").get()
