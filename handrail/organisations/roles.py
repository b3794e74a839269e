"""The table of roles. A new role is one entry here.

Also needed for a new role: its title in the policy pack (`pack.toml`), a holder in `demo/staff.py`, and its
expected access in `tests/world.py`; docs/map.md gives them in order. All other code asks for a capability,
not for a role.
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
    """A role that a post gives; its value is its id in packs and in the ledger.

    `label`: the title. `places`: the kinds of organisation in which the role can be held. `places` limit what
    an administrator of a force can give: roles with national reach, such as national assurance or access to
    the log of reads, can only be held in the nation. `capabilities`: what the role may see and do. `plural`:
    the title for several people. `ends`: whether each post of the role must have a last day.
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
        """Create a member of the table."""
        role = str.__new__(cls, value)
        role._value_ = value
        role.label, role.plural, role.ends = label, plural or f"{label}s", ends
        role.places, role.capabilities = frozenset(places), frozenset(capabilities)
        return role

    REFERRER = "referrer", "Referrer with an account", OUTSIDE, {C.BE_INVITED}
    SPOC = (
        "spoc",
        "Prevent single point of contact",
        OUTSIDE | FORCE,
        {C.BE_INVITED, C.READ_OWN_REGISTER_ENTRIES},
    )
    CONTROL_ROOM_OPERATOR = (
        "control-room-operator",
        "Control room operator",
        FORCE,
        {C.READ_OWN_REGISTER_ENTRIES},
    )
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
    MASH_OFFICER = "mash-officer", "MASH officer", FORCE | {Kind.MASH}, WHOLE_FORCE | {C.SAFEGUARD}
    # Staff of councils, health and others in a MASH. Nobody can invite them to more: a share with a MASH
    # would otherwise open whole cases to them.
    MASH_PARTNER = "mash-partner", "MASH partner", {Kind.MASH}, {C.SAFEGUARD}
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
    REGIONAL_DISRUPTION_OFFICER = (
        "regional-disruption-officer",
        "Regional disruption officer",
        {Kind.REGION},
        {C.BE_INVITED, C.READ_OWN_REGISTER_ENTRIES},
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
    """Return the roles as choices of a field; migrations refer to this function, so new roles need none."""
    return [(role.value, role.label) for role in Role]


def title_of(role: str) -> str:
    """Return the title of a role by its id; the id itself for a role that left the table."""
    known = role_of(role)
    return known.label if known else role


def role_of(id_: str) -> Role | None:
    """Return the role with this id; None for a role that left the table, whose posts give nothing."""
    return _BY_ID.get(id_)


_BY_ID = {role.value: role for role in Role}


def roles_that_may(*wanted: Capability) -> frozenset[Role]:
    """Return the roles with any of these capabilities."""
    return frozenset(role for role in Role if not role.capabilities.isdisjoint(wanted))


def capabilities_of(roles: Collection[Role]) -> frozenset[Capability]:
    """Return the capabilities of a person with these roles."""
    return frozenset().union(*(role.capabilities for role in roles))
