"""What was asked of somebody on a case, as pure functions: who may answer, and what an answer changes."""

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
    """A follow-up: which entry asked, by whom, of whom, by when.

    `of` is any stable id, empty for somebody outside; `answer_due` is by when they take it on or refuse.
    `reported` is the day of the last report, `missed` the last due day that went by before a report came.
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
        """Whether it was neither taken on nor refused yet, where that is asked."""
        return self.answer_due is not None and self.accepted is None and self.refused is None


def asked_by(number: int | None, open_: Sequence[Asked]) -> Asked | None:
    """The follow-up that the entry of this number asked for, where it has not ended."""
    return next((asked for asked in open_ if asked.number == number), None)


def obstacles(
    pack: Pack, open_: Sequence[Asked], step: Step, *, who: Collection[str], about: int | None
) -> Iterator[tuple[str, bool]]:
    """Each reason why a step that asks or answers cannot be taken, with whether it is about the person.

    `who` is the person, and the bodies for which they answer.
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
    """The follow-ups that are open after an event, and the one that it ended."""
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
    """Part open follow-ups into those that go on and those that an event ends without answering them.

    `settled` is the one that the event answered. Once another force has taken the case over, whoever was
    offered it in the force that held it before cannot take it any more.
    """
    moved = bool(settled and settled.accepted and pack.follow_up_by_id[settled.kind].gives == "force")
    offers = {one.number for one in open_ if moved and pack.follow_up_by_id[one.kind].gives != "nothing"}
    numbers = offers.union(event.ends)
    ended = tuple(
        replace(asked, ended=event.on, ended_by=event.step) for asked in open_ if asked.number in numbers
    )
    return tuple(asked for asked in open_ if asked.number not in numbers), ended


def carried(asked: Asked) -> dict[str, str]:
    """Describe an open follow-up so that it can go on, as it stands, on another case."""
    days = {name: getattr(asked, name) for name in CARRIED_DAYS}
    return {"by": asked.by, "of": asked.of} | {name: day.isoformat() for name, day in days.items() if day}


CARRIED_DAYS = ("began", "due", "answer_due", "accepted", "refused", "reported", "missed")


def _go_on(rule: FollowUp, event: Event, said: Mapping[str, str]) -> Asked:
    """The follow-up of another case, as it stood there, under the number that it has here."""
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
    """Return a follow-up after a report on it: it goes on, and the next word may be due on another day.

    A report of an earlier day than the last one changes neither.
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
