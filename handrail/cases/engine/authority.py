"""Authority: the posts by which a person acts on a case."""

from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import taking_steps
from handrail.access.models import Grant
from handrail.cases.engine.record import Record
from handrail.cases.errors import allowed
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person, Post
from handrail.policy.follow_ups import asked_by
from handrail.policy.schema.step import Step
from handrail.records.acts import Actor, acting


def posts_on(case: Case, person: Person) -> list[Post]:
    """Return the posts by which a person takes steps on a case: those in its force, or any, when invited.

    An officer invited to another force's case works on it in the role of their own post.
    """
    vetted = [post for post in person.current_posts if post.is_vetted()]
    near = [post for post in vetted if post.reaches(case.force)]
    if len(near) == len(vetted):
        return near
    given = Grant.objects.live().to(person).filter(record=case.pk, stages=[], kind__in=taking_steps())
    return person.posts_to_be_invited + near if given.exists() else near


def acting_on(case: Case, person: Person) -> list[Actor]:
    """Return the person as an Actor for each post by which they may act on the case."""
    return [acting(person, post) for post in posts_on(case, person)]


def post_that_may(capability: Capability, case: Case, person: Person) -> Post:
    """Return the post that gives a capability to a person working on the case; else raise NotAllowed.

    A case loaded with `with_access_of` already says whether the person works on it; otherwise a query does.
    """
    works = case.may_change
    if works is None:
        works = Case.objects.filter(pk=case.pk).changed_by(person).exists()
    posts = [p for p in person.posts_that_may(capability) if p.is_vetted() and p.reaches(case.force)]
    if not works or not posts:
        raise NotAllowed("Your role cannot do this on this case.")
    return posts[0]


def may(capability: Capability, case: Case, person: Person) -> bool:
    """Return whether a person who works on the case has a post with this capability."""
    return allowed(post_that_may, capability, case, person)


def actor_on(record: Record, by: Person, step: Step, about: int | None = None) -> Actor:
    """Return the person as the Actor of a step on a case. Raises NotAllowed without a post for the step.

    `about` is the number of the entry of a follow-up. Where several posts take the step, the post that
    answers for the assignee of that follow-up is chosen.
    """
    able = [actor for actor in acting_on(record.case, by) if actor.role in step.by]
    if not able:
        raise NotAllowed("You cannot take this step.")
    asked = asked_by(about, record.position.asked)
    return next((actor for actor in able if asked and asked.of in actor.bodies), able[0])
