"""Follow-ups of a case as pure functions: who may answer, and what an answer changes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handrail.policy.clock import add_working_days
from handrail.policy.event import Event
from handrail.policy.schema.obligations import FollowUp
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow-up: the entry that asked, the asker, the assignee, the due day.

    `of` is the assignee, as any stable id; empty for somebody outside. `answer_due` is the day by which the
    assignee accepts or refuses. `reported` is the day of the last report; `missed` is the last due day that
    passed without a report.
    """

    kind: str
    number: int
    by: str
    of: str
    began: date
    due: date | None
    answer_due: date | None = None
    accepted: date | None = None
    refused: date | None = None
    reported: date | None = None
    missed: date | None = None
    ended: date | None = None
    ended_by: str = ""

    @property
    def waits_for_answer(self) -> bool:
        """Whether the assignee has neither accepted nor refused, where the follow-up asks for that."""
        return self.answer_due is not None and self.accepted is None and self.refused is None


def asked_by(number: int | None, open_: Sequence[Asked]) -> Asked | None:
    """Return the open follow-up that the entry `number` asked for; None where it has ended."""
    return next((asked for asked in open_ if asked.number == number), None)


def obstacles(
    pack: Pack, open_: Sequence[Asked], step: Step, *, who: Collection[str], about: int | None
) -> Iterator[tuple[str, bool]]:
    """Yield each reason why a step that asks or answers is refused, and whether it concerns the person.

    `who` holds the person and the bodies for which they answer.
    """
    asking, answering = pack.asking.get(step.id), pack.answering.get(step.id)
    if asking and asking.one_at_a_time and any(asked.kind == asking.id for asked in open_):
        yield f"“{asking.title}” is asked for already. It has to be answered or withdrawn first.", False
    if answering is None:
        return
    asked = asked_by(about, open_)
    if asked is None or asked.kind != answering.id:
        yield f"This answers “{answering.title}”, and the one that it names is not open on this case.", False
    elif step.id in {answering.accepted_by, answering.refused_by}:
        if asked.of and asked.of not in who:
            yield "Somebody else was asked, so it is theirs to answer.", True
        if not asked.waits_for_answer:
            yield "It has been answered already.", False


def after(pack: Pack, open_: Sequence[Asked], event: Event) -> tuple[tuple[Asked, ...], Asked | None]:
    """Return the follow-ups that are open after an event, and the one that the event ended."""
    answering = pack.answering.get(event.step)
    if answering:
        return _after_answer(pack, answering, open_, event)
    asking = pack.asking.get(event.step)
    if asking is None:
        return tuple(open_), None
    new = _go_on(asking, event, event.carried) if event.carried else _ask(pack, asking, event)
    return (*open_, new), None


def ended_beside(
    pack: Pack, open_: Sequence[Asked], event: Event, settled: Asked | None
) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    """Split open follow-ups into two groups: still open, and ended by an event without an answer.

    `settled` is the follow-up that the event answered. Once a force has accepted the case, other offers of
    the case end.
    """
    moved = bool(settled and settled.accepted and pack.follow_up_by_id[settled.kind].gives == "force")
    offers = {one.number for one in open_ if moved and pack.follow_up_by_id[one.kind].gives != "nothing"}
    numbers = offers.union(event.ends)
    ended = tuple(
        replace(asked, ended=event.on, ended_by=event.step) for asked in open_ if asked.number in numbers
    )
    return tuple(asked for asked in open_ if asked.number not in numbers), ended


def carried(asked: Asked) -> dict[str, str]:
    """Describe an open follow-up so that it can continue unchanged on another case."""
    days = {name: getattr(asked, name) for name in CARRIED_DAYS}
    return {"by": asked.by, "of": asked.of} | {name: day.isoformat() for name, day in days.items() if day}


CARRIED_DAYS = ("began", "due", "answer_due", "accepted", "refused", "reported", "missed")


def _go_on(rule: FollowUp, event: Event, said: Mapping[str, str]) -> Asked:
    """Return a follow-up carried over from another case, under the entry number it has on this case."""
    days = {name: date.fromisoformat(said[name]) if name in said else None for name in CARRIED_DAYS}
    began = days.pop("began") or event.on
    return Asked(rule.id, event.number, said["by"], said["of"], began, **days)  # type: ignore[arg-type]


def _after_answer(
    pack: Pack, rule: FollowUp, open_: Sequence[Asked], event: Event
) -> tuple[tuple[Asked, ...], Asked | None]:
    before = asked_by(event.about, open_)
    if before is None:
        return tuple(open_), None
    now = _answered(pack, rule, before, event)
    others = [asked for asked in open_ if asked is not before]
    if now.ended:
        return tuple(others), now
    return tuple(now if asked is before else asked for asked in open_), None


def _ask(pack: Pack, rule: FollowUp, event: Event) -> Asked:
    days, answer = rule.working_days, rule.answer_working_days
    due = event.until or (add_working_days(event.on, days, pack.calendar) if days else None)
    answer_due = add_working_days(event.on, answer, pack.calendar) if answer else None
    return Asked(rule.id, event.number, event.by, event.asked, event.on, due, answer_due)


def _answered(pack: Pack, rule: FollowUp, asked: Asked, event: Event) -> Asked:
    if event.step == rule.passed_on_by:
        again = _ask(pack, rule, event)
        return replace(again, number=asked.number, began=asked.began, due=event.until or asked.due)
    if event.step in rule.reported_by:
        return _reported(pack, rule, asked, event)
    ended = replace(asked, ended=event.on, ended_by=event.step)
    if event.step == rule.accepted_by:
        return replace(asked if rule.gives == "nothing" else ended, accepted=event.on)
    if event.step == rule.refused_by:
        return replace(ended if rule.refusal_ends else asked, refused=event.on)
    return ended


def _reported(pack: Pack, rule: FollowUp, asked: Asked, event: Event) -> Asked:
    """Return a follow-up after a report on it; it goes on, and the next report may be due on another day.

    A report dated before the last one changes neither.
    """
    if asked.reported and event.on < asked.reported:
        return asked
    days = rule.report_working_days
    following = add_working_days(event.on, days, pack.calendar) if days else asked.due
    is_late = asked.due is not None and event.on > asked.due
    return replace(
        asked,
        reported=event.on,
        missed=asked.due if is_late else asked.missed,
        due=event.until or following,
    )
