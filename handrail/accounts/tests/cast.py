"""A nation with two forces, their administrators, and people whose accounts they manage."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

FAR_AHEAD = date(2099, 12, 31)


def body(kind: Kind, name: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(
        kind=kind, name=name, slug=name.lower().replace(" ", "-"), parent=parent
    )


def hire(name: str, role: Role, place: Organisation, until: date | None = None) -> Person:
    person = Person.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", name)
    post(person, role, place, until)
    return person


def post(person: Person, role: Role, place: Organisation, until: date | None = None) -> Post:
    return Post.objects.create(
        person=person,
        organisation=place,
        role=role,
        since=timezone.localdate() - timedelta(days=400),
        until=until,
        vetting=Vetting.POLICE,
        vetted_until=FAR_AHEAD,
    )


@dataclass(frozen=True, slots=True)
class Cast:
    nation: Organisation
    force: Organisation
    team: Organisation
    council: Organisation
    other_force: Organisation
    of_nation: Person
    of_force: Person
    of_other_force: Person
    officer: Person
    auditor: Person


def make_cast() -> Cast:
    nation = body(Kind.NATION, "Nation")
    region = body(Kind.REGION, "Middle", nation)
    force = body(Kind.FORCE, "Borsetshire Police", region)
    other = body(Kind.FORCE, "Wessex Police", region)
    team = body(Kind.PREVENT_TEAM, "Borsetshire Prevent team", force)
    return Cast(
        nation=nation,
        force=force,
        team=team,
        council=body(Kind.COUNCIL, "Felpersham City Council", force),
        other_force=other,
        of_nation=hire("Ada Lunn", Role.ADMINISTRATOR, nation),
        of_force=hire("Ian Frost", Role.ADMINISTRATOR, force),
        of_other_force=hire("Una West", Role.ADMINISTRATOR, other),
        officer=hire("Olu Ade", Role.PREVENT_OFFICER, team),
        auditor=hire("Dee Poole", Role.DATA_PROTECTION_OFFICER, nation),
    )
