"""A pack as one HTML page for a policy lead to read, print and send: no scripts, no external resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handrail.policy import guard_words
from handrail.policy.answers import options_of
from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.diagram import draw, moves
from handrail.policy.facts import IN_WORDS
from handrail.policy.faults import Part
from handrail.policy.guards import Guard
from handrail.policy.schema.form import Condition, Kind, Question
from handrail.policy.schema.obligations import Check, Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register, Step
from handrail.policy.step_kinds.kind import is_public, kind_of
from handrail.policy.step_kinds.register_entry import register_of, steps_of

PARTLY = "local choice"
KINDS = {
    Kind.TEXT: "A short text",
    Kind.LONG_TEXT: "A text",
    Kind.DATE: "A date, not in the future",
    Kind.NUMBER: "A number",
    Kind.YES_NO: "Yes or no",
    Kind.CHOICE: "One of a list",
    Kind.CHOICES: "Any of a list",
    Kind.PERSON: "A person",
    Kind.ORGANISATION: "An organisation",
    Kind.EACH: "For each of a list",
}


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """A value that the pack sets, wholly or in part, without a national source."""

    whole: bool
    kind: str
    anchor: str
    title: str
    note: str


def show(pack: Pack) -> str:
    """Return the whole pack as one self-contained HTML page."""
    words = Words(pack)
    return (
        templates()
        .get_template("show.html")
        .render(
            pack=pack,
            diagram=draw(pack),
            local_choices=list(local_choices(pack)),
            sourced=len(list(_sourced(pack))),
            LOCAL_CHOICE=LOCAL_CHOICE,
            moves=moves,
            words=words,
        )
    )


@cache
def templates() -> Environment:
    """Return the Jinja environment of the pack pages. Cached: compiling takes longer than rendering."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "jinja2"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def local_choices(pack: Pack) -> Iterator[LocalChoice]:
    """Yield every part that rests on no national source, wholly or by its note, in the page's order."""
    for kind, anchor, title, source, note in _sourced(pack):
        whole = source == LOCAL_CHOICE
        if whole or PARTLY in note:
            yield LocalChoice(whole, kind, anchor, title, note)


def _sourced(pack: Pack) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield every part that names a source: its kind, anchor, title, source and note."""
    for stage in pack.stages:
        yield "Stage", f"stage-{stage.id}", stage.title, stage.source, stage.note
    for step in pack.steps:
        yield "Step", f"step-{step.id}", step.title, step.source, step.note
        for outcome in step.outcomes:
            title = f"{step.title}: {outcome.title}"
            yield "Outcome", f"step-{step.id}", title, outcome.source, outcome.note
    yield from _each("Form", "form", "title", pack.forms)
    yield from _each("Limit", "limit", "statement", pack.limits)
    yield from _each("Obligation", "obligation", "statement", pack.obligations)
    yield from _each("Follow-up", "follow-up", "statement", pack.follow_ups)
    yield from _each("Guard", "guard", "statement", pack.guards)
    yield from _each("Check", "check", "statement", pack.checks)
    yield from _sourced_once(pack)
    yield from _each("Card of the summary", "card", "title", pack.overview)
    yield from _each("Marking", "marking", "title", pack.markings)
    yield from _each("Register", "register", "title", pack.registers)
    yield from _each("Yearly questions", "questions", "title", pack.question_sets)
    yield from _each("List", "codes", "title", pack.code_lists)


def _each(
    kind: str, anchor: str, titled: str, parts: Sequence[Part]
) -> Iterator[tuple[str, str, str, str, str]]:
    for part in parts:
        yield kind, f"{anchor}-{part.id}", getattr(part, titled), part.source, part.note


def _sourced_once(pack: Pack) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the sourced parts of which a pack has only one."""
    yield "Access", "access", "Access that is given for a time", pack.access.source, pack.access.note
    yield "Paper", "paper", "What of a case goes onto paper", pack.paper.source, pack.paper.note
    yield "Documents", "documents", "Files on a case", pack.documents.source, pack.documents.note
    if pack.factors:
        yield "Factors", "checks", "What is done about each factor", pack.factors.source, pack.factors.note
    yield "Timeline", "chronology", "Gaps in a timeline", pack.chronology.source, pack.chronology.note
    short = pack.short_steps
    yield "Short steps", "short-steps", "Steps asked and sent on one page", short.source, short.note
    yield "Notices", "notices", "When somebody is told", pack.notices.source, pack.notices.note


@dataclass(frozen=True, slots=True)
class Words:
    """Parts of the pack in words, for the template."""

    pack: Pack

    def roles(self, step: Step) -> str:
        """Return the roles that take a step."""
        if is_public(step):
            return "Anybody"
        if set(step.by) == set(self.pack.role_titles):
            return "Every role"
        return listed([self.pack.role_titles[role] for role in step.by])

    def stages(self, step: Step) -> str:
        """Return the stages at which a step is taken."""
        if kind_of(step).opens_case:
            return "Opens a case"
        stages = [self.pack.stage_by_id[stage].title for stage in step.stages]
        register = self.pack.register_by_id.get(register_of(step) or "")
        return listed([*stages, *([f"the register “{register.title}”"] if register else [])])

    def of_register(self, register: Register) -> list[Step]:
        """Return the steps whose entries stand in a register."""
        return steps_of(self.pack, register)

    def stage(self, stage: str | None) -> str:
        """Return the title of a stage; "" for none."""
        return self.pack.stage_by_id[stage].title if stage else ""

    def titles(self, steps: Sequence[str]) -> str:
        """Return the titles of alternative steps, joined by “or”."""
        return listed([self.pack.step_by_id[step].title for step in steps], "or")

    def limits(self, step: Step) -> list[Limit]:
        """Return the limits within which a step is taken."""
        return [limit for limit in self.pack.limits if limit.step == step.id]

    def length(self, limit: Limit) -> str:
        """Return the length of a limit in words."""
        lengths = ((limit.hours, "hour"), (limit.months, "month"), (limit.working_days, "working day"))
        number, unit = next(((number, unit) for number, unit in lengths if number), (0, "hour"))
        return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

    def begins(self, limit: Limit) -> str:
        """Return in words what a limit counts from."""
        stages = [f"reaching “{self.stage(stage)}”" for stage in limit.on_stages]
        steps = [f"“{self.pack.step_by_id[step].title}”" for step in limit.after_steps]
        decided = [f"“{self._outcome(o.step, o.outcome)}”" for o in limit.after_outcomes]
        stated = ["a stated threat"] if limit.on_threat else []
        return listed(stages + steps + decided + stated, "or")

    def _outcome(self, step: str, outcome: str) -> str:
        """Return a step with one of its outcomes in words."""
        found = self.pack.step_by_id[step]
        chosen = found.outcome(outcome)
        return f"{found.title}: {chosen.title}" if chosen else found.title

    def answer(self, question: Question) -> str:
        """Return what kind of answer a question takes, in words."""
        if question.kind is Kind.DATE and question.future:
            return "A date"
        if question.kind is Kind.NUMBER and question.least is not None and question.most is not None:
            return f"A number from {question.least} to {question.most}"
        return KINDS[question.kind]

    def when(self, when: Condition, asked: Mapping[str, Question], steps: Sequence[Step]) -> str:
        """Return the condition under which a question is asked, in words."""
        if when.question == "outcome":
            outcomes = {o.id: o.title for step in steps for o in step.outcomes}
            return f"Asked when the decision is “{listed([outcomes[id_] for id_ in when.is_], 'or')}”."
        if when.fact:
            return f"{'Left out' if 'no' in when.is_ else 'Asked'} where {IN_WORDS[when.fact]}."
        question = asked[when.question or ""]
        labels = {code.id: code.label for code in options_of(self.pack)(question)}
        chosen = [labels[id_] for id_ in when.is_]
        if len(chosen) > len(labels) / 2 and len(chosen) > 3:
            others = [label for id_, label in labels.items() if id_ not in when.is_]
            return f"Asked unless “{question.label}” is “{listed(others, 'or')}”."
        return f"Asked when “{question.label}” is “{listed(chosen, 'or')}”."

    def by_id(self, questions: Sequence[Question]) -> dict[str, Question]:
        """Return sibling questions by id."""
        return {question.id: question for question in questions}

    def steps_with(self, form: str) -> list[Step]:
        """Return the steps that use a form."""
        return [step for step in self.pack.steps if step.form == form]

    def guarded(self, guard: Guard) -> list[str]:
        """Return the conditions under which a guard refuses, one line for each."""
        return list(guard_words.lines(self.pack, guard))

    def names(self, check: Check) -> list[tuple[str, str]]:
        """Return the parts that a check names: pairs of an anchor and a title."""
        found = [
            (f"step-{id_}", self.pack.step_by_id[id_].title) for id_ in (check.step, check.before) if id_
        ]
        if check.stage:
            found.append((f"stage-{check.stage}", self.stage(check.stage)))
        if check.limit:
            found.append((f"limit-{check.limit}", self.pack.limit_by_id[check.limit].title))
        if check.follow_up:
            title = self.pack.follow_up_by_id[check.follow_up].title
            found.append((f"follow-up-{check.follow_up}", title))
        found += [(f"guard-{id_}", self.pack.guard_by_id[id_].statement) for id_ in check.guards]
        return found


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return words joined as an English list."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"
