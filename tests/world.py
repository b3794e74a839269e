"""A small country in which every role stands to a case in every way there is, each case with its own words.

What somebody should see is declared here, apart from the code that lets them: by role and relation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from unittest.mock import patch

from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion, Grant, GrantKind
from handrail.cases import actions
from handrail.cases.documents.kinds import KINDS
from handrail.cases.documents.tests.adding import add
from handrail.cases.models import Case
from handrail.cases.packs import current_pack
from handrail.cases.restriction import Category
from handrail.cases.tests.cast import organisation, person, take, typed_for
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.policy.schema import Meaning

PART = "gateway"  # the stage of a case that is shown to who was invited to a part of it


class Relation(StrEnum):
    """How a case stands to the person who asks."""

    UNALLOCATED = "in their force, allocated to nobody yet"
    COLLEAGUE = "in their force, a colleague's"
    OWN = "in their force, their own"
    COUNCIL = "sent to their council, a colleague's"
    NEIGHBOUR = "in another force of their region"
    FAR = "in another region"
    INVITED = "far, and they were invited"
    BODY = "far, and their body was invited"
    PART = "far, and they were invited to a part"
    EXPIRED = "far, and their invitation has run out"
    ENDED = "far, and their invitation was ended"
    OPENED = "a colleague's, opened with a reason"
    RESTRICTED = "in their force, restricted"
    NAMED = "in their force, restricted, and they are named"
    NOT_NAMED = "in their force, restricted, and they were invited but not named"
    EXCLUDED = "in their force and theirs to see, but they are excluded"


class Sees(StrEnum):
    """What somebody should see of a case."""

    WHOLE = "all of it"
    PART = "whom it is about, and one stage"
    STANDING = "where it stands"
    NOTHING = "nothing, not even that it is there"


R = Relation
WHOLE, STANDING, NOTHING = Sees.WHOLE, Sees.STANDING, Sees.NOTHING
IN_FORCE = (R.UNALLOCATED, R.COLLEAGUE, R.OWN, R.COUNCIL)
ANYWHERE = (*IN_FORCE, R.NEIGHBOUR, R.FAR, R.EXPIRED, R.ENDED)
CAN_BE_INVITED: dict[Relation, Sees] = {
    R.INVITED: WHOLE,
    R.BODY: WHOLE,
    R.PART: Sees.PART,
    R.OPENED: WHOLE,
    R.NAMED: WHOLE,
}
WHOLE_FORCE: dict[Relation, Sees] = dict.fromkeys(IN_FORCE, WHOLE) | CAN_BE_INVITED
LEADS: dict[Relation, Sees] = dict.fromkeys(IN_FORCE, STANDING) | CAN_BE_INVITED

# What each role sees of a case in each relation; what is not named here is nothing.
EXPECTED: Mapping[Role, Mapping[Relation, Sees]] = {
    Role.REFERRER: CAN_BE_INVITED,
    Role.SPOC: CAN_BE_INVITED,
    Role.CONTROL_ROOM_OPERATOR: {},
    Role.PREVENT_OFFICER: {
        R.UNALLOCATED: WHOLE,
        R.COLLEAGUE: STANDING,
        R.OWN: WHOLE,
        R.COUNCIL: STANDING,
        **CAN_BE_INVITED,
    },
    Role.PREVENT_SUPERVISOR: WHOLE_FORCE,
    Role.FIMU_OFFICER: WHOLE_FORCE,
    Role.MASH_OFFICER: WHOLE_FORCE,
    Role.CHANNEL_PRACTITIONER: WHOLE_FORCE,
    Role.PANEL_CHAIR: {R.COUNCIL: WHOLE, **CAN_BE_INVITED},
    Role.PANEL_MEMBER: CAN_BE_INVITED,
    Role.INTERVENTION_PROVIDER: CAN_BE_INVITED,
    Role.REGIONAL_COORDINATOR: {**LEADS, R.NEIGHBOUR: STANDING},
    Role.FORCE_STRATEGIC_LEAD: LEADS,
    Role.CHIEF_OFFICER_LEAD: LEADS,
    Role.NATIONAL_ASSURANCE: dict.fromkeys(ANYWHERE, STANDING) | CAN_BE_INVITED,
    Role.ANALYST: {},
    Role.INSPECTOR: CAN_BE_INVITED,
    Role.PROFESSIONAL_STANDARDS: CAN_BE_INVITED,
    Role.DATA_PROTECTION_OFFICER: {},
    Role.ADMINISTRATOR: {},
}


@dataclass(slots=True)
class Planted:
    """A case and the words by which it would be known: its reference, whom it is about, what was said.

    `lived`: the address, which no page shows to who was invited to a part. Its row is that of the name, so
    the database alone cannot keep it from them.
    """

    case: Case
    name: str
    said: str
    said_in_part: str
    lived: str = ""


@dataclass(slots=True)
class World:
    """Somebody in every role, and a case in every relation to each of them."""

    people: dict[Role, Person]
    planted: dict[Relation, Planted]

    def given_to(self, role: Role) -> None:
        """Stand this role's person to every case as its relation says; the others lose what they had."""
        who = self.people[role]
        own = self.planted[R.OWN].case
        Case.objects.filter(pk=own.pk).update(owner=who)
        Grant.objects.all().delete()
        Exclusion.objects.all().delete()
        for relation, kind in GIVEN.items():
            grant(self.planted[relation].case, who, kind, relation).save()
        for relation in (R.RESTRICTED, R.NOT_NAMED):  # somebody works on it, so nobody is asked to take it on
            case = self.planted[relation].case
            if case.owner:
                grant(case, case.owner, GrantKind.NAMED, relation).save()
        by = self.people[Role.PREVENT_SUPERVISOR]
        excluded = self.planted[R.EXCLUDED].case
        Exclusion.objects.create(
            record=excluded.pk, person=who, by=by, reason="Concerned", since=timezone.now()
        )

    def expected(self, role: Role) -> Iterator[tuple[Relation, Planted, Sees]]:
        """Every case with what this role should see of it."""
        for relation, planted in self.planted.items():
            yield relation, planted, EXPECTED[role].get(relation, NOTHING)


GIVEN = {
    R.INVITED: GrantKind.INVITED,
    R.BODY: GrantKind.SHARED,
    R.PART: GrantKind.INVITED,
    R.EXPIRED: GrantKind.INVITED,
    R.ENDED: GrantKind.SAMPLE,
    R.OPENED: GrantKind.OPENED,
    R.NAMED: GrantKind.NAMED,
    R.NOT_NAMED: GrantKind.INVITED,
    R.EXCLUDED: GrantKind.INVITED,
}


def grant(case: Case, who: Person, kind: GrantKind, relation: Relation) -> Grant:
    """The grant by which a case stands in this relation to somebody."""
    now = timezone.now()
    body = who.posts.get().organisation if relation is R.BODY else None
    return Grant(
        record=case.pk,
        person=None if body else who,
        organisation=body,
        kind=kind,
        stages=[PART] if relation is R.PART else [],
        reason="Needed for the work",
        basis="Said to be lawful" if kind is GrantKind.SHARED else "",
        controller="The body" if kind is GrantKind.SHARED else "",
        by=case.owner or who,
        since=now - timedelta(days=2),
        until=now + timedelta(days=-1 if relation is R.EXPIRED else 1),
        ended_at=now - timedelta(hours=1) if relation is R.ENDED else None,
    )


def make_world() -> World:
    """Two regions, three forces, somebody in each role in the first of them, and a case in each relation."""
    nation = organisation(Kind.NATION, "England and Wales")
    region, elsewhere = (organisation(Kind.REGION, name, nation) for name in ("Middle", "Elsewhere"))
    force = organisation(Kind.FORCE, "Borsetshire Police", region)
    neighbour = organisation(Kind.FORCE, "Wessex Police", region)
    far = organisation(Kind.FORCE, "Barset Police", elsewhere)
    council = organisation(Kind.COUNCIL, "Felpersham City Council", force)
    partner = organisation(Kind.PARTNER, "Felpersham Schools", force)
    places = {
        Role.REGIONAL_COORDINATOR: region,
        Role.PANEL_CHAIR: council,
        Role.PANEL_MEMBER: council,
        Role.REFERRER: partner,
        Role.SPOC: partner,
        Role.INTERVENTION_PROVIDER: partner,
        Role.INSPECTOR: nation,
        Role.NATIONAL_ASSURANCE: nation,
        Role.ANALYST: nation,
        Role.DATA_PROTECTION_OFFICER: nation,
        Role.ADMINISTRATOR: nation,
    }
    teams = [_team(place) for place in (force, neighbour, far)]
    people = {role: person(f"Reader {n}", role, places.get(role, force)) for n, role in enumerate(Role)}
    world = World(people, {})
    for number, relation in enumerate(Relation):
        where = {R.NEIGHBOUR: 1, **dict.fromkeys((R.FAR, R.INVITED, R.BODY, R.PART, R.EXPIRED, R.ENDED), 2)}
        team = teams[where.get(relation, 0)]
        world.planted[relation] = _planted(number, team, relation, council)
    return world


@dataclass(frozen=True, slots=True)
class Team:
    """Those of a force who make its cases what they are; they are none of the people who ask."""

    force: Organisation
    officer: Person
    supervisor: Person
    fimu: Person


def _team(force: Organisation) -> Team:
    team = organisation(Kind.PREVENT_TEAM, f"{force.name} Prevent team", force)
    supervisor = person(f"Lead of {force.name}", Role.PREVENT_SUPERVISOR, team)
    team.lead = supervisor
    team.save(update_fields=["lead"])
    return Team(
        force,
        person(f"Officer of {force.name}", Role.PREVENT_OFFICER, team),
        supervisor,
        person(f"Analyst of {force.name}", Role.FIMU_OFFICER, force),
    )


def _planted(number: int, team: Team, relation: Relation, council: Organisation) -> Planted:
    """A case of this force with words of its own in every text, standing as its relation wants."""
    mark = "".join(chr(ord("a") + int(digit)) for digit in f"{number:02}")
    name, said, in_part = f"Qanary{mark}", f"qsaid{mark}q", f"qpart{mark}q"
    pack = current_pack()
    step = pack.step_by_id["police-referral"]
    form = pack.form_of(step)
    asked = form.meaning(Meaning.FORCE) if form else None
    typed = typed_for(pack, step, team.force, **({asked.id: str(team.force.pk)} if asked else {}))
    words = {
        key: [said if value == "Something said" else value for value in values]
        for key, values in typed.items()
    }
    lived = f"qlived{mark}q"
    words |= {"address": [lived], "town": [lived]}
    words |= {"given-name": [name], "family-name": [f"{name}son"], "other-names": [f"{name}ny"]}
    words |= {"address": [f"{name} Lane"], "town": [f"{name}ton"]}
    with context.asking(team.officer):
        case, _ = actions.refer(step.id, words, by=team.officer)
    _assess(case, team, in_part)
    with patch("handrail.cases.documents.adding.inspect", return_value=KINDS["text"]):
        add(case, team.officer, f"{name} {in_part}".encode(), title=in_part)
    changes = {
        "allocated": relation is not R.UNALLOCATED and relation is not R.EXCLUDED,
        "owner": team.officer,
        "council": council if relation is R.COUNCIL else None,
        "restricted": relation in {R.RESTRICTED, R.NAMED, R.NOT_NAMED},
    }
    Case.objects.filter(pk=case.pk).update(**changes)
    case.refresh_from_db()
    if case.restricted:
        why = {"category": Category.OTHER, "reason": said, "by": team.supervisor, "since": timezone.now()}
        case.restrictions.create(**why)
    return Planted(case, name, said, in_part, lived)


def _assess(case: Case, team: Team, said: str) -> None:
    """Move the case on to the gateway, where something is recorded with its own words in every text."""
    take(case, "information-assessment", team.fimu)
    step = case.pack.step_by_id["ask-for-information"]
    typed = typed_for(case.pack, step, team.force)
    given = {key: said for key, values in typed.items() if values == ["Something said"]}
    assert given
    take(case, step.id, team.officer, **given)
