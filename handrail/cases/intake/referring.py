"""The referrals that a person may make by the roles of their posts."""

from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.opening import openings
from handrail.records.packs import current_pack


def opening_steps(roles: frozenset[str]) -> list[Step]:
    """Return the referral steps that these roles may take; concerns about colleagues have their own page."""
    steps = (step for step in openings(current_pack()) if not kind_of(step).in_confidence)
    return [step for step in steps if not roles.isdisjoint(step.by)]


def may_refer(person: Person) -> bool:
    """Return whether a user may make any referral."""
    return bool(opening_steps(person.roles))
