"""What posts reach: the posts in an organisation and below it, and the forces of a person."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation, Person, Post


def posts_in(body: Organisation, day: date) -> list[Post]:
    """Return the vetted posts on a day in an organisation and in its teams and councils, of open accounts."""
    posts = Post.objects.current(day).vetted(day).filter(person__is_active=True)
    here = posts.filter(Q(organisation=body) | Q(organisation__parent=body))
    return list(here.select_related("person", "organisation"))


def forces_to_choose(person: Person) -> list[Organisation]:
    """Return the forces whose cases the person may list, by name.

    This queries the database only for a person who oversees a region or the nation.
    """
    if person.may(Capability.OVERSEE_NATION, Capability.OVERSEE_REGION):
        return list(forces_of(person))
    return forces_of_posts(person)


def forces_of_posts(person: Person) -> list[Organisation]:
    """Return the forces in which the person holds posts, by name, without a query."""
    bodies = (post.organisation for post in person.current_posts)
    reached = (body if body.kind == Kind.FORCE else body.parent for body in bodies)
    forces = {body.pk: body for body in reached if body and body.kind == Kind.FORCE}
    return sorted(forces.values(), key=lambda force: force.name)


def acts_for(post: Post, force: Organisation) -> bool:
    """Return whether a post acts for a force: one in it, in a body under it, or in its region."""
    return post.force_id == force.pk or post.organisation_id == force.parent_id


def forces_recorded_for(person: Person, roles: Collection[str]) -> list[Organisation]:
    """Return the forces that the person's vetted posts with one of these roles act for, by name.

    A post in a region acts for each force of the region; only such a post needs a query.
    """
    posts = [post for post in person.current_posts if post.is_vetted() and post.role in roles]
    regions = [post.organisation_id for post in posts if post.organisation.kind == Kind.REGION]
    found = (
        {force.pk: force for force in Organisation.objects.forces().filter(parent__in=regions)}
        if regions
        else {}
    )
    for post in posts:
        own = (post.organisation, post.organisation.parent)
        found |= {body.pk: body for body in own if body and body.kind == Kind.FORCE}
    return sorted(found.values(), key=lambda force: force.name)


def forces_of(person: Person) -> QuerySet[Organisation]:
    """Return the forces whose cases the person's posts let them see."""
    if person.may(Capability.OVERSEE_NATION):
        return Organisation.objects.forces()
    regions = [post.organisation_id for post in person.posts_that_may(Capability.OVERSEE_REGION)]
    own = [post.force_id for post in person.current_posts if post.organisation_id not in regions]
    return Organisation.objects.forces().filter(Q(parent__in=regions) | Q(pk__in=own))
