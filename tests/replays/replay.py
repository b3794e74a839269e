"""A failure replayed: its events, and the messages of Handrail with day and recipient."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from handrail.access import context
from handrail.access.errors import Refused
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, typed_for
from handrail.cases.timeline import checks
from handrail.ledger.models import Entry
from handrail.notices import rounds
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning
from handrail.records.packs import current_pack

ROUND, WORK = time(7), time(10)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A message of Handrail: its day, its recipient, its text."""

    on: date
    to: str
    said: str


def at(day: date, clock: time) -> datetime:
    """Return a moment on a day."""
    return timezone.make_aware(datetime.combine(day, clock))


@dataclass
class Replay:
    """A case replayed day by day; `today` is the date of its clock."""

    number: int
    cast: Cast
    today: date
    lines: list[Line] = field(default_factory=list)

    def until(self, day: date) -> None:
        """Move the clock to a day; the worker runs each morning on the way."""
        while self.today < day:
            self.today += timedelta(days=1)
            rounds.run(at(self.today, ROUND))

    def pass_to(self, day: date) -> None:
        """Move the clock over a time in which nothing is expected: the worker runs on Mondays and at the end.

        A message in that time would get another day than `told` expects, and so is noticed.
        """
        while self.today < day:
            self.today += timedelta(days=1)
            if self.today.weekday() == MONDAY or self.today == day:
                rounds.run(at(self.today, ROUND))

    def refer(self, on: date, by: Person | None = None, /, **given: str) -> Case:
        """Make a referral by police staff on a day, and return the case."""
        self.pass_to(on)
        pack, by = current_pack(), by or self.cast.spoc
        step = pack.step_by_id["police-referral"]
        form = pack.form_of(step)
        asked = form.meaning(Meaning.FORCE) if form else None
        given = ({asked.id: str(self.cast.force.pk)} if asked else {}) | given
        typed = typed_for(pack, step, self.cast.force, **given)
        with context.asking(by):
            case, _ = actions.refer(step.id, typed, by=by, at=at(self.today, WORK))
        look_beyond(at(self.today, WORK))
        return case

    def take(self, on: date, case: Case, step_id: str, by: Person, /, **given: Any) -> Entry:
        """Take one step on a day."""
        return self.answer(on, case, step_id, by, None, **given)

    def answer(
        self, on: date, case: Case, step_id: str, by: Person, about: int | None, /, **given: Any
    ) -> Entry:
        """Take one step on a day that answers what an earlier entry asked."""
        self.pass_to(on)
        case.refresh_from_db()
        step = case.pack.step_by_id[step_id]
        typed = typed_for(case.pack, step, case.force, **given)
        with context.asking(by):
            entry = actions.take_step(
                case.pk,
                step_id,
                typed,
                by=by,
                seen_version=case.version,
                at=at(self.today, WORK),
                about=about,
            )
        case.refresh_from_db()
        return entry

    def told(self, case: Case, to: Person, what: str, on: date) -> None:
        """Expect that a person was told this on this day, and for the first time."""
        heard = [
            (told.on, f"{told.label}: {told.what}")
            for told in rounds.past_notices(case, at(self.today, WORK))
            if told.who == to.name
        ]
        first = min((day for day, said in heard if said == what), default=None)
        assert first == on, f"{to.name} heard {heard}"
        self.say(to, what, on)

    def out_of_line(self, case: Case, check_id: str, *, since: date) -> None:
        """Expect that the case's page reports this check as failed since a day, and not on the day before."""
        check = case.pack.check_by_id[check_id]
        assert check in checks.out_of_line(case, today=since)
        assert check not in checks.out_of_line(case, today=since - timedelta(days=1))
        self.lines.append(Line(since, "whoever opens the case, and national assurance", check.out_of_line))

    def out_of_line_now(self, case: Case, *check_ids: str) -> None:
        """Expect that the case's page reports exactly these checks as failed."""
        found = {check.id: check for check in checks.out_of_line(case, today=self.today)}
        for check_id in check_ids:
            assert check_id in found, sorted(found)
            said = found[check_id].out_of_line
            self.lines.append(Line(self.today, "whoever opens the case, and national assurance", said))

    @contextmanager
    def refused(self, to: Person, said: str) -> Iterator[None]:
        """Expect that an act is refused with these words."""
        try:
            yield
        except InvalidAnswers as error:
            heard = list(error.errors.values())
        except Refused as refused:
            heard = [refused.reason]
        else:
            raise AssertionError("It was not refused.")
        assert any(said in one for one in heard), heard
        self.say(to, f"Refused: {said}", self.today)

    def say(self, to: Person, what: str, on: date | None = None) -> None:
        """Add to the table what a person was told or shown; the test has just checked it."""
        role = current_pack().role_titles[to.current_posts[0].role]
        self.lines.append(Line(on or self.today, role, what))
