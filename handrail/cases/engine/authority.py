"""By which of their posts somebody acts on a case."""

from handrail.access.grant_kinds import taking_steps
from handrail.access.models import Grant
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotAllowed, allowed
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person, Post
from handrail.policy.follow_ups import asked_by
from handrail.policy.process import open_steps
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.acts import Actor, acting


def posts_on(case: Case, person: Person) -> list[Post]:
    """The posts by which somebody takes steps on a case: in its force, and any where they were invited to it.

    So an officer who is invited to a case of another force works on it there, in the role they have.
    """
    vetted = [post for post in person.current_posts if post.is_vetted()]
    near = [post for post in vetted if post.reaches(case.force)]
    if len(near) == len(vetted):
        return near
    given = Grant.objects.live().to(person).filter(record=case.pk, stages=[], kind__in=taking_steps())
    return person.posts_to_be_invited + near if given.exists() else near


def acting_on(case: Case, person: Person) -> list[Actor]:
    """Somebody as each of those that they may act as on a case."""
    return [acting(person, post) for post in posts_on(case, person)]


def post_that_may(capability: Capability, case: Case, person: Person) -> Post:
    """The post by which somebody who works on a case does this with it. Raises NotAllowed without one.

    Of a case that was loaded for them, as that of a page is, it is known whether they work on it.
    """
    works = case.may_change
    if works is None:
        works = Case.objects.filter(pk=case.pk).changed_by(person).exists()
    posts = [p for p in person.posts_that_may(capability) if p.is_vetted() and p.reaches(case.force)]
    if not works or not posts:
        raise NotAllowed("Your role does not do this on this case.")
    return posts[0]


def may(capability: Capability, case: Case, person: Person) -> bool:
    """Whether somebody who works on a case has a post that does this with it."""
    return allowed(post_that_may, capability, case, person)


def actor_on(record: Record, by: Person, step: Step, about: int | None = None) -> Actor:
    """The person as one who takes this step on a case. Raises NotAllowed when no post of theirs does.

    Of several posts the one counts that answers for whom the entry `about` asked.
    """
    able = [actor for actor in acting_on(record.case, by) if actor.role in step.by]
    if not able:
        raise NotAllowed("This step is not yours to take.")
    asked = asked_by(about, record.position.asked)
    return next((actor for actor in able if asked and asked.of in actor.bodies), able[0])


def steps_open_to(record: Record, person: Person) -> list[Step]:
    """The steps that a person may take on this case now; what only follows from an act elsewhere is none."""
    roles = {actor.role for actor in acting_on(record.case, person)}
    steps = open_steps(record.pack, record.position, by=str(person.pk), roles=roles)
    return [step for step in steps if kind_of(step).begun_from_case]
