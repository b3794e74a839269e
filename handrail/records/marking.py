"""The vetting levels that protective markings need."""

from handrail.organisations.vetting import Vetting
from handrail.policy.schema.access import Marking


def level_of(marking: Marking) -> Vetting:
    """Return the vetting level that a reader of this marking needs."""
    return Vetting[marking.vetting.upper()]


def highest(*markings: Marking) -> Marking:
    """Return the marking that needs the highest vetting level; of equals the first."""
    return max(markings, key=level_of)
