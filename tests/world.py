"""A small test country: a case in every relation to a person of every role, each case with unique words.

What a person should see is declared here by role and relation, apart from the code that decides it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from handrail.access import actions as access
from handrail.access import context
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.case_access import emergency_access, inspections, restrictions
from handrail.cases.disclosure import share_actions
from handrail.cases.documents.tests.adding import add
from handrail.cases.files.inspecting import Inspected
from handrail.cases.files.kinds import KINDS
from handrail.cases.intake.models import Contact, ContactKind
from handrail.cases.models import Case, RegisterEntry
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.restriction import Category
from handrail.cases.registers.tests.telling import advise
from handrail.cases.steps import actions
from handrail.cases.tests.cast import organisation, person, take, typed_for
from handrail.cases.tests.staff import again, make_redaction
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft
from handrail.records.form_links import acts as form_links
from handrail.records.marking import level_of
from handrail.records.packs import current_pack
from handrail.subjects.models import PossibleMatch

PART = "gateway"  # the stage shown to users invited to one part of a case


class Relation(StrEnum):
    """The relation of a case to the user."""

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
    SAMPLED = "far, and in the sample of an inspector"
    OPENED = "a colleague's, opened with a reason"
    RESTRICTED = "in their force, restricted"
    NAMED = "in their force, restricted, and they are named"
    NOT_NAMED = "in their force, restricted, and they were invited but not named"
    EXCLUDED = "in their force and theirs to see, but they are excluded"


class Sees(StrEnum):
    """The amount of a case that a user should see."""

    WHOLE = "all of it"
    PART = "whom it is about, and one stage"
    SAFEGUARDING = "whom it is about, the referral, and what was done to safeguard"
    STATE = "where it stands"
    NOTHING = "nothing, not even that it is there"


R = Relation
WHOLE, STATE, NOTHING = Sees.WHOLE, Sees.STATE, Sees.NOTHING
IN_FORCE = (R.UNALLOCATED, R.COLLEAGUE, R.OWN, R.COUNCIL)
ANYWHERE = (*IN_FORCE, R.NEIGHBOUR, R.FAR, R.EXPIRED, R.ENDED, R.SAMPLED)
CAN_BE_INVITED: dict[Relation, Sees] = {
    R.INVITED: WHOLE,
    R.BODY: WHOLE,
    R.PART: Sees.PART,
    R.OPENED: WHOLE,
    R.NAMED: WHOLE,
}
WHOLE_FORCE: dict[Relation, Sees] = dict.fromkeys(IN_FORCE, WHOLE) | CAN_BE_INVITED
LEADS: dict[Relation, Sees] = dict.fromkeys(IN_FORCE, STATE) | CAN_BE_INVITED

# What each role should see of a case in each relation; relations not listed give nothing.
EXPECTED: Mapping[Role, Mapping[Relation, Sees]] = {
    Role.REFERRER: CAN_BE_INVITED,
    Role.SPOC: CAN_BE_INVITED,
    Role.CONTROL_ROOM_OPERATOR: {},
    Role.PREVENT_OFFICER: {
        R.UNALLOCATED: WHOLE,
        R.COLLEAGUE: STATE,
        R.OWN: WHOLE,
        R.COUNCIL: STATE,
        **CAN_BE_INVITED,
    },
    Role.PREVENT_SUPERVISOR: WHOLE_FORCE,
    Role.FIMU_OFFICER: WHOLE_FORCE,
    Role.MASH_OFFICER: WHOLE_FORCE,
    Role.MASH_PARTNER: dict.fromkeys((*IN_FORCE, R.OPENED), Sees.SAFEGUARDING),
    Role.CHANNEL_PRACTITIONER: WHOLE_FORCE,
    Role.PANEL_CHAIR: {R.COUNCIL: WHOLE, **CAN_BE_INVITED},
    Role.PANEL_MEMBER: CAN_BE_INVITED,
    Role.INTERVENTION_PROVIDER: CAN_BE_INVITED,
    Role.REGIONAL_COORDINATOR: {**LEADS, R.NEIGHBOUR: STATE},
    Role.REGIONAL_DISRUPTION_OFFICER: CAN_BE_INVITED,
    Role.FORCE_STRATEGIC_LEAD: LEADS,
    Role.CHIEF_OFFICER_LEAD: LEADS,
    Role.NATIONAL_ASSURANCE: dict.fromkeys(ANYWHERE, STATE) | CAN_BE_INVITED,
    Role.ANALYST: {},
    Role.INSPECTOR: CAN_BE_INVITED | {R.SAMPLED: WHOLE},
    Role.PROFESSIONAL_STANDARDS: CAN_BE_INVITED,
    Role.VETTING_OFFICER: CAN_BE_INVITED,
    Role.DATA_PROTECTION_OFFICER: {},
    Role.ADMINISTRATOR: {},
}


def sees(role: Role, relation: Relation) -> Sees:
    """Return what a role should see of a case in this relation. Raises LookupError for an undeclared role."""
    if role not in EXPECTED:
        raise LookupError(f"Say in EXPECTED of tests/world.py what “{role}” should see of a case.")
    return EXPECTED[role].get(relation, NOTHING)


@dataclass(slots=True)
class Planted:
    """A case, and the unique words by which a page that shows it is recognised.

    `lived` is the address. No page shows it to users invited to a part of the case. The address stands in
    the row of the name, so row security alone cannot hide it from them.
    """

    case: Case
    referral: str
    name: str
    said: str
    said_in_part: str
    lived: str
    document: int
    summary: UUID
    redacted: UUID
    register_entry: UUID
    draft: UUID
    match: UUID | None = None

    @property
    def words(self) -> dict[str, str]:
        """The planted words, by what they stand for."""
        return {
            "reference": self.case.reference,
            "referral": self.referral,
            "name": self.name,
            "said": self.said,
            "said in part": self.said_in_part,
            "lived": self.lived,
        }

    def shown_by(self, sees: Sees) -> set[str]:
        """Return the words that a user who sees this much of the case may be shown."""
        words = self.words
        hidden = {
            Sees.WHOLE: set[str](),
            Sees.PART: {"said", "lived"},
            Sees.SAFEGUARDING: {"said in part"},
            Sees.STATE: {"name", "said", "said in part", "lived"},
            Sees.NOTHING: set(words),
        }[sees]
        return {word for what, word in words.items() if what not in hidden}


@dataclass(slots=True)
class World:
    """A person in each role, and for each relation one case that has it to all of them."""

    people: dict[Role, Person]
    planted: dict[Relation, Planted]
    grants: dict[tuple[Role, Relation], UUID] = field(default_factory=dict)
    sample: UUID | None = None

    def __copy__(self) -> "World":
        """Return the world with fresh copies of people and cases, as a request would load them."""
        people = {role: copy(someone) for role, someone in self.people.items()}
        planted = {relation: replace(it, case=copy(it.case)) for relation, it in self.planted.items()}
        return World(people, planted, self.grants, self.sample)

    def given_to(self, role: Role) -> None:
        """Make this role's person the owner of the OWN case; all other relations exist already.

        The officer became owner by an act. No act makes a person of another role here an owner, so the row
        is changed directly: a test can then show that owning alone gives them no access.
        """
        Case.objects.filter(pk=self.planted[R.OWN].case.pk).exclude(owner=self.people[role]).update(
            owner=self.people[role]
        )

    def expected(self, role: Role) -> Iterator[tuple[Relation, Planted, Sees]]:
        """Yield every case with what this role should see of it."""
        for relation, planted in self.planted.items():
            yield relation, planted, sees(role, relation)


@dataclass(frozen=True, slots=True)
class Team:
    """The staff of a force who work on its cases; none of them is a reader in the tests."""

    force: Organisation
    officer: Person
    supervisor: Person
    deputy: Person
    fimu: Person


WHY = "Needed for the work"
FAR_AWAY = (R.FAR, R.INVITED, R.BODY, R.PART, R.EXPIRED, R.ENDED, R.SAMPLED)
NOT_ALLOCATED = (R.UNALLOCATED, R.EXCLUDED)


def make_world() -> World:
    """Make two regions, three forces, a person in each role in the first, and a case in each relation."""
    nation = organisation(Kind.NATION, "England and Wales")
    region, elsewhere = (organisation(Kind.REGION, name, nation) for name in ("Middle", "Elsewhere"))
    force = organisation(Kind.FORCE, "Borsetshire Police", region)
    neighbour = organisation(Kind.FORCE, "Wessex Police", region)
    far = organisation(Kind.FORCE, "Barset Police", elsewhere)
    council = organisation(Kind.COUNCIL, "Felpersham City Council", force)
    partner = organisation(Kind.PARTNER, "Felpersham Schools", force)
    teams = [_team(place) for place in (force, neighbour, far)]
    prevent = teams[0].officer.posts.get().organisation
    places = {
        Kind.FIMU: organisation(Kind.FIMU, "Borsetshire FIMU", force),
        Kind.MASH: organisation(Kind.MASH, "Borsetshire MASH", force),
        Kind.PREVENT_TEAM: prevent,
        Kind.COUNCIL: council,
        Kind.PARTNER: partner,
        Kind.FORCE: force,
        Kind.REGION: region,
        Kind.NATION: nation,
    }
    people = {
        role: person(f"Reader {n}", role, next(places[kind] for kind in places if kind in role.places))
        for n, role in enumerate(Role)
    }
    world = World(people, {})
    for number, relation in enumerate(Relation):
        team = teams[2 if relation in FAR_AWAY else 1 if relation is R.NEIGHBOUR else 0]
        world.planted[relation] = _planted(number, team)
    _work(world, teams[0], council)
    _let_see(world, teams)
    for planted in world.planted.values():
        planted.case.refresh_from_db()
        planted.match = _possible_match_of(planted.case)
    world.people = {role: again(someone) for role, someone in people.items()}
    return world


def _team(force: Organisation) -> Team:
    team = organisation(Kind.PREVENT_TEAM, f"{force.name} Prevent team", force)
    supervisor = person(f"Lead of {force.name}", Role.PREVENT_SUPERVISOR, team)
    team.lead = supervisor
    team.save(update_fields=["lead"])
    return Team(
        force,
        person(f"Officer of {force.name}", Role.PREVENT_OFFICER, team),
        supervisor,
        person(f"Deputy of {force.name}", Role.PREVENT_SUPERVISOR, team),
        person(f"Analyst of {force.name}", Role.FIMU_OFFICER, force),
    )


# The content of each case


def _planted(number: int, team: Team) -> Planted:
    """Plant an unallocated case of this force, with words of its own in every text."""
    mark = "".join(chr(ord("a") + int(digit)) for digit in f"{number:02}")
    name, said, in_part, lived = f"Qanary{mark}", f"qsaid{mark}q", f"qpart{mark}q", f"qlived{mark}q"
    pack = current_pack()
    step = pack.step_by_id["police-referral"]
    form = pack.form_of(step)
    asked = form.meaning(Meaning.FORCE) if form else None
    typed = typed_for(pack, step, team.force, **({asked.id: str(team.force.pk)} if asked else {}))
    words = {
        key: [said if value == "Something said" else value for value in values]
        for key, values in typed.items()
    }
    words |= {"given-name": [name], "family-name": [f"{name}son"], "other-names": [f"{name}ny"]}
    words |= {"address": [f"{lived} Lane"], "town": [f"{lived}ton"]}
    with context.asking(team.officer):
        case, referral = actions.refer(step.id, words, by=team.officer)
    _assess(case, team, in_part)
    with patch("handrail.cases.documents.adding.inspect", return_value=Inspected(KINDS["text"])):
        document = add(case, team.officer, f"{name} {in_part}".encode(), title=in_part)
    summary = make_redaction(case, f"{name} {said} {in_part} {lived}", f"{name} {said}")
    _add_rows(case, team, name)
    register_entry = _register_entry_of(case, team)
    draft = Draft.objects.begin_on(
        case, "ask-for-information", person=team.officer, typed={"anything": [case.reference]}
    )
    return Planted(
        case=case,
        referral=referral.reference,
        name=name,
        said=said,
        said_in_part=in_part,
        lived=lived,
        document=document.number,
        summary=summary.source_id,
        redacted=summary.redacted_id,
        register_entry=register_entry.pk,
        draft=draft.pk,
    )


def _assess(case: Case, team: Team, said: str) -> None:
    """Move the case to the gateway, and record words of its own there in every text."""
    take(case, "information-assessment", team.fimu)
    step = case.pack.step_by_id["ask-for-information"]
    typed = typed_for(case.pack, step, team.force)
    given = {key: said for key, values in typed.items() if values == ["Something said"]}
    assert given
    take(case, step.id, team.officer, **given)


def _add_rows(case: Case, team: Team, name: str) -> None:
    """Add rows that no act above leaves: a link to a form, the digest of a sender, and a raised marking.

    The marking is of an entry that there is not, and so hides nothing.
    """
    today = timezone.localdate()
    with context.asking(team.officer):
        form_links.make(
            "case", case.pk, 1, by=team.officer, to=name, email="school@example.org", words="", until=today
        )
    Contact.objects.create(
        case=case, kind=ContactKind.EMAIL, who=name.encode(), subject=name.encode(), received_on=today
    )
    RaisedMarking.objects.create(
        id=uuid4(),
        record=case.pk,
        number=1_000,
        marking=case.marking.id,
        level=level_of(case.marking),
        reason=name,
        by=team.officer,
        at=timezone.now(),
    )


def _register_entry_of(case: Case, team: Team) -> RegisterEntry:
    """Record advice in the force of a case, as if it had become the case; it names no subject.

    The act that turns advice into a case would open a new case. Here the advice is linked to an existing
    one.
    """
    register_entry = advise(team.officer, "general")
    register_entry.became, register_entry.ended_on = case, timezone.localdate()
    register_entry.save(update_fields=["became", "ended_on"])
    return register_entry


def _possible_match_of(case: Case) -> UUID:
    """Return a possible match between a case's record and another; nearly all planted subjects are alike."""
    beside = PossibleMatch.objects.filter(Q(subject=case.subject) | Q(other=case.subject))
    return beside.order_by("pk")[0].pk


# How each case gets its relation, by the application's own acts


def _work(world: World, team: Team, council: Organisation) -> None:
    """Allocate the cases, and send one to the council's panel."""
    for relation, planted in world.planted.items():
        owners = {R.OWN: world.people[Role.PREVENT_OFFICER]}
        if planted.case.force == team.force and relation not in NOT_ALLOCATED:
            owner = owners.get(relation, team.officer)
            take(planted.case, "allocate", team.supervisor, owner=str(owner.pk))
    sent = world.planted[R.COUNCIL].case
    take(sent, "gateway-assessment", team.officer, outcome="channel", council=str(council.pk))
    take(sent, "gateway-sign-off", team.supervisor, outcome="agreed")


def _let_see(world: World, teams: list[Team]) -> None:
    """Give every person at once what each relation needs.

    The acts refuse people whose role may not be invited or may not open with a reason. These people get a
    second post that allows it, and lose it afterwards, as in a change of role. Their grants remain, and the
    tests show that these grants give no access any more.
    """
    near, far = teams[0], teams[2]
    needed = {Capability.BE_INVITED, Capability.OPEN_WITH_REASON}
    besides = [
        _post_besides(someone, near.force)
        for role, someone in world.people.items()
        if not needed <= role.capabilities
    ]
    everybody = {role: again(someone) for role, someone in world.people.items()}
    for role, someone in everybody.items():
        _give(world, role, someone, near, far)
    _share(world, far)
    _restrict(world, list(everybody.values()), near)
    _sample(world, everybody[Role.INSPECTOR])
    guest = person("Guest of Barset Police", Role.PANEL_MEMBER, far.force)
    _invite(world.planted[R.FAR].case, guest, far)  # shows that a grant opens the case to nobody else
    Post.objects.filter(pk__in=[post.pk for post in besides]).delete()


def _post_besides(someone: Person, force: Organisation) -> Post:
    held = someone.posts.get()
    return Post.objects.create(
        person=someone,
        organisation=force,
        role=Role.FORCE_STRATEGIC_LEAD,
        since=held.since,
        vetting=held.vetting,
        vetted_until=held.vetted_until,
    )


def _give(world: World, role: Role, someone: Person, near: Team, far: Team) -> None:
    """Invite a person in every possible way, and let the person open a case with a reason."""
    case_of = {relation: planted.case for relation, planted in world.planted.items()}
    given = partial(_invite, to=someone)
    grants = {
        R.INVITED: given(case_of[R.INVITED], by=far),
        R.PART: given(case_of[R.PART], by=far, stages=[PART]),
        R.NOT_NAMED: given(case_of[R.NOT_NAMED], by=near),
        R.ENDED: given(case_of[R.ENDED], by=far),
    }
    with context.asking(far.supervisor):
        share_actions.end(grants[R.ENDED], case_of[R.ENDED], by=far.supervisor, reason="Needed no more")
    with days_ago(10):
        grants[R.EXPIRED] = given(case_of[R.EXPIRED], by=far, last_day=timezone.localdate() + timedelta(5))
    with context.asking(someone):
        grants[R.OPENED] = emergency_access.open_with_reason(
            case_of[R.OPENED], by=someone, purpose="supervision", reason=WHY
        )
    world.grants |= {(role, relation): grant.pk for relation, grant in grants.items()}


def _invite(
    case: Case, to: Person, by: Team, stages: list[str] | None = None, last_day: date | None = None
) -> Grant:
    terms = share_actions.Terms(stages or [], WHY, last_day or timezone.localdate() + timedelta(1))
    with context.asking(by.supervisor):
        return share_actions.invite(case, to, terms, by=by.supervisor)


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Set the application's clock back some days; the database's clock stays."""
    then = timezone.now() - timedelta(days)
    with patch("django.utils.timezone.now", lambda: then):
        yield


def _share(world: World, far: Team) -> None:
    """Share a case with the body of each person.

    The act shares with teams, councils and partners only. A force, region or nation gets an equal grant by
    the function below the act, which accepts any body.
    """
    case, by = world.planted[R.BODY].case, again(far.supervisor)
    terms = share_actions.Terms([], WHY, timezone.localdate() + timedelta(1))
    shared = partial(share_actions.share, case, terms=terms, by=by)
    given = partial(access.give, case.pk, kind=GrantKind.SHARED, by=by, post=by.current_posts[0], reason=WHY)
    for body in {someone.posts.order_by("pk")[0].organisation for someone in world.people.values()}:
        act = shared if body.kind in share_actions.BODIES else partial(given, until=terms.until)
        with context.asking(by):
            act(body, basis="Said to be lawful", controller="The body")


def _restrict(world: World, everybody: list[Person], team: Team) -> None:
    """Restrict three cases, and name these people on one; exclude them from a fourth that is open again."""
    named = {R.RESTRICTED: [team.officer], R.NOT_NAMED: [team.officer], R.NAMED: [team.officer, *everybody]}
    for relation, people in named.items():
        _close(world.planted[relation], team, people)
    excluded = world.planted[R.EXCLUDED].case
    keepers = [team.supervisor, team.deputy]
    _close(world.planted[R.EXCLUDED], team, keepers, concerned=everybody)
    with context.asking(team.supervisor):
        restrictions.ask_to_lift(excluded.pk, by=team.supervisor, reason="Nobody of ours after all")
    with context.asking(team.deputy):
        restrictions.settle_lift(excluded.pk, by=team.deputy, agreed=True, reason="Agreed")


def _close(planted: Planted, team: Team, named: list[Person], concerned: list[Person] | None = None) -> None:
    with context.asking(team.supervisor):
        restrictions.restrict(
            planted.case.pk,
            by=team.supervisor,
            category=Category.OTHER,
            reason=planted.said,
            named=[again(someone) for someone in named],
            concerned=concerned or [],
        )


def _sample(world: World, inspector: Person) -> None:
    """Put one case into a sample for the inspector. For every other role the case is merely far away."""
    by = person("Chooser of samples", Role.NATIONAL_ASSURANCE, inspector.posts.order_by("pk")[0].organisation)
    tomorrow = timezone.localdate() + timedelta(1)
    with context.asking(by):
        sample = inspections.choose(
            [world.planted[R.SAMPLED].case],
            inspector,
            by=by,
            chosen="By reference",
            reason="Inspection",
            last_day=tomorrow,
        )
    world.sample, world.grants[Role.INSPECTOR, R.SAMPLED] = sample.pk, sample.grants.get().pk
