"""The people who can act in each force, and the choices they have; loaded once for all cases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from handrail.cases.choices import choices_of
from handrail.cases.models import Case
from handrail.cases.steps.actions import accountable
from handrail.demo.data import read
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.policy.answers import Options
from handrail.policy.schema.step import Step
from handrail.records.acts import Actor


@dataclass(frozen=True, slots=True)
class Member:
    """A person who can act: as an actor of the record, and by name."""

    actor: Actor
    name: str

    def works_on(self, case: Case) -> bool:
        """Return whether their post lets them work on this case, as on the screen."""
        may = Role(self.actor.role).capabilities
        own = not case.allocated or case.owner_id == self.actor.id
        return (
            Capability.WORK_FORCE_CASES in may
            or (Capability.WORK_OWN_CASES in may and own)
            or (Capability.WORK_COUNCIL_CASES in may and case.council_id == self.actor.organisation)
        )


@dataclass(frozen=True, slots=True)
class Cast:
    """A force, its people by role, and its councils with the names of their chairs."""

    force: Organisation
    lead: Person | None
    members: dict[str, list[Member]]
    councils: Sequence[Organisation]
    choices: Options
    laxness: float

    def somebody(self, random: Random, step: Step, case: Case) -> Member | None:
        """Return a random member who may take the step, by its first role whose members work on the case."""
        for role in step.by:
            able = [member for member in self.members.get(role, ()) if member.works_on(case)]
            if able:
                return random.choice(able)
        return None


def casts(seed: int) -> dict[str, Cast]:
    """Return the cast of every force, by the force's slug."""
    councils: dict[UUID, list[Organisation]] = defaultdict(list)
    for council in Organisation.objects.filter(kind=Kind.COUNCIL).order_by("name"):
        councils[council.parent_id or council.id].append(council)
    members = _members()
    return {
        force.slug: Cast(
            force=force,
            lead=accountable(force),
            members=members[force.id],
            councils=councils[force.id],
            choices=choices_of(force),
            # Forces differ in how often they are late, so that inspections have something to find.
            laxness=Random(f"{seed}/laxness/{force.slug}").betavariate(2, 10),
        )
        for force in Organisation.objects.forces().filter(slug__in=read("councils"))
    }


def _members() -> dict[UUID, dict[str, list[Member]]]:
    """Return the people who act in each force, by role."""
    found: dict[UUID, dict[str, list[Member]]] = defaultdict(lambda: defaultdict(list))
    posts = Post.objects.current().select_related("organisation", "person").order_by("person__email")
    for post in posts:
        own = post.organisation
        force = own.id if own.kind == Kind.FORCE else own.parent_id
        if force:
            member = Member(Actor(post.person_id, post.role, own.id), post.person.name)
            found[force][post.role].append(member)
    return found
