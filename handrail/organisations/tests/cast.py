"""The fixed, small cast of the tests: one force with its teams, a council, and a person for each role."""

from dataclasses import dataclass
from datetime import date

from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Cast:
    """One force with its teams, a council, a person for each role, and a neighbour who belongs elsewhere."""

    force: Organisation
    council: Organisation
    officer: Person
    second_officer: Person
    supervisor: Person
    fimu: Person
    mash: Person
    practitioner: Person
    chair: Person
    lead: Person
    spoc: Person
    stranger: Person
    nation: Person
    administrator: Person
    force_administrator: Person
    auditor: Person


def organisation(kind: Kind, name: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(
        kind=kind, name=name, slug=name.lower().replace(" ", "-"), parent=parent
    )


def person(name: str, role: Role, place: Organisation) -> Person:
    made = Person(email=f"{name.lower().replace(' ', '.')}@example.org", name=name)
    made.set_unusable_password()
    made.save()
    Post.objects.create(
        person=made,
        organisation=place,
        role=role,
        since=LONG_AGO,
        until=date(2099, 12, 31) if role is Role.INSPECTOR else None,
        vetting=Vetting.POLICE,
        vetted_until=date(2099, 12, 31),
    )
    return made


def make_cast() -> Cast:
    nation = organisation(Kind.NATION, "England and Wales")
    region = organisation(Kind.REGION, "Middle", nation)
    force = organisation(Kind.FORCE, "Borsetshire Police", region)
    other = organisation(Kind.FORCE, "Wessex Police", region)
    team = organisation(Kind.PREVENT_TEAM, "Borsetshire Prevent team", force)
    fimu = organisation(Kind.FIMU, "Borsetshire FIMU", force)
    mash = organisation(Kind.MASH, "Borsetshire MASH", force)
    council = organisation(Kind.COUNCIL, "Felpersham City Council", force)
    supervisor = person("Sam Reed", Role.PREVENT_SUPERVISOR, team)
    team.lead = supervisor
    team.save(update_fields=["lead"])
    return Cast(
        force=force,
        council=council,
        officer=person("Olu Ade", Role.PREVENT_OFFICER, team),
        second_officer=person("Nia Pugh", Role.PREVENT_OFFICER, team),
        supervisor=supervisor,
        fimu=person("Fay Ng", Role.FIMU_OFFICER, fimu),
        mash=person("Mo Khan", Role.MASH_OFFICER, mash),
        practitioner=person("Pat Lowe", Role.CHANNEL_PRACTITIONER, team),
        chair=person("Chris Hale", Role.PANEL_CHAIR, council),
        lead=person("Lee Marsh", Role.FORCE_STRATEGIC_LEAD, force),
        spoc=person("Jo Bird", Role.SPOC, force),
        stranger=person("Wes Stone", Role.PREVENT_OFFICER, other),
        nation=person("Ann Todd", Role.NATIONAL_ASSURANCE, nation),
        administrator=person("Ada Lunn", Role.ADMINISTRATOR, nation),
        force_administrator=person("Ian Frost", Role.ADMINISTRATOR, force),
        auditor=person("Dee Poole", Role.DATA_PROTECTION_OFFICER, nation),
    )
