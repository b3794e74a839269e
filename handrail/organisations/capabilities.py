"""Capabilities of roles: what a role may see and do, beyond the steps that a policy pack gives it."""

from enum import Enum


class Capability(Enum):
    """One capability of a role, with a sentence that the page of roles shows."""

    WORK_FORCE_CASES = "Sees all of every case of their force, because the work needs each of them."
    WORK_OWN_CASES = "Sees all of the cases of their force that they own, or that nobody owns yet."
    WORK_COUNCIL_CASES = "Sees all of the cases that were sent to their council's panel."
    SAFEGUARD = (
        "Sees the safeguarding part of every case of their force: the referral, a stated threat,"
        " and what was done to safeguard."
    )
    OVERSEE_FORCE = "Sees the stage of every case of their force, without name or content."
    OVERSEE_REGION = "Sees the stage of every case of their region, without name or content."
    OVERSEE_NATION = "Sees the stage of every case, without name or content."
    READ_REGISTERS = "Reads the registers of their force: advice, and disruption without a case."
    READ_OWN_REGISTER_ENTRIES = "Reads their own entries in the registers."
    BE_INVITED = "Sees the cases, or parts of cases, that they were invited to, until a date."
    OPEN_WITH_REASON = "Opens a case that they oversee, after giving a reason, for a limited time."
    OWN_CASES = "Is responsible for the cases that are given to them."
    FIND_PEOPLE = (
        "Is told that another force holds a record of somebody who may be the same person, and who to call."
    )
    READ_CHECKS = "Reads whether the cases that they oversee keep to policy."
    INVITE = "Invites a person or a partner body to a case, or a part of it, until a date, and ends it."
    SHARE = "Shares a case with a partner on a lawful basis, and withdraws it."
    RESTRICT = "Restricts a case to people who are named, and names them."
    TAKE_STAFF_CONCERNS = "Takes confidential concerns about colleagues."
    TAKE_VETTING_CONCERNS = "Takes confidential concerns about applicants and others who are being vetted."
    MOVE_TO_POLICY = "Moves a case that they work on to a newer policy."
    REVIEW_OPENINGS = "Reviews who opened a case outside their caseload, and why."
    READ_LOG = "Reads who looked at which record, when and why. This is logged too."
    READ_SAMPLE = "Reads the cases that were chosen for an inspection, until a date."
    CHOOSE_SAMPLE = "Chooses the cases that an inspector may read, and until when."
    KEEP_DUTY_LIST = "Sets who is on duty in their force, and who to call when nobody is."
    MANAGE_ACCOUNTS = "Makes and closes accounts, and gives and ends posts. Sees no cases."


WORKS_CASES = frozenset(
    {Capability.WORK_FORCE_CASES, Capability.WORK_OWN_CASES, Capability.WORK_COUNCIL_CASES}
)
OVERSEES = frozenset({Capability.OVERSEE_FORCE, Capability.OVERSEE_REGION, Capability.OVERSEE_NATION})
SEES_REGISTERS = frozenset({Capability.READ_REGISTERS, Capability.READ_OWN_REGISTER_ENTRIES}) | OVERSEES
SEES_CASES = WORKS_CASES | OVERSEES | {Capability.BE_INVITED, Capability.SAFEGUARD}
# A user with any of these proves it with a passkey before acts that ask for a fresh proof: they approve, they
# give others access, or they decide who sees a restricted record.
APPROVES = frozenset(
    {
        Capability.INVITE,
        Capability.SHARE,
        Capability.RESTRICT,
        Capability.TAKE_STAFF_CONCERNS,
        Capability.TAKE_VETTING_CONCERNS,
        Capability.CHOOSE_SAMPLE,
        Capability.MOVE_TO_POLICY,
        Capability.MANAGE_ACCOUNTS,
    }
)
