"""Open tasks and grants of a case when an act ends it, and what becomes of each.

An act that ends a case lists everything open on it, and everybody with access to it. It is refused until the
user has said what becomes of each. The act's entry keeps the answers under `became`, and the process ends the
follow-ups that were said to end (`policy.process.advance`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.grant_kinds import asked_at_exit
from handrail.access.models import Grant, GrantQuerySet
from handrail.cases.engine.record import Record
from handrail.cases.models import Case, Redaction
from handrail.cases.timeline.follow_ups_shown import FollowUpShown, on_case
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import OUTCOME, Condition, Kind, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind, Step
from handrail.policy.step_kinds.kind import kind_of

GOES, STAYS, ENDS = "goes", "stays", "ends"
AWAITED = "awaited"
GRANT = "grant-"  # prefix of the ids of grants, which tells them from other open things
LONGEST_WHY = 1_000
LONGEST_LABEL = 200
ENDING = {StageKind.CLOSED, StageKind.WATCHED}

ON_CLOSING = (
    Code(id=STAYS, label="It stays open on this case, and is answered here"),
    Code(id=ENDS, label="It ends: it is no longer needed"),
)
SIGHT = (
    Code(id=STAYS, label="They keep access to it"),
    Code(id=ENDS, label="It ends"),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """An open task or grant of a case: its title, a hint, and the number of the entry that began it.

    `moves`: whether it can continue on another case; an offer of the case itself cannot. `asked`: whether
    somebody has to answer it, so that it ends unless it stays.
    """

    id: str
    title: str
    label: str
    hint: str
    number: int | None
    moves: bool = True
    asked: bool = True

    @property
    def code(self) -> Code:
        """Thing as an item of a question that is asked for each."""
        return Code.model_construct(id=self.id, label=self.label[:LONGEST_LABEL], hint=self.hint)

    def became(self, becomes: str, why: str) -> dict[str, Any]:
        """Return what an entry says became of the thing. The request's text stays in its own entry."""
        return {
            "thing": self.id,
            "what": self.title,
            "number": self.number,
            "becomes": becomes,
            "ends": self.asked and becomes != STAYS,
            "why": why,
        }


def open_on(record: Record, *, wait_moves: bool = False) -> list[Thing]:
    """Return what is open on a case, oldest first: follow-ups, and a reply that has paused the clock.

    `wait_moves`: whether the act lets another case wait for the reply; a case that has ended waits for none.
    Match questions are left out, because they can be answered at any stage.
    """
    asked = [_thing_of(one) for one in on_case(record, timezone.localdate())]
    return [*asked, *awaited(record, moves=wait_moves)]


def _grants_of(case: Case) -> GrantQuerySet:
    """Return live grants that may outlast a case, of it or of a redacted version of it, oldest first."""
    versions = Redaction.objects.filter(case=case).values("redacted")
    grants = Grant.objects.live().filter(kind__in=asked_at_exit())
    return grants.filter(Q(record=case.pk) | Q(record__in=versions)).order_by("since", "pk")


def let_see(case: Case) -> Iterator[Thing]:
    """Yield each live grant that may outlast a case, of it or of a redacted version of it."""
    for grant in _grants_of(case).select_related("person", "organisation"):
        kind, until = grant.called, f", until {_last_day(grant.until)}" if grant.until else ""
        version = ", a redacted version" if grant.record != case.pk else ""
        said = f"{grant.to}: {kind[0].lower()}{kind[1:]}{version}{until}"
        hint = "They see nothing of it while it is restricted" if case.restricted else ""
        yield Thing(f"{GRANT}{grant.pk}", kind, said, hint, None, asked=False)


def _last_day(until: datetime) -> str:
    """Return the last day of a period that ends at a moment, often the first moment of the next day."""
    return f"{timezone.localtime(until - timedelta(microseconds=1)):%-d %B %Y}"


def end_grants(case: Case, became: Iterable[Mapping[str, Any]], *, by: Person, post: Post) -> None:
    """End the grants that `became` says end. A user who may end the case may end its grants."""
    ending = {one["thing"]: one["why"] for one in became if one["becomes"] == ENDS}
    for grant in _grants_of(case):
        if (why := ending.get(f"{GRANT}{grant.pk}")) is not None:
            access.end(grant, by=by, post=post, reason=why)


def _thing_of(one: FollowUpShown) -> Thing:
    title, what = one.rule.title, " ".join(one.what.split())
    due = f", due {one.due:%-d %B %Y}" if one.due else ""
    return Thing(
        f"asked-{one.row.number}",
        title,
        f"{title}: {what}" if what else title,
        f"{one.to or 'Somebody outside'}{due}. {one.state}",
        one.row.number,
        moves=one.rule.gives == "nothing",
    )


def awaited(record: Record, *, moves: bool) -> Iterator[Thing]:
    """Yield the reply from outside that has paused the clock, if any."""
    since = record.position.waiting_since
    if since:
        said = "An answer from outside is awaited"
        yield Thing(AWAITED, said, said, f"Since {since:%-d %B %Y}. The clock stands still.", None, moves)


@dataclass(frozen=True, slots=True)
class Group:
    """Things with one question: what becomes of each, and why, unless the first way is chosen.

    A group without ways asks only the reason why each thing ends.
    """

    id: str
    label: str
    things: Sequence[Thing]
    ways: Sequence[Code] = ()

    @property
    def question(self) -> Question:
        """Question, asked for each thing."""
        why = Question(id="why", kind=Kind.LONG_TEXT, label="Why?", missing="Say why", max_length=LONGEST_WHY)
        if not self.ways:
            return Question(id=self.id, kind=Kind.EACH, label=self.label, ask=(why,))
        ask, missing = "What should happen to it?", "Select what should happen to it"
        becomes = Question(id=f"{self.id}-becomes", kind=Kind.CHOICE, label=ask, missing=missing)
        other = Condition(question=becomes.id, **{"is": tuple(way.id for way in self.ways[1:])})
        asked = (becomes, why.model_copy(update={"when": other}))
        return Question(id=self.id, kind=Kind.EACH, label=self.label, ask=asked)

    @property
    def choices(self) -> dict[str, Sequence[Code]]:
        """Choices of items and ways, by the id of their question."""
        return {self.id: [thing.code for thing in self.things], f"{self.id}-becomes": self.ways}

    def became(self, answers: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
        """Yield what an entry says became of each thing that was answered."""
        for thing in self.things:
            if said := answers.get(thing.id):
                yield thing.became(said.get(f"{self.id}-becomes", ENDS), said.get("why", ""))


@dataclass(frozen=True, slots=True)
class Asking:
    """All questions of an act about open things; `when` is their condition in the form of a step."""

    groups: Sequence[Group]
    when: Condition | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Questions, one for each group that is not empty."""
        return tuple(group.question for group in self.groups if group.things)

    @property
    def choices(self) -> dict[str, Sequence[Code]]:
        """Choices of items and ways of every group, by the id of their question."""
        return {id_: codes for group in self.groups for id_, codes in group.choices.items()}

    @property
    def sections(self) -> tuple[Section, ...]:
        """The questions as one section of a step's form."""
        title = "What is still open on this case"
        return (Section(id="left-open", title=title, when=self.when, questions=self.questions),)

    def became(self, answers: dict[str, Any]) -> list[dict[str, Any]]:
        """Remove the answers to these questions from `answers`; return them as an entry's `became`."""
        return [one for group in self.groups for one in group.became(answers.pop(group.id, {}))]

    def unsaid(self, became: Iterable[Mapping[str, Any]]) -> list[Thing]:
        """Return the things that `became` does not mention."""
        said = {one["thing"] for one in became}
        return [thing for group in self.groups for thing in group.things if thing.id not in said]


def groups_of(things: Sequence[Thing], ways: Sequence[Code]) -> list[Group]:
    """Return open things in groups: those that may continue, with `ways`, and those that can only end."""
    moving = [thing for thing in things if thing.moves]
    ending = [thing for thing in things if not thing.moves]
    return [
        Group("left-open", "What should happen to what is still open?", moving, ways),
        Group("left-ending", "This ends too. Why is it no longer needed?", ending),
    ]


def may_ask(pack: Pack, step: Step) -> bool:
    """Return whether a step can end a case, sign off a decision that does, or give it to another force."""
    return may_end(pack, step) or gives_force(pack, step)


def gives_force(pack: Pack, step: Step) -> bool:
    """Return whether another force takes over a case, with everything open on it, by this step."""
    return any(rule.gives == "force" and rule.accepted_by == step.id for rule in pack.follow_ups)


def may_end(pack: Pack, step: Step) -> bool:
    """Return whether a step can end a case by itself, or sign off a decision that does."""
    if kind_of(step).goes_on_elsewhere:
        return False
    signed = pack.step_by_id.get(step.signs or "")
    reached = [step.to, *(o.to for o in step.outcomes), *(o.to for o in (signed.outcomes if signed else ()))]
    return any(_ends(pack, stage) for stage in reached)


def _ends(pack: Pack, stage: str | None) -> bool:
    return stage is not None and pack.stage_by_id[stage].kind in ENDING


def asked_at(record: Record, step: Step) -> Asking | None:
    """Return a step's questions about what is open on a case that it may end; None where it asks nothing.

    A sign-off is asked only about things that the decision did not mention.
    """
    if may_end(record.pack, step):
        return asking_about(record, step, open_on(record), let_see(record.case))
    if gives_force(record.pack, step):
        return asking_about(record, step, (), let_see(record.case))
    return None


def asking_about(
    record: Record, step: Step, things: Iterable[Thing], sight: Iterable[Thing] = ()
) -> Asking | None:
    """Return a step's questions about these things and grants; None where it asks nothing."""
    settled = {one["thing"] for one in decided_before(record)} if step.signs else set()
    things = [thing for thing in things if thing.id not in settled]
    sight = [thing for thing in sight if thing.id not in settled]
    ending = _ending_outcomes(record, step)
    if not (things or sight) or not (ending or not step.outcomes):
        return None
    when = Condition(question=OUTCOME, **{"is": tuple(ending)}) if step.outcomes else None
    seeing = Group("left-sight", "Who else has been given access to this case?", sight, SIGHT)
    return Asking([*groups_of(things, ON_CLOSING), seeing], when)


def has_ended(record: Record) -> bool:
    """Return whether the record's last act took it to a stage that ends a case."""
    return _ends(record.pack, record.position.stage)


def _ending_outcomes(record: Record, step: Step) -> list[str]:
    """Return the outcomes of a step that end the case, now or when signed off."""
    pack, pending = record.pack, record.position.pending
    if step.signs:
        decided = pack.step_by_id[pending.step].outcome(pending.outcome) if pending else None
        return [o.id for o in step.outcomes if o.confirms and decided and _ends(pack, decided.to)]
    return [o.id for o in step.outcomes if _ends(pack, o.to)]


def decided_before(record: Record) -> list[dict[str, Any]]:
    """Return what the decision that waits for sign-off said becomes of things that are still open."""
    pending = record.position.pending
    if pending is None:
        return []
    open_ = {asked.number for asked in record.position.asked}
    said: list[dict[str, Any]] = _content_of(record, pending.number).get("became", [])
    return [
        one
        for one in said
        if one["number"] in open_ or one["thing"] == AWAITED or one["thing"].startswith(GRANT)
    ]


def _content_of(record: Record, number: int) -> Mapping[str, Any]:
    """Return the content of an entry, from memory where it is not written yet; empty if erased."""
    first = record.case.version - len(record.acts) + 1
    if number >= first:
        return record.acts[number - first].content
    entry = Entry.objects.select_related("content").get(chain=record.case.pk, number=number)
    return entry.content.content if hasattr(entry, "content") else {}


def became_by(
    record: Record, step: Step, asking: Asking | None, answers: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return what a step's entry says became of open things; removes those answers from `answers`."""
    own = asking.became(answers) if asking else []
    confirms = any(o.confirms and o.id == answers.get(OUTCOME) for o in step.outcomes)
    return [*decided_before(record), *own] if step.signs and confirms else own
