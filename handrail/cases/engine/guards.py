"""Guards on a case: whether an entry, or a decision that waits for sign-off, contradicts the record.

A guard ignores entries above the user's vetting, so that no refusal discloses one. The checks over recorded
entries read everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, cast

from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.ledger.record import Act
from handrail.policy.answers import first_part
from handrail.policy.clock import add_months
from handrail.policy.guards import Age, Earlier, Entered, Guard, broken
from handrail.policy.questions import meanings
from handrail.policy.schema.form import OUTCOME, Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.subjects.details import Detail, DetailKind
from handrail.written.days import ages, whole_day

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class CaseBefore:
    """State of a case before an entry, as guards read it; `acts` are folded but not written yet.

    `besides` is the number of an entry to ignore: the one being guarded. `said` is what its answers mean; it
    describes the subject of a case that is not opened yet.
    """

    case: Case
    acts: Sequence[Act] = ()
    besides: int | None = None
    said: Mapping[Meaning, Any] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """Current stage of the case."""
        return self.case.stage_id

    @property
    def since(self) -> date | None:
        """Day on which the case reached its stage."""
        return self.case.stage_since

    @property
    def opened(self) -> date | None:
        """Day on which the case was opened."""
        return self.case.opened_on

    @property
    def here(self) -> frozenset[str]:
        """Steps taken since the case reached its stage."""
        return frozenset(self.case.taken_here)

    @cached_property
    def entries(self) -> Sequence[Earlier]:
        """Earlier entries, in order."""
        number = self.case.version - len(self.acts)
        stored = _stored(self.case, self.besides) if number else []
        held = [
            Earlier(act.act, act.stage, act.content["answers"])
            for place, act in enumerate(self.acts, number + 1)
            if place != self.besides
        ]
        return [*stored, *held]

    @property
    def born(self) -> date | None:
        """Date of birth of the subject as last learnt; None where only a part of it is known."""
        return whole_day(self._born)

    def age(self, on: date) -> Age:
        """Return the age of the subject on a day, as a number or a range; None where nothing is known."""
        if self._born:
            least, most = ages(self._born, on)
            return least if least == most else (least, most)
        if self._is_opening:
            return cast("int | None", self.said.get(Meaning.APPROXIMATE_AGE))
        subject = self.case.subject if self.case.subject_id else None
        about = subject.approximate_age if subject else None
        if about is None or self.opened is None:
            return about
        return about + max(on.year - self.opened.year - ((on.month, on.day) < _day(self.opened)), 0)

    @property
    def _is_opening(self) -> bool:
        """Whether the entry opens the case, so that only its own answers describe the subject."""
        return not self.case.subject_id and self.case.subject is None

    @cached_property
    def _born(self) -> str:
        """Date of birth as last learnt, like 2009-03-27, or its known part."""
        if self._is_opening:
            return str(self.said.get(Meaning.DATE_OF_BIRTH, ""))
        subject = self.case.subject
        return self._newest_detail(DetailKind.DATE_OF_BIRTH, "born") or (subject.born if subject else "")

    def _newest_detail(self, kind: DetailKind, part: str) -> str:
        """Return a part of the newest detail of a kind that was not marked wrong; empty without one."""
        if not self.case.version - len(self.acts):
            return ""
        known = Detail.objects.filter(subject=self.case.subject_id, kind=kind.value, wrong_by=None)
        last = known.order_by("-number").first()
        return str(last.what.get(part, "")) if last else ""


def _day(day: date) -> tuple[int, int]:
    return day.month, day.day


def _stored(case: Case, besides: int | None) -> list[Earlier]:
    entries = Entry.objects.filter(chain=case.pk).exclude(number=besides or 0)
    found = entries.order_by("number").select_related("content")
    return [Earlier(entry.act, entry.stage, _answers_of(entry)) for entry in found]


def _answers_of(entry: Entry) -> Answers:
    """Return the answers of an entry; none where they are withheld from the user."""
    answers: Answers = entry.content.content.get("answers", {}) if hasattr(entry, "content") else {}
    return answers


def guard(
    pack: Pack, case: Case, step: Step, outcome: str | None, answers: Answers, on: date, acts: Sequence[Act]
) -> None:
    """Refuse an entry that contradicts itself or the record before it.

    Raises InvalidAnswers with a message for each question to correct, or NotNow where the step itself is
    refused.
    """
    refused = refusals(pack, case, step, outcome, answers, on, acts)
    if "" in refused:
        raise NotNow(refused[""])
    if refused:
        raise InvalidAnswers(refused)


def refusals(
    pack: Pack,
    case: Case,
    step: Step,
    outcome: str | None,
    answers: Answers,
    on: date,
    acts: Sequence[Act] = (),
    *,
    only_answered: bool = False,
) -> dict[str, str]:
    """Return why an entry is refused, by input; the key "" is for the step as a whole.

    With `only_answered` a guard counts only if all its questions are answered, as while a form is being
    filled in.
    """
    found: dict[str, str] = {}
    before = CaseBefore(case, acts, said=meanings(pack.form_of(step), answers))
    for guard in broken(pack.guards_of(step), Entered(step.id, outcome, answers, on), before):
        if not only_answered or guard.is_answered(answers):
            found.setdefault(_input(pack, step, guard.place(answers)), message_of(guard, before))
    chosen = step.outcome(outcome)
    if step.signs and chosen and chosen.confirms:
        message = _refusal_of_decided(pack, case, on, acts)
        found |= {OUTCOME: message} if message else {}
    return found


def known_beforehand(pack: Pack, case: Case, step: Step, today: date, acts: Sequence[Act] = ()) -> str:
    """Return why a step is refused whatever the answers; empty where it is not."""
    guards = [guard for guard in pack.guards_of(step) if guard.known_beforehand]
    before = CaseBefore(case, acts)
    found = broken(guards, Entered(step.id, None, {}, today), before)
    return message_of(found[0], before) if found else ""


def message_of(guard: Guard, before: CaseBefore) -> str:
    """Return the message for a broken guard, with the day from which the step is possible."""
    if guard.sooner_than_months is None or before.since is None:
        return guard.refusal
    day = add_months(before.since, guard.sooner_than_months)
    return f"{guard.refusal} It is possible from {day:%-d %B %Y} on."


def _refusal_of_decided(pack: Pack, case: Case, on: date, acts: Sequence[Act]) -> str:
    """Return why a pending decision cannot be signed off as the case is now; empty where it can."""
    step = pack.step_by_id.get(case.pending_step)
    guards = pack.guards_of(step) if step else []
    if step is None or not guards or case.pending_number is None:
        return ""
    before = CaseBefore(case, acts, case.pending_number)
    decided = _decided(case, acts, case.pending_number)
    found = broken(guards, Entered(step.id, case.pending_outcome, decided, on), before)
    return f"You cannot agree to this. {message_of(found[0], before)}" if found else ""


def _decided(case: Case, acts: Sequence[Act], number: int) -> Answers:
    """Return the answers of an entry by its number, written or still in `acts`."""
    place = number - (case.version - len(acts)) - 1
    if place >= 0:
        answers: Answers = acts[place].content["answers"]
        return answers
    entry = Entry.objects.filter(chain=case.pk, number=number).select_related("content").first()
    return _answers_of(entry) if entry else {}


def _input(pack: Pack, step: Step, place: str) -> str:
    """Return the name of the input at which a message about a question is shown."""
    form = pack.form_of(step)
    question = form.questions.get(place) if form else None
    return place + first_part(question) if question else place
