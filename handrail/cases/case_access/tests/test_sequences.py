"""Random sequences of acts that change access, compared with a simple model of sets.

After every act, for every person and case, the application's filters and row security must agree with the
model. The model knows roles, posts, grants and exclusions as plain data, and shares no code with what it
checks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from handrail.access import context
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import organisation, person, typed_for
from handrail.ledger.record import Act, append
from handrail.organisations.capabilities import SEES_CASES, Capability
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role, roles_that_may
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.form import Meaning
from handrail.records.packs import current_pack

STAGES = ("information", "gateway")
PAST, FUTURE = timedelta(days=-1), timedelta(days=30)

# What the model knows of capabilities: where each gives sight, and how far.
NEVER = frozenset(Role) - roles_that_may(*SEES_CASES)
ROLES = (
    Role.PREVENT_OFFICER,
    Role.PREVENT_SUPERVISOR,
    Role.FIMU_OFFICER,
    Role.PANEL_CHAIR,
    Role.PANEL_MEMBER,
    Role.FORCE_STRATEGIC_LEAD,
    Role.REGIONAL_COORDINATOR,
    Role.NATIONAL_ASSURANCE,
    Role.INSPECTOR,
    Role.ADMINISTRATOR,
)


@dataclass
class Held:
    """A post as the model knows it."""

    who: int
    role: Role
    body: str
    in_post: bool = True
    vetted: bool = True


@dataclass
class Let:
    """A grant as the model knows it."""

    case: int
    who: int | None
    body: str | None
    kind: GrantKind
    stages: frozenset[str]
    live: bool = True


@dataclass
class Told:
    """A case as the model knows it."""

    force: str
    owner: int | None = None
    allocated: bool = False
    council: str | None = None
    restricted: bool = False
    kept_from: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class AccessLevel:
    """Access of a person to a case: change it, see all of it, see some stages, know that it exists."""

    changes: bool = False
    whole: bool = False
    stages: frozenset[str] = frozenset()
    stands: bool = False

    @property
    def named(self) -> bool:
        return self.whole or bool(self.stages)


PARENTS = {
    "nation": None, "middle": "nation", "elsewhere": "nation",
    "borset": "middle", "wessex": "elsewhere",
    "borset team": "borset", "borset council": "borset", "wessex team": "wessex",
}  # fmt: skip
KINDS = {
    "nation": Kind.NATION, "middle": Kind.REGION, "elsewhere": Kind.REGION,
    "borset": Kind.FORCE, "wessex": Kind.FORCE,
    "borset team": Kind.PREVENT_TEAM, "borset council": Kind.COUNCIL, "wessex team": Kind.PREVENT_TEAM,
}  # fmt: skip
PEOPLE = 2  # an act touches one of them, or both: more only cost time


class Model:
    """Access by sets of roles, posts, grants and exclusions."""

    def __init__(self) -> None:
        self.active = dict.fromkeys(range(PEOPLE), True)
        self.posts: list[Held] = []
        self.grants: list[Let] = []
        self.cases = [Told("borset"), Told("borset"), Told("wessex")]

    def held_by(self, who: int) -> list[Held]:
        return [p for p in self.posts if p.who == who and p.in_post and p.vetted and self.active[who]]

    def sight(self, who: int, number: int) -> AccessLevel:
        case, posts = self.cases[number], self.held_by(who)
        if who in case.kept_from:
            return AccessLevel()
        invitable = [post for post in posts if post.role not in NEVER]
        bodies = {post.body for post in invitable}
        given = [
            let
            for let in self.grants
            if let.case == number and let.live and invitable and (let.who == who or let.body in bodies)
        ]
        if any(let.kind is GrantKind.NAMED for let in given):
            return AccessLevel(changes=True, whole=True, stands=True)
        if case.restricted:
            return AccessLevel()
        working = {GrantKind.INVITED, GrantKind.ASKED, GrantKind.OPENED}
        post = any(self.works(p, who, case) for p in posts)
        changes = post or any(not let.stages and let.kind in working for let in given)
        whole = changes or any(not let.stages for let in given)
        stages = frozenset(stage for let in given for stage in let.stages)
        stands = whole or bool(stages) or any(self.oversees(p, case) for p in posts)
        return AccessLevel(changes, whole, stages, stands)

    def force_of(self, post: Held) -> str | None:
        return post.body if KINDS[post.body] is Kind.FORCE else PARENTS[post.body]

    def works(self, post: Held, who: int, case: Told) -> bool:
        may = post.role.capabilities
        if Capability.WORK_FORCE_CASES in may:
            return self.force_of(post) == case.force
        if Capability.WORK_OWN_CASES in may:
            return self.force_of(post) == case.force and (case.owner == who or not case.allocated)
        return Capability.WORK_COUNCIL_CASES in may and post.body == case.council

    def oversees(self, post: Held, case: Told) -> bool:
        may = post.role.capabilities
        if Capability.OVERSEE_NATION in may:
            return True
        if Capability.OVERSEE_REGION in may:
            return PARENTS[case.force] == post.body
        return Capability.OVERSEE_FORCE in may and self.force_of(post) == case.force


@dataclass
class Country:
    """Start of every sequence: bodies, people without a post, and the model's cases in the database."""

    bodies: dict[str, Organisation]
    maker: Person
    people: list[Person]
    cases: list[Case]


def make_country() -> Country:
    bodies: dict[str, Organisation] = {}
    for name, above in PARENTS.items():
        bodies[name] = organisation(KINDS[name], name, bodies.get(above or ""))
    maker = person("Maker", Role.PREVENT_SUPERVISOR, bodies["nation"])
    people = []
    for number in range(PEOPLE):
        somebody = Person(email=f"{number}@example.org", name=f"Person {number}")
        somebody.set_unusable_password()
        somebody.save()
        people.append(somebody)
    return Country(bodies, maker, people, [case_in(bodies[told.force], maker) for told in Model().cases])


def case_in(force: Organisation, by: Person) -> Case:
    """A case with entries at two stages, so that its parts differ."""
    pack = current_pack()
    step = pack.step_by_id["police-referral"]
    form = pack.form_of(step)
    asked = form.meaning(Meaning.FORCE) if form else None
    named = {asked.id: str(force.pk)} if asked else {}
    case, _ = actions.refer(step.id, typed_for(pack, step, force, **named), by=by)
    now = timezone.now()
    said = Act(
        chain=case.pk, kind="case", act="safeguarding", outcome=None, stage="gateway", actor=by.pk,
        role="prevent-supervisor", organisation=force.pk, seen_version=1, happened_at=now, pack=pack.id,
        content={"answers": {}}, reason_given=False,
    )  # fmt: skip
    append(said, recorded_at=now)
    return case


numbers = st.integers(0, PEOPLE - 1)
places = st.integers(0, 2)
# Most acts are in one force, so that they meet.
bodies = st.one_of(
    st.sampled_from(["borset team", "borset council", "borset"]), st.sampled_from(sorted(KINDS))
)


class Sequences(RuleBasedStateMachine):
    """Acts that change access, applied to the database and to the model."""

    country: ClassVar[Country]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model = Model()
        self.bodies, self.maker = self.country.bodies, self.country.maker
        self.people, self.cases = self.country.people, self.country.cases
        self.posts: list[Post] = []
        self.grants: list[Grant] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(
        roles=st.tuples(*[st.sampled_from(ROLES)] * PEOPLE),
        places=st.tuples(*[bodies] * PEOPLE),
        grants=st.lists(
            st.tuples(places, numbers, st.sampled_from(GrantKind), st.sampled_from([(), ("gateway",)])),
            max_size=3,
        ),
    )
    def begin(self, roles: Any, places: Any, grants: Any) -> None:
        """Give everyone a post, and some people a grant."""
        for who, (role, body) in enumerate(zip(roles, places, strict=True)):
            self.hire(who, role, body)
        for number, who, kind, stages in grants:
            self.let(number, who, kind, stages, "now")

    # Posts

    @rule(who=numbers, role=st.sampled_from(ROLES), body=bodies)
    def appoint(self, who: int, role: Role, body: str) -> None:
        self.hire(who, role, body)

    def hire(self, who: int, role: Role, body: str) -> None:
        self.model.posts.append(Held(who, role, body))
        day = timezone.localdate()
        self.posts.append(
            Post.objects.create(
                person=self.people[who], organisation=self.bodies[body], role=role, since=day,
                vetting=Vetting.POLICE, vetted_until=day, until=day if role.ends else None,
            )
        )  # fmt: skip

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def leave_a_post(self, data: st.DataObject) -> None:
        post, held = self.one_post(data)
        held.in_post = False
        yesterday = timezone.localdate() + PAST
        self.change(post, since=yesterday, until=yesterday)

    @precondition(lambda self: self.posts)
    @rule(data=st.data(), body=bodies)
    def move_to_another_body(self, data: st.DataObject, body: str) -> None:
        post, held = self.one_post(data)
        held.body = body
        self.change(post, organisation=self.bodies[body])

    @precondition(lambda self: self.posts)
    @rule(data=st.data(), how=st.sampled_from(["expired", "none", "unknown", "again"]))
    def vet(self, data: st.DataObject, how: str) -> None:
        post, held = self.one_post(data)
        held.vetted = how == "again"
        today = timezone.localdate()
        until = {"expired": today + PAST, "unknown": None}.get(how, today)
        self.change(post, vetting=Vetting.NONE if how == "none" else Vetting.PARTNER, vetted_until=until)

    @rule(who=numbers, active=st.booleans())
    def close_or_open_an_account(self, who: int, active: bool) -> None:
        self.model.active[who] = active
        self.change(self.people[who], is_active=active)

    # Cases

    @rule(number=places, who=numbers)
    def allocate(self, number: int, who: int) -> None:
        told = self.model.cases[number]
        told.owner, told.allocated = who, True
        self.change(self.cases[number], owner=self.people[who], allocated=True)

    @rule(number=places, there=st.booleans())
    def send_to_the_council(self, number: int, there: bool) -> None:
        self.model.cases[number].council = "borset council" if there else None
        self.change(self.cases[number], council=self.bodies["borset council"] if there else None)

    @rule(number=places, restricted=st.booleans())
    def restrict(self, number: int, restricted: bool) -> None:
        self.model.cases[number].restricted = restricted
        self.change(self.cases[number], restricted=restricted)

    @rule(number=places, who=numbers)
    def exclude(self, number: int, who: int) -> None:
        told, case = self.model.cases[number], self.cases[number]
        if who not in told.kept_from:
            told.kept_from.add(who)
            Exclusion.objects.create(
                record=case.pk,
                person=self.people[who],
                by=self.maker,
                reason="Concerned",
                since=timezone.now(),
            )

    @precondition(lambda self: any(told.kept_from for told in self.model.cases))
    @rule()
    def readmit_all(self) -> None:
        for told in self.model.cases:
            told.kept_from.clear()
        Exclusion.objects.filter(ended_at=None).update(ended_at=timezone.now())

    # Grants

    @rule(
        number=places,
        to=st.one_of(numbers, bodies),
        kind=st.sampled_from(GrantKind),
        stages=st.sampled_from([(), ("gateway",), ("information",), STAGES]),
        runs=st.sampled_from(["now", "past", "later"]),
    )
    def give(self, number: int, to: int | str, kind: GrantKind, stages: tuple[str, ...], runs: str) -> None:
        self.let(number, to, kind, stages, runs)

    def let(self, number: int, to: int | str, kind: GrantKind, stages: tuple[str, ...], runs: str) -> None:
        if kind is GrantKind.NAMED and isinstance(to, str):
            return
        if kind in {GrantKind.NAMED, GrantKind.OPENED}:
            stages = ()  # both are of a whole case
        who, body = (to, None) if isinstance(to, int) else (None, to)
        self.model.grants.append(Let(number, who, body, kind, frozenset(stages), live=runs == "now"))
        now = timezone.now()
        since = now + timedelta(days=1) if runs == "later" else now - timedelta(days=2)
        self.grants.append(
            Grant.objects.create(
                record=self.cases[number].pk, person=None if who is None else self.people[who],
                organisation=self.bodies[body] if body else None, kind=kind, stages=list(stages),
                reason="Needed", basis="A basis", controller="A body", by=self.maker, since=since,
                until=now + (PAST if runs == "past" else FUTURE),
            )
        )  # fmt: skip

    @precondition(lambda self: self.grants)
    @rule(data=st.data())
    def end_a_grant(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.grants) - 1))
        self.model.grants[number].live = False
        self.change(self.grants[number], ended_at=timezone.now(), ended_by=self.maker)

    # What must hold after each

    @invariant()
    def the_application_filters_as_the_model_says(self) -> None:
        for who, somebody in self.each():
            for sets, expected in (
                (Case.objects.visible_to(somebody), lambda sight: sight.stands),
                (Case.objects.named_to(somebody), lambda sight: sight.named),
                (Case.objects.worked_on_by(somebody), lambda sight: sight.whole),
                (Case.objects.changed_by(somebody), lambda sight: sight.changes),
            ):
                found = set(sets.values_list("pk", flat=True))
                assert found == self.should(who, expected), f"{somebody}: {sets.query}"

    @invariant()
    def the_database_alone_shows_what_the_model_says(self) -> None:
        for who, somebody in self.each():
            with context.asking(somebody):
                rows = {name: set(ask()) for name, ask in ROWS.items()}
                changed = set(changeable())
            for name in ("case", "referral", "deadline"):
                assert rows[name] == self.should(who, lambda sight: sight.stands), (name, somebody)
            assert rows["subject"] == self.should(who, lambda sight: sight.named), somebody
            assert changed == self.should(who, lambda sight: sight.changes), somebody
            assert rows["content"] == self.stages(who, standing=False), somebody
            assert rows["entry"] == self.stages(who, standing=True), somebody

    def stages(self, who: int, *, standing: bool) -> set[tuple[UUID, str]]:
        """Return the stages of each case whose entries a person sees.

        With `standing`, include every stage of cases that the person oversees.
        """
        found = set()
        for number, case in enumerate(self.cases):
            sight, told = self.model.sight(who, number), self.model.cases[number]
            oversees = any(self.model.oversees(post, told) for post in self.model.held_by(who))
            everything = sight.whole or (standing and sight.stands and oversees and not told.restricted)
            found |= {(case.pk, stage) for stage in STAGES if everything or stage in sight.stages}
        return found

    def should(self, who: int, judge: Callable[[AccessLevel], bool]) -> set[UUID]:
        return {case.pk for n, case in enumerate(self.cases) if judge(self.model.sight(who, n))}

    def each(self) -> Iterator[tuple[int, Person]]:
        """Yield each person, loaded again as for a new request."""
        for who, somebody in enumerate(self.people):
            yield who, Person.objects.get(pk=somebody.pk)

    def one_post(self, data: st.DataObject) -> tuple[Post, Held]:
        number = data.draw(st.integers(0, len(self.posts) - 1))
        return self.posts[number], self.model.posts[number]

    @staticmethod
    def change(row: Any, **changes: Any) -> None:
        type(row).objects.filter(pk=row.pk).update(**changes)


def chains(table: str, column: str) -> Callable[[], Iterator[UUID]]:
    def ask() -> Iterator[UUID]:
        return listed(f"SELECT DISTINCT {column} FROM {table}")

    return ask


def listed(query: str) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return iter([row[0] if len(row) == 1 else row for row in cursor.fetchall()])


def changeable() -> Iterator[UUID]:
    """Return the cases that an UPDATE without conditions would change."""
    return listed("UPDATE cases_case SET version = version RETURNING id")


OF_CASES = "FROM ledger_entry WHERE kind = 'case'"
ROWS: dict[str, Callable[[], Iterator[Any]]] = {
    "case": chains("cases_case", "id"),
    "referral": chains("cases_referral", "case_id"),
    "deadline": chains("cases_deadline", "case_id"),
    # A subject belongs to one case here.
    "subject": lambda: listed(
        "SELECT DISTINCT c.id FROM subjects_subject s JOIN cases_case c ON c.subject_id = s.id"
    ),
    "entry": lambda: listed(f"SELECT DISTINCT chain, stage {OF_CASES}"),
    "content": lambda: listed(
        "SELECT DISTINCT chain, stage FROM ledger_content JOIN ledger_entry ON id = entry_id"
        " WHERE kind = 'case'"
    ),
}


@pytest.mark.django_db
def test_whatever_happens_each_sees_what_a_simple_model_says() -> None:
    Sequences.country = make_country()
    run_state_machine_as_test(
        Sequences,
        settings=settings(suppress_health_check=list(HealthCheck)),
    )
