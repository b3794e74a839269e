"""Describe who sees a case by post: roles and places, derived from the capabilities of each role."""

from collections.abc import Collection
from dataclasses import dataclass

from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.roles import Role, roles_that_may


@dataclass(frozen=True, slots=True)
class Sees:
    """One line of the description: which people, and what they see of the case."""

    who: str
    what: str


def who_sees(case: Case) -> list[Sees]:
    """Return who sees a case by post: first full access, then status only."""
    if case.restricted:
        return [
            Sees("Only the people who are named below", "All of it. Nobody sees it because of their post.")
        ]
    return [*_who_sees_all(case), *_who_oversees(case)]


def _who_sees_all(case: Case) -> list[Sees]:
    force = case.force.name
    found = []
    if case.owner:
        found.append(Sees(f"{case.owner.name}, its owner", "All of it, while they hold a post in the force"))
    found.append(Sees(f"{_titles(Capability.WORK_FORCE_CASES)} of {force}", "All of it"))
    if not case.allocated:
        who = f"{_titles(Capability.WORK_OWN_CASES)} of {force}"
        found.append(Sees(who, "All of it, until it is allocated"))
    if case.council:
        found.append(Sees(f"{_titles(Capability.WORK_COUNCIL_CASES)} of {case.council.name}", "All of it"))
    return found


def _who_oversees(case: Case) -> list[Sees]:
    hours = case.pack.access.opened_hours
    asks = f"Its stage, without name or content. All of it for {hours} hours after giving a reason"
    region = case.force.parent.name if case.force.parent else "the region"
    working = roles_that_may(Capability.WORK_FORCE_CASES)
    overseeing = roles_that_may(Capability.OVERSEE_FORCE) - working
    return [
        Sees(f"{_listed(overseeing)} of {case.force.name}", asks),
        Sees(f"{_titles(Capability.OVERSEE_REGION)} of {region}", asks),
        Sees(_titles(Capability.OVERSEE_NATION), asks),
    ]


def _titles(capability: Capability) -> str:
    return _listed(roles_that_may(capability))


def _listed(roles: Collection[Role]) -> str:
    """Return roles as an English list in the plural, the first with a capital letter."""
    titles = [role.plural for role in Role if role in roles]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
