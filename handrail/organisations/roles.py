"""The roles that a post gives; `capabilities` says what each lets somebody see and do."""

from enum import StrEnum


class Role(StrEnum):
    """A role that a post gives. A policy pack names these in what each step is taken by."""

    REFERRER = "referrer"
    SPOC = "spoc"
    CONTROL_ROOM_OPERATOR = "control-room-operator"
    PREVENT_OFFICER = "prevent-officer"
    PREVENT_SUPERVISOR = "prevent-supervisor"
    FIMU_OFFICER = "fimu-officer"
    MASH_OFFICER = "mash-officer"
    CHANNEL_PRACTITIONER = "channel-practitioner"
    PANEL_CHAIR = "panel-chair"
    PANEL_MEMBER = "panel-member"
    INTERVENTION_PROVIDER = "intervention-provider"
    REGIONAL_COORDINATOR = "regional-coordinator"
    FORCE_STRATEGIC_LEAD = "force-strategic-lead"
    CHIEF_OFFICER_LEAD = "chief-officer-lead"
    NATIONAL_ASSURANCE = "national-assurance"
    ANALYST = "analyst"
    INSPECTOR = "inspector"
    PROFESSIONAL_STANDARDS = "professional-standards"
    VETTING_OFFICER = "vetting-officer"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    ADMINISTRATOR = "administrator"


TITLES: dict[Role, str] = {
    Role.REFERRER: "Referrer with an account",
    Role.SPOC: "Prevent single point of contact",
    Role.CONTROL_ROOM_OPERATOR: "Control room operator",
    Role.PREVENT_OFFICER: "Prevent officer",
    Role.PREVENT_SUPERVISOR: "Prevent supervisor",
    Role.FIMU_OFFICER: "FIMU officer",
    Role.MASH_OFFICER: "MASH officer",
    Role.CHANNEL_PRACTITIONER: "Channel police practitioner",
    Role.PANEL_CHAIR: "Channel panel chair",
    Role.PANEL_MEMBER: "Channel panel member",
    Role.INTERVENTION_PROVIDER: "Intervention provider",
    Role.REGIONAL_COORDINATOR: "Regional Prevent co-ordinator",
    Role.FORCE_STRATEGIC_LEAD: "Force strategic lead",
    Role.CHIEF_OFFICER_LEAD: "Chief officer lead",
    Role.NATIONAL_ASSURANCE: "National assurance",
    Role.ANALYST: "Analyst",
    Role.INSPECTOR: "Inspector",
    Role.PROFESSIONAL_STANDARDS: "Professional standards officer",
    Role.VETTING_OFFICER: "Vetting officer",
    Role.DATA_PROTECTION_OFFICER: "Data protection officer",
    Role.ADMINISTRATOR: "Administrator",
}
