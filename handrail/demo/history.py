"""One made-up case as it unfolds: steps are put on an agenda and taken in order of time.

Every step passes the guards and the engine that a user's step on the screen passes.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.cases.drafts.case_facts import recorded
from handrail.cases.engine.guards import known_beforehand
from handrail.cases.engine.record import PUBLIC_FORM, Record
from handrail.cases.engine.taking import take
from handrail.cases.intake import dialogue
from handrail.cases.models.reference import REFERENCE_LETTERS
from handrail.cases.timeline.left_open import Asking, became_by
from handrail.demo.agreeing import answered_otherwise, first_broken
from handrail.demo.cast import Cast, Member
from handrail.demo.filling import Clerk, Scene, Unfit, typed_date
from handrail.demo.known import asked_at_end, known_of
from handrail.demo.persona import Referred, stream
from handrail.demo.telling import facts_of, given_at_opening, tags_of
from handrail.policy import process
from handrail.policy.clock import is_working_day
from handrail.policy.guards import Guard
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.step import PUBLIC, Step
from handrail.records.acts import Actor

PUBLIC_STEP = "referral"
RECORDED_LATE = 0.035
FORGOTTEN = 0.15  # share of late steps that never happen
QUICKEST = timedelta(minutes=25)
MOST_CORRECTIONS = 20  # of one form
DAY_BEGINS, DAY_ENDS = 8 * 60 + 30, 17 * 60 + 30  # minutes of the day


@dataclass(order=True, slots=True)
class Planned:
    """A step on the agenda: when it will be recorded, and when it happened, if that is earlier.

    `about` is the number of the entry that the step answers. `by` is the id of the person to take it, if
    fixed.
    """

    at: datetime
    order: int
    step: str = field(compare=False)
    happened: date | None = field(default=None, compare=False)
    about: int | None = field(default=None, compare=False)
    by: str = field(default="", compare=False)


class History:
    """A case, its agenda, and the decisions made about its route.

    `count` counts the steps taken. `destination` is the outcome that the gateway will choose.
    """

    def __init__(
        self, number: int, seed: int, about: Referred, cast: Cast, clerk: Clerk, until: datetime
    ) -> None:
        self.about, self.cast, self.clerk, self.until = about, cast, clerk, until
        self.random = stream(seed, number, "path")
        self.words = stream(seed, number, "words")
        self.pack = clerk.pack
        self.record = Record.new(self.pack, cast.force, cast.lead)
        self.record.case.id = drawn_id(self.random)
        self.record.case.reference = drawn_reference(self.random)
        self.tags = tags_of(about)
        self.facts = facts_of(about, cast, self.words)
        self.agenda: list[Planned] = []
        self.planned = 0
        self.count: Counter[str] = Counter()
        self.typed: list[tuple[Step, dict[str, list[str]]]] = []
        self.destination = "exit"
        self.now = until

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.random.random() < probability

    # Times

    def plan(self, step: str, at: datetime, *, about: int | None = None, by: str = "") -> None:
        """Put a step on the agenda; now and then it is recorded only days after it happened.

        `about` is the number of the entry that the step answers. `by` is the id of the person to take it.
        """
        happened = None
        if self.chance(RECORDED_LATE) and self._can_be_recorded_late(step):
            happened = timezone.localdate(at)
            at = self.at_work(happened + timedelta(days=self.random.randint(6, 24)))
        self._put(Planned(at, self.planned, step, happened, about, by))

    def _put(self, planned: Planned) -> None:
        heapq.heappush(self.agenda, planned)
        self.planned += 1

    def _can_be_recorded_late(self, step: str) -> bool:
        form = self.pack.form_of(self.pack.step_by_id[step])
        return form is not None and form.meaning(Meaning.HAPPENED_ON) is not None

    def by(self, limit: str, *, near: bool = False) -> datetime:
        """Return a time within a limit or, as often as this force is late, after it.

        `near` keeps to the last days before the due day, as for reviews in a diary.
        """
        usual = timezone.localdate(self.now) + timedelta(days=5)
        running = self.record.position.deadlines
        return self.around(next((d.due for d in running if d.limit == limit), usual), near=near)

    def around(self, due: date, *, near: bool = False) -> datetime:
        """Return a time up to the due day or, as often as this force is late, after it."""
        today = timezone.localdate(self.now)
        if self.chance(self.cast.laxness):
            forgotten = self.chance(FORGOTTEN)
            return self.at_work(
                due + timedelta(days=1 + int(self.random.expovariate(1 / (45 if forgotten else 5))))
            )
        if due <= today:
            return self.at_work(today)
        room = (due - today).days
        return self.at_work(
            due - timedelta(days=self.random.randint(0, min(room, 6) if near else room)), back=today
        )

    def after_days(self, least: int, most: int) -> datetime:
        """Return a working time, between `least` and `most` days from now."""
        return self.at_work(timezone.localdate(self.now) + timedelta(days=self.random.randint(least, most)))

    def at_work(self, day: date, *, back: date | None = None) -> datetime:
        """Return a working time on this day, after now; a day off moves on, or back as far as `back`."""
        calendar = self.pack.calendar
        while not is_working_day(day, calendar):
            day += timedelta(days=-1 if back and day > back else 1)
            back = back if back and day > back else None
        return self.at_minute(day, self.random.randrange(DAY_BEGINS, DAY_ENDS))

    def at_minute(self, day: date, minute: int) -> datetime:
        """Return this minute of the day, or a little after now where it has passed."""
        at = timezone.make_aware(
            datetime.combine(day, time(minute // 60, minute % 60, self.random.randrange(60)))
        )
        return at if at > self.now + QUICKEST else self.now + QUICKEST * self.random.uniform(1, 4)

    # Steps

    def open(self, step_id: str) -> None:
        """Open the case with its referral, on its day."""
        public = step_id == PUBLIC_STEP
        self.now = timezone.make_aware(datetime.combine(self.about.opened, time.min))
        hours = (7 * 60, 23 * 60) if public else (DAY_BEGINS, DAY_ENDS)
        at = min(self.at_minute(self.about.opened, self.random.randrange(*hours)), self.until)
        step = self.pack.step_by_id[step_id]
        actor = self._opening_actor(step, public=public)
        given = given_at_opening(self.about, self.cast, self.pack, step, self.words)
        self._take(
            step, actor, at, timezone.localdate(at), given, self.tags | ({"outside"} if public else set())
        )
        self._name_rows()

    def _opening_actor(self, step: Step, *, public: bool) -> Actor:
        if public:
            return Actor(PUBLIC_FORM, PUBLIC, self.cast.force.id)
        roles = [role for role in step.by if self.cast.members.get(role)]
        return self.random.choice(self.cast.members[self.random.choice(roles)]).actor

    def _name_rows(self) -> None:
        """Give rows that are stored beside the case reproducible ids."""
        if self.record.subject and self.record.referral:
            self.record.subject.id = drawn_id(self.random)
            self.record.referral.id = drawn_id(self.random)
            for detail in self.record.details:
                detail.subject = self.record.subject
            self.record.referral.reference = drawn_reference(self.random)

    def next(self, decide: "Decide") -> Step | None:
        """Take the next step on the agenda; None when nothing is left before the end moment.

        `decide` gives the answers that the route fixes. A step that is no longer open is dropped, as when a
        case has moved on.
        """
        while self.agenda and self.agenda[0].at <= self.until:
            planned = heapq.heappop(self.agenda)
            step = self.pack.step_by_id[planned.step]
            member = self._member(step, planned.by)
            if self._is_refused(step, member, planned.about) or self._is_too_soon(step, planned):
                continue
            if member is None:
                self._allocate_first(planned)
                continue
            if first := self._waits_for(step, member, planned.about):
                self._put_before(planned, first)
                continue
            self._take_planned(planned, step, member, decide)
            return step
        return None

    def _member(self, step: Step, by: str) -> Member | None:
        """Return the planned person, else the owner, else a member who works on the case.

        None where people with these roles would first have to own the case.
        """
        wanted = UUID(by) if by else self.record.case.owner_id
        roles = step.by[:1] if step.signs else step.by
        own = (m for role in roles for m in self.cast.members.get(role, ()) if m.actor.id == wanted)
        return next(own, None) or self.cast.somebody(self.random, step, self.record.case)

    def _is_refused(
        self, step: Step, member: Member | None, about: int | None, outcome: str | None = None
    ) -> bool:
        refusal = process.refusal(
            self.pack,
            self.record.position,
            step,
            by=str(member.actor.id) if member else "",
            roles={member.actor.role} if member else step.by,
            outcome=outcome,
            about=about,
            bodies=member.actor.bodies if member else (),
        )
        return refusal is not None

    def _is_too_soon(self, step: Step, planned: Planned) -> bool:
        """Return whether the case refuses the step on its day, whatever is answered."""
        on = planned.happened or timezone.localdate(planned.at)
        return bool(known_beforehand(self.pack, self.record.case, step, on, self.record.acts))

    def _waits_for(self, step: Step, member: Member, about: int | None) -> str | None:
        """Return the step that must come before an outcome of this one; None where there is none."""
        first = self._to_be_settled()
        if first is None or step.id == first:
            return None
        refused = any(self._is_refused(step, member, about, outcome.id) for outcome in step.outcomes)
        return first if refused else None

    def _to_be_settled(self) -> str | None:
        """Return the step that settles what stops the case from ending; None where nothing does."""
        if self.record.position.threat and self.pack.threat:
            return self.pack.threat.lowered_by
        running = {deadline.limit for deadline in self.record.position.deadlines}
        owed = (limit.step for limit in self.pack.limits if limit.settled_first and limit.id in running)
        return next(owed, None)

    def _allocate_first(self, planned: Planned) -> None:
        """Allocate the case to a person who may take the step, and take the step after that."""
        self._put_before(planned, "allocate")

    def _put_before(self, planned: Planned, first: str) -> None:
        """Put another step on the agenda in place of a planned one, and the planned one behind it."""
        self._put(Planned(planned.at, self.planned, first))
        self._put(replace(planned, at=planned.at + QUICKEST, order=self.planned))

    def _take_planned(self, planned: Planned, step: Step, member: Member, decide: "Decide") -> None:
        on = planned.happened or timezone.localdate(planned.at)
        given: dict[str, list[str]] = {}
        if planned.happened:
            given |= self._said_to_have_happened(step, planned.happened)
        given |= decide(self, step)
        tags = self.tags | ({"again"} if self.count[step.id] else set())
        self._take(step, member.actor, planned.at, on, given, tags, planned.about)

    def _said_to_have_happened(self, step: Step, on: date) -> dict[str, list[str]]:
        form = self.pack.form_of(step)
        question = form.meaning(Meaning.HAPPENED_ON) if form else None
        return typed_date(question.id, on) if question else {}

    def _take(
        self,
        step: Step,
        actor: Actor,
        at: datetime,
        on: date,
        given: dict[str, list[str]],
        tags: frozenset[str],
        about: int | None = None,
    ) -> None:
        decided = frozenset(given.get("outcome", ()))
        since = min(timezone.localdate(self.now), on)
        known = known_of(self.record)
        scene = Scene(self.words, since, on, tags | decided, self.facts, given, known)
        left = asked_at_end(self.record, step)
        typed, answers = self.filled(step, scene, left)
        became = became_by(self.record, step, left, answers)
        also = {**recorded(known, self.pack, step), **({"became": became} if became else {})}
        also |= dialogue.kept(self.pack, step, answers, timezone.localdate(at))
        take(self.record, step, answers, actor=actor, recorded_at=at, about=about, also=also)
        self.typed.append((step, typed))
        self.now = at
        self.count[step.id] += 1

    def filled(
        self, step: Step, scene: Scene, left: Asking | None = None
    ) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Return the typed form of a step and its answers, corrected until every guard is satisfied."""
        typed, answers = self.clerk.fill(step, scene, self.cast.choices, left)
        for _ in range(MOST_CORRECTIONS):
            guard = first_broken(self.record, step, answers, scene.on)
            if guard is None:
                return typed, answers
            scene = self._mended(scene, step, guard)
            typed, answers = self.clerk.fill(step, scene, self.cast.choices, left)
        raise Unfit(f"{step.id}: each correction breaks another guard.")

    def _mended(self, scene: Scene, step: Step, guard: Guard) -> Scene:
        """Return the scene with what the guard asks for: the reason for an exception, or another answer."""
        if guard.unless and guard.unless not in scene.asked:
            return replace(scene, asked=scene.asked | {guard.unless})
        otherwise = answered_otherwise(self.record, step, guard)
        if not otherwise or otherwise.items() <= scene.given.items():
            raise Unfit(f"{step.id}: {guard.refusal}")
        return replace(scene, given={**scene.given, **otherwise})

    def name_further(self) -> None:
        """Give the last further referral a reproducible id and reference."""
        self.record.further[-1].id = drawn_id(self.random)
        self.record.further[-1].reference = drawn_reference(self.random)

    @property
    def outcome(self) -> str | None:
        """The outcome of the last step."""
        return self.record.acts[-1].outcome


Decide = Callable[[History, Step], dict[str, list[str]]]


def drawn_id(random: Random) -> UUID:
    """Return an id that is reproducible from the random stream."""
    return UUID(int=random.getrandbits(128), version=4)


def drawn_reference(random: Random) -> str:
    """Return a reference in the real format, reproducible from the random stream."""
    letters = "".join(random.choices(REFERENCE_LETTERS, k=8))
    return f"P-{letters[:4]}-{letters[4:]}"
