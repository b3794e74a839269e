"""What each role may see and do beyond the steps that a policy pack gives it; said nowhere else."""

from collections.abc import Collection
from enum import Enum

from handrail.organisations.roles import Role


class Capability(Enum):
    """Something that a role lets somebody see or do, in a sentence."""

    WORK_FORCE_CASES = "Sees all of every case of their force, because the work needs each of them."
    WORK_OWN_CASES = "Sees all of the cases of their force that are theirs, or not allocated to anybody yet."
    WORK_COUNCIL_CASES = "Sees all of the cases that were sent to their council's panel."
    OVERSEE_FORCE = "Sees where every case of their force stands, without name or content."
    OVERSEE_REGION = "Sees where every case of their region stands, without name or content."
    OVERSEE_NATION = "Sees where every case stands, without name or content."
    READ_REGISTERS = (
        "Reads what stands in the registers of their force: advice, and disruption without a case."
    )
    READ_OWN_MATTERS = "Reads what they put into the registers themselves."
    BE_INVITED = "Sees the cases, or parts of them, to which they were invited, until a date."
    OPEN_WITH_REASON = "Opens a case that they oversee, after giving a reason, for a limited time."
    FIND_PEOPLE = (
        "Is told that another force holds a record of somebody who may be the same person, and whom to call."
    )
    READ_CHECKS = "Reads how far the cases that they oversee keep to policy."
    INVITE = "Invites a person or a partner body to a case, or a part of it, until a date, and ends it."
    SHARE = "Shares a case with a partner on a lawful basis, and withdraws it."
    RESTRICT = "Restricts a case to people who are named, and names them."
    TAKE_STAFF_CONCERNS = "Takes confidential concerns about colleagues."
    TAKE_VETTING_CONCERNS = "Takes confidential concerns about applicants and others who are being vetted."
    MOVE_TO_POLICY = "Moves a case that they work on to a newer policy."
    REVIEW_OPENINGS = "Reviews who opened a case outside their caseload, and why."
    READ_LOG = "Reads who looked at which record, when and what for; every such reading is logged too."
    CHOOSE_SAMPLE = "Chooses the cases that an inspector may read, and until when."
    KEEP_DUTY_LIST = "Says who is on duty in their force, and whom to ring where nobody is."
    MANAGE_ACCOUNTS = "Makes and closes accounts, and gives and ends posts; sees no case."


C = Capability
OFFICER = {
    C.WORK_OWN_CASES,
    C.OVERSEE_FORCE,
    C.READ_REGISTERS,
    C.OPEN_WITH_REASON,
    C.BE_INVITED,
    C.FIND_PEOPLE,
}
WHOLE_FORCE = {C.WORK_FORCE_CASES, C.OVERSEE_FORCE, C.READ_REGISTERS, C.BE_INVITED, C.FIND_PEOPLE}
LEADER = {
    C.OVERSEE_FORCE,
    C.READ_REGISTERS,
    C.OPEN_WITH_REASON,
    C.BE_INVITED,
    C.READ_CHECKS,
    C.REVIEW_OPENINGS,
    C.KEEP_DUTY_LIST,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    role: frozenset(may)
    for role, may in {
        Role.REFERRER: {C.BE_INVITED},
        Role.SPOC: {C.BE_INVITED, C.READ_OWN_MATTERS},
        Role.CONTROL_ROOM_OPERATOR: {C.READ_OWN_MATTERS},
        Role.PREVENT_OFFICER: OFFICER,
        Role.PREVENT_SUPERVISOR: WHOLE_FORCE
        | {C.READ_CHECKS, C.INVITE, C.SHARE, C.RESTRICT, C.REVIEW_OPENINGS, C.OPEN_WITH_REASON}
        | {C.MOVE_TO_POLICY, C.KEEP_DUTY_LIST},
        Role.FIMU_OFFICER: WHOLE_FORCE,
        Role.MASH_OFFICER: WHOLE_FORCE,
        Role.CHANNEL_PRACTITIONER: WHOLE_FORCE | {C.INVITE, C.SHARE},
        Role.PANEL_CHAIR: {C.WORK_COUNCIL_CASES, C.BE_INVITED, C.INVITE},
        Role.PANEL_MEMBER: {C.BE_INVITED},
        Role.INTERVENTION_PROVIDER: {C.BE_INVITED},
        Role.REGIONAL_COORDINATOR: {
            C.OVERSEE_REGION,
            C.OPEN_WITH_REASON,
            C.BE_INVITED,
            C.READ_CHECKS,
            C.REVIEW_OPENINGS,
        },
        Role.FORCE_STRATEGIC_LEAD: LEADER | {C.RESTRICT, C.SHARE},
        Role.CHIEF_OFFICER_LEAD: LEADER | {C.RESTRICT},
        Role.NATIONAL_ASSURANCE: {
            C.OVERSEE_NATION,
            C.OPEN_WITH_REASON,
            C.BE_INVITED,
            C.READ_CHECKS,
            C.REVIEW_OPENINGS,
            C.CHOOSE_SAMPLE,
        },
        Role.ANALYST: set[Capability](),
        Role.INSPECTOR: {C.BE_INVITED},
        Role.PROFESSIONAL_STANDARDS: {
            C.BE_INVITED,
            C.TAKE_STAFF_CONCERNS,
            C.RESTRICT,
            C.MOVE_TO_POLICY,
            C.FIND_PEOPLE,
        },
        Role.VETTING_OFFICER: {C.BE_INVITED, C.TAKE_VETTING_CONCERNS, C.RESTRICT},
        Role.DATA_PROTECTION_OFFICER: {C.READ_LOG},
        Role.ADMINISTRATOR: {C.MANAGE_ACCOUNTS},
    }.items()
}


def roles_that_may(*wanted: Capability) -> frozenset[Role]:
    """The roles that hold any of these capabilities."""
    return frozenset(role for role, may in CAPABILITIES.items() if not may.isdisjoint(wanted))


def capabilities_of(roles: Collection[Role]) -> frozenset[Capability]:
    """What somebody who holds these roles may see and do."""
    return frozenset().union(*(CAPABILITIES[role] for role in roles))


WORKS_CASES = frozenset({C.WORK_FORCE_CASES, C.WORK_OWN_CASES, C.WORK_COUNCIL_CASES})
OVERSEES = frozenset({C.OVERSEE_FORCE, C.OVERSEE_REGION, C.OVERSEE_NATION})
SEES_REGISTERS = frozenset({C.READ_REGISTERS, C.READ_OWN_MATTERS}) | OVERSEES
SEES_CASES = WORKS_CASES | OVERSEES | {C.BE_INVITED}
