"""How far somebody has to be vetted to read what is marked."""

from handrail.organisations.vetting import Vetting
from handrail.policy.schema.access import Marking


def level_of(marking: Marking) -> Vetting:
    """How far somebody has to be vetted to read what is marked so."""
    return Vetting[marking.vetting.upper()]


def highest(*markings: Marking) -> Marking:
    """The marking that needs the most; the first of those that need the same."""
    return max(markings, key=level_of)
