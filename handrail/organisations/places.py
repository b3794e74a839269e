"""In which kinds of organisation a post of each role can be held.

It bounds what an administrator of a force can give away: a role that reaches further than a force, such as
national assurance or the log of reads, is held in the nation's own body alone.
"""

from handrail.organisations.models import Kind
from handrail.organisations.roles import Role

TEAM = frozenset({Kind.PREVENT_TEAM, Kind.FORCE})
FORCE = frozenset({Kind.FORCE})
NATION = frozenset({Kind.NATION})
OUTSIDE = frozenset({Kind.COUNCIL, Kind.PARTNER})

PLACES: dict[Role, frozenset[Kind]] = {
    Role.REFERRER: OUTSIDE,
    Role.SPOC: OUTSIDE | FORCE,
    Role.CONTROL_ROOM_OPERATOR: FORCE,
    Role.PREVENT_OFFICER: TEAM,
    Role.PREVENT_SUPERVISOR: TEAM,
    Role.FIMU_OFFICER: FORCE | {Kind.FIMU},
    Role.MASH_OFFICER: FORCE | {Kind.MASH},
    Role.CHANNEL_PRACTITIONER: TEAM,
    Role.PANEL_CHAIR: frozenset({Kind.COUNCIL}),
    Role.PANEL_MEMBER: OUTSIDE,
    Role.INTERVENTION_PROVIDER: frozenset({Kind.PARTNER, Kind.REGION}),
    Role.REGIONAL_COORDINATOR: frozenset({Kind.REGION}),
    Role.FORCE_STRATEGIC_LEAD: FORCE,
    Role.CHIEF_OFFICER_LEAD: FORCE,
    Role.NATIONAL_ASSURANCE: NATION,
    Role.ANALYST: NATION | FORCE | {Kind.REGION},
    Role.INSPECTOR: NATION,
    Role.PROFESSIONAL_STANDARDS: FORCE | NATION,
    Role.VETTING_OFFICER: FORCE | NATION,
    Role.DATA_PROTECTION_OFFICER: NATION,
    Role.ADMINISTRATOR: NATION | FORCE | {Kind.REGION},
}
