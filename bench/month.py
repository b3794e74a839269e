"""A made-up month of the log of reads, in which some users browse; the same seed gives the same month.

The assumptions are ours and measured nowhere: how many cases a person opens in a day, how often a case that
is not theirs, how names are spread (a Zipf curve; about one in a hundred has the most common family name),
how many home addresses are known. Honest readers also do what is easily taken for browsing: they cover for
colleagues, review a team's cases in one morning, hand over a shift, work late, and read cases in the news.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate, count
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from handrail.cases.models import Case
from handrail.ledger.record import Act, append_many
from handrail.organisations.country import load_country
from handrail.organisations.home_address import digest_of_home
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.records.packs import current_pack
from handrail.subjects.models import Subject

SEED = 20_261_124
FAMILIES, GIVEN, POSTCODES = 30_000, 600, 9_000
HOMES_KNOWN = 0.6
SHARES = {
    Role.PREVENT_OFFICER: 22,
    Role.PREVENT_SUPERVISOR: 4,
    Role.FIMU_OFFICER: 6,
    Role.MASH_OFFICER: 6,
    Role.CHANNEL_PRACTITIONER: 3,
    Role.FORCE_STRATEGIC_LEAD: 2,
}
OPENED_A_DAY = 12
NOT_THEIRS = {Role.PREVENT_OFFICER: 0.07, Role.FORCE_STRATEGIC_LEAD: 0.5}
NOT_THEIRS_ELSE = 0.15


@cache
def _zipf(many: int) -> list[float]:
    return list(accumulate(0.05 / (rank + 4) ** 0.85 for rank in range(1, many + 1)))


def draw(random: Random, many: int) -> int:
    """Return the number of a name; small numbers are more likely."""
    return random.choices(range(many), cum_weights=_zipf(many))[0]


@dataclass(frozen=True, slots=True)
class Browser:
    """A planted browser: the kind of browsing, and the cases read without need."""

    person: UUID
    kind: str
    records: frozenset[UUID]


@dataclass(slots=True)
class Reader:
    """A person who reads cases: role, working hours, own cases."""

    person: Person
    role: Role
    force: Organisation
    postcode: str
    at_night: bool
    work: list[Case] = field(default_factory=list)


Line = tuple[datetime, UUID, str, list[UUID], str]


@dataclass
class Month:
    """A month of log lines, and the browsers planted in it."""

    forces: int
    users: int
    days: int
    browsers: int
    seed: int = SEED
    planted: list[Browser] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    user_days: int = 0
    lines: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.end = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        self.begin = self.end - timedelta(days=self.days)
        self.cases: dict[UUID, list[Case]] = {}
        self.numbers = count(1)

    def make(self) -> None:
        """Write all people, cases and acts into the database, then the log lines."""
        load_country()
        forces = list(Organisation.objects.forces()[: self.forces])
        with transaction.atomic():
            self._hire(forces)
            for force in forces:
                self._open_cases(force)
            lines = [*self._honest(), *self._news(), *self._plant()]
            self.lines = len(lines)
            write(lines)

    def name(self) -> tuple[str, str]:
        """Return a given and a family name."""
        return f"Given{draw(self.random, GIVEN)}", f"Family{draw(self.random, FAMILIES)}"

    def _hire(self, forces: Sequence[Organisation]) -> None:
        roles = [role for role, share in SHARES.items() for _ in range(share)]
        for number in range(self.users):
            force = forces[number % len(forces)]
            given, family = self.name()
            postcode = self.postcode(force)
            person = Person(email=f"reader{number}@example.org", name=f"{given} {family}")
            if self.random.random() < HOMES_KNOWN:
                person.home = digest_of_home(postcode)
            role = roles[number // len(forces) % len(roles)]
            by_night = self.random.random() < 0.1
            self.readers.append(Reader(person, role, force, postcode, by_night))
        Person.objects.bulk_create([reader.person for reader in self.readers])
        far = (self.end + timedelta(days=900)).date()
        Post.objects.bulk_create(
            Post(
                person=reader.person,
                organisation=reader.force,
                role=reader.role,
                since=(self.begin - timedelta(days=300)).date(),
                vetting=Vetting.POLICE,
                vetted_until=far,
            )
            for reader in self.readers
        )

    def postcode(self, force: Organisation) -> str:
        """Return a postcode in a force's area."""
        return f"{force.slug[:3].upper()}{self.random.randrange(POSTCODES)}"

    def of_force(self, force: Organisation, *roles: Role) -> list[Reader]:
        """Return the readers of a force with these roles."""
        return [r for r in self.readers if r.force == force and r.role in roles]

    def _open_cases(self, force: Organisation) -> None:
        """Open some two hundred cases, each with an owner and with acts of the people who work on it."""
        pack = current_pack()
        officers = self.of_force(force, Role.PREVENT_OFFICER)
        beside = [
            self.of_force(force, role)
            for role in (Role.PREVENT_SUPERVISOR, Role.FIMU_OFFICER, Role.MASH_OFFICER)
        ]
        subjects, cases, acts = [], [], []
        for _ in range(10 * len(officers)):
            subject = Subject.described(
                {
                    "given_name": self.name()[0],
                    "family_name": self.name()[1],
                    "postcode": self.postcode(force),
                }
            )
            owner = self.random.choice(officers)
            workers = [owner, *(self.random.choice(team) for team in beside if team)]
            day = self.begin.date()
            case = Case(
                subject=subject,
                force=force,
                owner=owner.person,
                allocated=True,
                pack_id=pack.id,
                stage_id=pack.stages[0].id,
                stage_since=day,
                opened_on=day,
            )
            subjects.append(subject)
            cases.append(case)
            for worker in workers:
                worker.work.append(case)
                acts.append(self._act(case, worker))
        Subject.objects.bulk_create(subjects)
        Case.objects.bulk_create(cases)
        append_many(acts, recorded_at=[self.begin] * len(acts))
        self.cases[force.pk] = cases

    def _act(self, case: Case, worker: Reader) -> Act:
        return Act(
            chain=case.pk,
            kind="case",
            act="allocate",
            outcome=None,
            stage=case.stage_id,
            actor=worker.person.pk,
            role=worker.role,
            organisation=worker.force.pk,
            seen_version=0,
            happened_at=self.begin,
            pack=case.pack_id,
            content={"answers": {}},
            reason_given=False,
        )

    def _days(self) -> Iterator[datetime]:
        return (self.begin + timedelta(days=number) for number in range(self.days))

    def _honest(self) -> Iterator[Line]:
        """Yield the lines of everybody's ordinary days."""
        for day in self._days():
            for reader in self.readers:
                if self.random.random() < (0.3 if day.weekday() > 4 else 0.82):
                    self.user_days += 1
                    yield from self._day_of(reader, day)

    def _day_of(self, reader: Reader, day: datetime) -> Iterator[Line]:
        random = self.random
        shift = day + timedelta(
            hours=21 if reader.at_night and random.random() < 0.5 else random.choice((7, 8, 9))
        )
        late = not reader.at_night and random.random() < 0.02
        length = timedelta(hours=14.5 if late else 8.5)
        here = self.cases[reader.force.pk]
        share = NOT_THEIRS.get(reader.role, NOT_THEIRS_ELSE)
        for _ in range(max(0, round(random.gauss(OPENED_A_DAY, 5)))):
            own = reader.work and random.random() > share
            case = random.choice(reader.work) if own else random.choice(here)
            yield self._opens(reader, case, shift + length * random.random())
        if reader.role is Role.PREVENT_SUPERVISOR and random.random() < 0.2:
            yield from self._in_a_row(
                reader, shift, random.randrange(8, 13), (60, 400)
            )  # a review of the team
        if random.random() < 0.02:
            yield from self._in_a_row(reader, shift, random.randrange(3, 7), (15, 90))  # a handover
        for _ in range(random.randrange(3, 9)):
            listed = [case.pk for case in random.sample(here, min(8, len(here)))]
            yield shift + length * random.random(), reader.person.pk, "listed", listed, "cases:list"

    def _in_a_row(self, reader: Reader, at: datetime, many: int, pause: tuple[int, int]) -> Iterator[Line]:
        at += timedelta(minutes=self.random.randrange(400))
        for case in self.random.sample(self.cases[reader.force.pk], many):
            yield self._opens(reader, case, at)
            at += timedelta(seconds=self.random.uniform(*pause))

    def _opens(self, reader: Reader, case: Case, at: datetime) -> Line:
        return at, reader.person.pk, "consulted", [case.pk], "cases:case"

    def _news(self) -> Iterator[Line]:
        """Yield reads of cases in the news by people of the force."""
        for force in self.random.sample([*self.cases], min(3, len(self.cases))):
            case = self.random.choice(self.cases[force])
            there = [reader for reader in self.readers if reader.force.pk == force]
            for reader in self.random.sample(there, 5):
                yield self._opens(reader, case, self._moment())

    def _moment(self, *, night: bool = False) -> datetime:
        day = self.begin + timedelta(days=self.random.randrange(self.days - 1))
        hour = self.random.uniform(23, 28) if night else self.random.uniform(8, 18)
        return day + timedelta(hours=hour)

    # The browsers

    def _plant(self) -> Iterator[Line]:
        """Plant browsers of each kind in turn; each browses at two or three moments of the month."""
        ways = [
            self._same_name,
            self._same_address,
            self._themselves,
            self._colleague,
            self._famous,
            self._one_after_another,
            self._at_night,
            self._many,
        ]
        by_day = [r for r in self.readers if not r.at_night and r.role is Role.PREVENT_OFFICER]
        chosen = self.random.sample(by_day, self.browsers)
        self.famous: Case | None = None
        for number, reader in enumerate(chosen):
            yield from ways[number % len(ways)](reader)

    def _planted(self, reader: Reader, kind: str, cases: Sequence[Case]) -> None:
        self.planted.append(Browser(reader.person.pk, kind, frozenset(case.pk for case in cases)))

    def _not_theirs(self, reader: Reader) -> Case:
        return self.random.choice([c for c in self.cases[reader.force.pk] if c not in reader.work])

    def _about(self, case: Case, given: str, family: str) -> None:
        """Change the subject of a case to this name."""
        assert case.subject
        subject = Subject.described(
            {"given_name": given, "family_name": family, "postcode": case.subject.postcode}
        )
        Subject.objects.filter(pk=case.subject.pk).update(
            given_name=given,
            family_name=family,
            name_key=subject.name_key,
            family_key=subject.family_key,
            sort_key=subject.sort_key,
            found_under=subject.found_under,
        )

    def _looks(self, reader: Reader, case: Case) -> Iterator[Line]:
        for _ in range(self.random.randrange(1, 4)):
            yield self._opens(reader, case, self._moment())

    def _same_name(self, reader: Reader) -> Iterator[Line]:
        case = self._not_theirs(reader)
        self._about(case, self.name()[0], reader.person.name.split()[-1])
        self._planted(reader, "same name", [case])
        yield from self._looks(reader, case)

    def _same_address(self, reader: Reader) -> Iterator[Line]:
        case = self._not_theirs(reader)
        assert case.subject
        Subject.objects.filter(pk=case.subject.pk).update(postcode=reader.postcode)
        self._planted(reader, "same address", [case])
        yield from self._looks(reader, case)

    def _themselves(self, reader: Reader) -> Iterator[Line]:
        case = self._not_theirs(reader)
        self._about(case, *reader.person.name.split())
        self._planted(reader, "themselves", [case])
        yield from self._looks(reader, case)

    def _colleague(self, reader: Reader) -> Iterator[Line]:
        case = self._not_theirs(reader)
        others = [r for r in self.readers if r.force == reader.force and r is not reader]
        self._about(case, *self.random.choice(others).person.name.split())
        self._planted(reader, "colleague", [case])
        yield from self._looks(reader, case)

    def _famous(self, reader: Reader) -> Iterator[Line]:
        """Yield reads of a televised case: a dozen people of the force look; one counts as planted."""
        case = self._not_theirs(reader)
        self._planted(reader, "famous", [case])
        at = self._moment()
        yield self._opens(reader, case, at)
        there = [
            r for r in self.readers if r.force == reader.force and r is not reader and case not in r.work
        ]
        for other in self.random.sample(there, self.random.randrange(5, 14)):
            self.planted.append(Browser(other.person.pk, "beside a famous one", frozenset([case.pk])))
            yield self._opens(other, case, at + timedelta(days=self.random.uniform(-3, 3)))

    def _one_after_another(self, reader: Reader) -> Iterator[Line]:
        lines = list(self._in_a_row(reader, self._morning(), self.random.randrange(9, 25), (10, 50)))
        self.planted.append(
            Browser(reader.person.pk, "one after another", frozenset(line[3][0] for line in lines))
        )
        yield from lines

    def _many(self, reader: Reader) -> Iterator[Line]:
        lines = list(self._in_a_row(reader, self._morning(), self.random.randrange(18, 30), (50, 150)))
        self.planted.append(Browser(reader.person.pk, "many", frozenset(line[3][0] for line in lines)))
        yield from lines

    def _morning(self) -> datetime:
        return self.begin + timedelta(days=self.random.randrange(self.days - 1), hours=8)

    def _at_night(self, reader: Reader) -> Iterator[Line]:
        others = [case for case in self.cases[reader.force.pk] if case not in reader.work]
        cases = self.random.sample(others, self.random.randrange(2, 6))
        self._planted(reader, "at night", cases)
        at = self._moment(night=True)
        for case in cases:
            yield self._opens(reader, case, at)
            at += timedelta(minutes=self.random.uniform(1, 9))


def write(lines: list[Line]) -> None:
    """Add lines to the log in order of time."""
    lines.sort(key=lambda line: line[0])
    columns = "at, person, verb, records, page, reason, recipient"
    with connection.cursor() as cursor, cursor.copy(f"COPY access_reading ({columns}) FROM STDIN") as copy:
        for at, person, verb, records, page in lines:
            copy.write_row((at, person, verb, [str(record) for record in records], page, "", ""))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
