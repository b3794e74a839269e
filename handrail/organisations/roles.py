"""Roles: what a post gives. A new role is one entry of this table.

Beside it a policy pack names the role and says which steps it takes, `demo/staff.py` who holds it in the
demonstration, and `tests/world.py` what it should see. All other code asks for a capability.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Self

from handrail.organisations.capabilities import Capability
from handrail.organisations.kinds import Kind

C = Capability

TEAM = frozenset({Kind.PREVENT_TEAM, Kind.FORCE})
FORCE = frozenset({Kind.FORCE})
NATION = frozenset({Kind.NATION})
OUTSIDE = frozenset({Kind.COUNCIL, Kind.PARTNER})

WHOLE_FORCE = {C.WORK_FORCE_CASES, C.OVERSEE_FORCE, C.READ_REGISTERS, C.BE_INVITED, C.FIND_PEOPLE}
OVERSEER = {C.OPEN_WITH_REASON, C.BE_INVITED, C.READ_CHECKS, C.REVIEW_OPENINGS}
LEADER = OVERSEER | {C.OVERSEE_FORCE, C.READ_REGISTERS, C.KEEP_DUTY_LIST, C.RESTRICT}


class Role(StrEnum):
    """A role that a post gives: its id in packs and in the ledger, and what is said of it.

    `label`: what it is called. `places`: the kinds of organisation in which it is held. They bound what an
    administrator of a force can give away: a role that reaches further, such as national assurance or the log
    of reads, is held in the nation's own body alone. `capabilities`: what it lets somebody see and do.
    `plural`: its label for several people. `ends`: whether each post of it is limited in time.
    """

    _value_: str
    label: str
    places: frozenset[Kind]
    capabilities: frozenset[Capability]
    plural: str
    ends: bool

    def __new__(
        cls,
        value: str,
        label: str = "",
        places: Iterable[Kind] = (),
        capabilities: Iterable[Capability] = (),
        plural: str = "",
        ends: bool = False,
    ) -> Self:
        """Make the role of a line of the table."""
        role = str.__new__(cls, value)
        role._value_ = value
        role.label, role.plural, role.ends = label, plural or f"{label}s", ends
        role.places, role.capabilities = frozenset(places), frozenset(capabilities)
        return role

    REFERRER = "referrer", "Referrer with an account", OUTSIDE, {C.BE_INVITED}
    SPOC = "spoc", "Prevent single point of contact", OUTSIDE | FORCE, {C.BE_INVITED, C.READ_OWN_MATTERS}
    CONTROL_ROOM_OPERATOR = "control-room-operator", "Control room operator", FORCE, {C.READ_OWN_MATTERS}
    PREVENT_OFFICER = (
        "prevent-officer",
        "Prevent officer",
        TEAM,
        {C.WORK_OWN_CASES, C.OVERSEE_FORCE, C.READ_REGISTERS, C.OPEN_WITH_REASON, C.BE_INVITED, C.FIND_PEOPLE}
        | {C.OWN_CASES},
    )
    PREVENT_SUPERVISOR = (
        "prevent-supervisor",
        "Prevent supervisor",
        TEAM,
        WHOLE_FORCE
        | OVERSEER
        | {C.OWN_CASES, C.INVITE, C.SHARE, C.RESTRICT, C.MOVE_TO_POLICY, C.KEEP_DUTY_LIST},
    )
    FIMU_OFFICER = "fimu-officer", "FIMU officer", FORCE | {Kind.FIMU}, WHOLE_FORCE
    MASH_OFFICER = "mash-officer", "MASH officer", FORCE | {Kind.MASH}, WHOLE_FORCE
    CHANNEL_PRACTITIONER = (
        "channel-practitioner",
        "Channel police practitioner",
        TEAM,
        WHOLE_FORCE | {C.OWN_CASES, C.INVITE, C.SHARE},
    )
    PANEL_CHAIR = (
        "panel-chair",
        "Channel panel chair",
        {Kind.COUNCIL},
        {C.WORK_COUNCIL_CASES, C.BE_INVITED, C.INVITE},
    )
    PANEL_MEMBER = "panel-member", "Channel panel member", OUTSIDE, {C.BE_INVITED}
    INTERVENTION_PROVIDER = (
        "intervention-provider",
        "Intervention provider",
        {Kind.PARTNER, Kind.REGION},
        {C.BE_INVITED},
    )
    REGIONAL_COORDINATOR = (
        "regional-coordinator",
        "Regional Prevent co-ordinator",
        {Kind.REGION},
        OVERSEER | {C.OVERSEE_REGION},
    )
    FORCE_STRATEGIC_LEAD = "force-strategic-lead", "Force strategic lead", FORCE, LEADER | {C.SHARE}
    CHIEF_OFFICER_LEAD = "chief-officer-lead", "Chief officer lead", FORCE, LEADER
    NATIONAL_ASSURANCE = (
        "national-assurance",
        "National assurance",
        NATION,
        OVERSEER | {C.OVERSEE_NATION, C.CHOOSE_SAMPLE},
        "National assurance",
    )
    ANALYST = "analyst", "Analyst", NATION | FORCE | {Kind.REGION}
    INSPECTOR = "inspector", "Inspector", NATION, {C.BE_INVITED, C.READ_SAMPLE}, "Inspectors", True
    PROFESSIONAL_STANDARDS = (
        "professional-standards",
        "Professional standards officer",
        FORCE | NATION,
        {C.BE_INVITED, C.TAKE_STAFF_CONCERNS, C.RESTRICT, C.MOVE_TO_POLICY, C.FIND_PEOPLE},
    )
    VETTING_OFFICER = (
        "vetting-officer",
        "Vetting officer",
        FORCE | NATION,
        {C.BE_INVITED, C.TAKE_VETTING_CONCERNS, C.RESTRICT},
    )
    DATA_PROTECTION_OFFICER = "data-protection-officer", "Data protection officer", NATION, {C.READ_LOG}
    ADMINISTRATOR = (
        "administrator",
        "Administrator",
        NATION | FORCE | {Kind.REGION},
        {C.MANAGE_ACCOUNTS},
    )


def choices_of_role() -> list[tuple[str, str]]:
    """Return the roles as choices of a field; migrations name this function, so a new role needs none."""
    return [(role.value, role.label) for role in Role]


def roles_that_may(*wanted: Capability) -> frozenset[Role]:
    """Return the roles that hold any of these capabilities."""
    return frozenset(role for role in Role if not role.capabilities.isdisjoint(wanted))


def capabilities_of(roles: Collection[Role]) -> frozenset[Capability]:
    """Return what somebody who holds these roles may see and do."""
    return frozenset().union(*(role.capabilities for role in roles))
