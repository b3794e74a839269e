"""What changed from one pack to another: one sentence for each change, in reading order.

Every field of every part is compared, so a change without a sentence of its own is reported too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from handrail.policy.diff_words import (
    BY_REFERENCE,
    GROUPS,
    ORIGINS,
    SOURCES,
    Change,
    counted,
    field_in_words,
    longer,
    reference,
    titled,
)
from handrail.policy.schema.form import Form, Question, Section
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage, Step
from handrail.policy.show import Words, listed
from handrail.policy.step_kinds.kind import kind_of

Parts = Sequence[BaseModel]
LENGTH = frozenset({"working_days", "months", "hours"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the section that asks it, so that a move to another section shows as a change."""

    question: Question
    section: Section


def differences(older: Pack, newer: Pack) -> list[Change]:
    """Return every change from the older pack to the newer; empty when they do not differ."""
    comparison = _Comparison(older, newer)
    found = [change for name in _order() for change in comparison.of_field(name)]
    return [c for c in found if c.group != SOURCES] + [c for c in found if c.group == SOURCES]


def grouped(changes: Iterable[Change]) -> list[tuple[str, list[tuple[str, list[Change]]]]]:
    """Return the changes by heading: for each group its parts, and for each part its changes."""
    groups = []
    for group, inside in groupby(changes, key=lambda change: change.group):
        parts = [(about, list(own)) for about, own in groupby(inside, key=lambda change: change.about)]
        groups.append((group, parts))
    return groups


def _order() -> list[str]:
    """Return the fields of a pack, those with a place in the reading order first."""
    known = Pack.model_fields
    return [*(name for name in GROUPS if name in known), *(name for name in known if name not in GROUPS)]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two packs side by side."""

    older: Pack
    newer: Pack

    def of_field(self, name: str) -> Iterator[Change]:
        """Yield the changes in one field of the packs."""
        group = GROUPS.get(name, name.replace("_", " ").capitalize())
        was, now = getattr(self.older, name), getattr(self.newer, name)
        if was == now:
            return
        if _have_ids(was) and _have_ids(now):
            yield from self.of_parts(group, was, now)
        elif was is None and isinstance(now, BaseModel):
            yield Change(group, group, "New.")
        elif now is None and isinstance(was, BaseModel):
            yield Change(group, group, "There is no such part any more.")
        elif isinstance(was, BaseModel):
            yield from self.inside(group, group, was, now)
        elif isinstance(was, dict):
            yield from _of_words(group, was, now)
        else:
            yield self.field(group, group, name, was, now)

    def of_parts(self, group: str, was: Parts, now: Parts) -> Iterator[Change]:
        """Yield the parts of a list that are new, gone or changed, and whether the order changed."""
        before, after = _by_id(was), _by_id(now)
        for id_, part in after.items():
            if id_ not in before:
                yield Change(group, titled(part), f"New. {self.described(part, self.newer)}".strip())
            elif before[id_] != part:
                yield from self.inside(group, titled(part), before[id_], part)
        for id_, part in before.items():
            if id_ not in after:
                yield Change(group, titled(part), "There is no such part any more.")
        if _reordered(before, after):
            yield Change(group, group, "They stand in another order.")

    def inside(self, group: str, about: str, was: BaseModel, now: BaseModel) -> Iterator[Change]:
        """Yield the changes inside one part."""
        if isinstance(was, Form) and isinstance(now, Form):
            yield from self.of_questions(group, about, was, now)
        for name in sorted(type(now).model_fields, key=lambda name: name not in LENGTH):
            before, after = getattr(was, name), getattr(now, name)
            if before == after or name == "sections":
                continue
            if name in {"codes", "outcomes", "ask"} and _have_ids(before or after):
                yield from self.of_inner(group, about, name, before, after)
            elif name in LENGTH and isinstance(was, Limit) and isinstance(now, Limit):
                yield from self.of_length(group, about, name, was, now)
            elif name == "stages" and isinstance(was, Step):
                yield from self.of_stages(group, about, before, after)
            elif name in ORIGINS:
                where = f"{group}: {about}"
                yield self.field(SOURCES, where, name, before, after)
            else:
                yield self.field(group, about, name, before, after)

    def of_inner(self, group: str, about: str, name: str, was: Parts, now: Parts) -> Iterator[Change]:
        """Yield the changes in a list inside a part: the outcomes of a step, the codes of a list."""
        before, after = _by_id(was), _by_id(now)
        what = {"codes": "answer", "outcomes": "outcome", "ask": "question"}[name]
        added = [self._with_description(part) for id_, part in after.items() if id_ not in before]
        gone = [f"“{titled(part)}”" for id_, part in before.items() if id_ not in after]
        yield from _new_and_gone(group, about, what, added, gone)
        for id_, part in after.items():
            if id_ in before and before[id_] != part:
                for change in self.inside(group, about, before[id_], part):
                    yield _within(what.capitalize(), titled(before[id_]), change)
        if _reordered(before, after):
            yield Change(group, about, f"Its {what}s stand in another order.")

    def of_questions(self, group: str, about: str, was: Form, now: Form) -> Iterator[Change]:
        """Yield the changes in a form's questions, whichever section asks them."""
        before, after = _asked(was), _asked(now)
        added = [f"“{a.question.label}”" for id_, a in after.items() if id_ not in before]
        gone = [f"“{a.question.label}”" for id_, a in before.items() if id_ not in after]
        yield from _new_and_gone(group, about, "question", added, gone)
        for id_, asked in after.items():
            if id_ in before:
                yield from self.of_question(group, about, before[id_], asked)
                yield from self.of_condition(group, about, (was, now), before[id_].question, asked.question)
        yield from self.of_sections(group, about, was, now)
        if _reordered(before, after):
            yield Change(group, about, "Its questions are asked in another order.")

    def of_question(self, group: str, about: str, was: Asked, now: Asked) -> Iterator[Change]:
        """Yield the changes in one question."""
        label = was.question.label
        if was.section.id != now.section.id:
            yield Change(group, about, f"“{label}” is now asked under “{now.section.title}”.")
        if label != now.question.label:
            yield Change(group, about, f"“{label}” is now asked as “{now.question.label}”.")
        same = now.question.model_copy(update={"label": label, "when": was.question.when})
        for change in self.inside(group, about, was.question, same):
            yield replace(change, says=f"“{label}”: {_lower(change.says)}")

    def of_condition(
        self, group: str, about: str, forms: tuple[Form, Form], was: Question, now: Question
    ) -> Iterator[Change]:
        """Yield when a question is asked now, and when it was asked before."""
        if was.when != now.when:
            before, after = (
                self._asked_when(self.older, forms[0], was),
                self._asked_when(self.newer, forms[1], now),
            )
            yield Change(group, about, f"“{was.label}”: asked at another time.", before, after)

    def _asked_when(self, pack: Pack, form: Form, question: Question) -> str:
        if question.when is None:
            return "Always asked."
        words = Words(pack)
        return words.when(question.when, form.questions, words.steps_with(form.id))

    def of_sections(self, group: str, about: str, was: Form, now: Form) -> Iterator[Change]:
        """Yield the changes in the sections themselves, without their questions."""
        before = {section.id: section for section in was.sections}
        after = {section.id: section for section in now.sections}
        names = [name for name in Section.model_fields if name != "questions"]
        for id_ in [id_ for id_ in after if id_ in before]:
            for name in names:
                one, other = getattr(before[id_], name), getattr(after[id_], name)
                if one != other:
                    change = self.field(group, about, name, one, other)
                    yield _within("Section", before[id_].title, change)
        added = [f"“{s.title}”" for s in now.sections if s.id not in before]
        gone = [f"“{s.title}”" for s in was.sections if s.id not in after]
        yield from _new_and_gone(group, about, "section", added, gone)
        if _reordered(before, after):
            yield Change(group, about, "Its sections stand in another order.")

    def of_length(self, group: str, about: str, name: str, was: Limit, now: Limit) -> Iterator[Change]:
        """Yield how long something may take now; one change also where days became months."""
        earlier = {"months": ("working_days",), "hours": ("working_days", "months")}.get(name, ())
        if any(getattr(was, unit) != getattr(now, unit) for unit in earlier):
            return
        before, after = Words(self.older).length(was), Words(self.newer).length(now)
        which = longer(was, now)
        yield Change(group, about, f"Now within {after} instead of {before}{f': {which}' if which else ''}.")

    def of_stages(self, group: str, about: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
        """Yield where a step is taken now; a new or removed stage reports that itself, for all its steps."""
        told = self.older.stage_by_id.keys() ^ self.newer.stage_by_id.keys()
        before = tuple(id_ for id_ in was if id_ not in told)
        after = tuple(id_ for id_ in now if id_ not in told)
        if before != after:
            yield self.field(group, about, "stages", before, after)

    def field(self, group: str, about: str, name: str, was: Any, now: Any) -> Change:
        """Return one changed field in words; each named part has the title from its own pack."""
        if name in BY_REFERENCE and isinstance(now or was, tuple):
            return Change(group, about, self._more_and_fewer(name, was, now))
        if name in BY_REFERENCE:
            was, now = reference(self.older, name, was), reference(self.newer, name, now)
        return field_in_words(group, about, name, was, now)

    def _more_and_fewer(self, name: str, was: Sequence[str], now: Sequence[str]) -> str:
        """Return which names were added to a list of names, and which were removed."""
        more = [reference(self.newer, name, id_) for id_ in now if id_ not in was]
        fewer = [reference(self.older, name, id_) for id_ in was if id_ not in now]
        said = [f"now also {listed(more)}"] if more else []
        said += [f"no longer {listed(fewer)}"] if fewer else []
        return f"{BY_REFERENCE[name]}: {'; '.join(said) or 'in another order'}."

    def _with_description(self, part: BaseModel) -> str:
        described = self.described(part, self.newer).rstrip(".")
        return f"“{titled(part)}”" + (f" ({_lower(described)})" if described else "")

    def described(self, part: BaseModel, pack: Pack) -> str:
        """Return a few words on a new part."""
        describe = DESCRIBED.get(type(part).__name__)
        described = describe(part, pack) if describe else ""
        return "" if described == titled(part) else described


def _of_stage(stage: Stage, pack: Pack) -> str:
    taken = [f"“{step.title}”" for step in pack.steps if stage.id in step.stages]
    return f"{stage.description} What is done there: {listed(taken)}."


def _of_step(step: Step, pack: Pack) -> str:
    words = Words(pack)
    where = "It opens a case" if kind_of(step).opens_case else f"Where: {words.stages(step)}"
    leads = {reference(pack, "to", to) for to in (step.to, *(o.to for o in step.outcomes)) if to}
    on = f" It can lead to {listed(sorted(leads), 'or')}." if leads else ""
    return f"Taken by: {words.roles(step)}. {where}.{on}"


def _of_outcome(outcome: Any, pack: Pack) -> str:
    said = [f"leads to “{pack.stage_by_id[outcome.to].title}”"] if outcome.to else []
    said += ["signed off by another person"] if outcome.signed_off else []
    return ", ".join(said)


DESCRIBED: dict[str, Callable[[Any, Pack], str]] = {
    "Stage": _of_stage,
    "Step": _of_step,
    "Outcome": _of_outcome,
    "Limit": lambda limit, pack: limit.statement,
    "Check": lambda check, pack: check.statement,
    "Guard": lambda guard, pack: guard.refusal,
    "CodeList": lambda codes, pack: f"Its answers: {listed([code.label for code in codes.codes])}.",
    "Form": lambda form, pack: f"It asks {counted(len(form.questions), 'question')}.",
    "CodeMapping": lambda mapping, pack: mapping.note,
    "Marking": lambda marking, pack: marking.handling,
    "Source": lambda source, pack: source.where,
}


def _of_words(group: str, was: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    for name in [*now, *(name for name in was if name not in now)]:
        if was.get(name) == now.get(name):
            continue
        if name not in was:
            yield Change(group, group, f"“{now[name]}” is new, for “{name}”.")
        elif name not in now:
            yield Change(group, group, f"“{was[name]}”, for “{name}”, is gone.")
        else:
            yield Change(group, group, f"“{now[name]}” instead of “{was[name]}”.")


def _new_and_gone(
    group: str, about: str, what: str, added: Sequence[str], gone: Sequence[str]
) -> Iterator[Change]:
    for names, end in ((added, "new"), (gone, "gone")):
        if names:
            verb = "is" if len(names) == 1 else "are"
            count = counted(len(names), what)
            yield Change(group, about, f"{count[:1].upper()}{count[1:]} {verb} {end}: {listed(names)}.")


def _asked(form: Form) -> dict[str, Asked]:
    return {q.id: Asked(q, section) for section in form.sections for q in section.questions}


def _have_ids(value: Any) -> bool:
    """Return whether a value is a list of parts with ids; an empty list counts."""
    return isinstance(value, tuple) and all(
        isinstance(part, BaseModel) and hasattr(part, "id") for part in value
    )


def _by_id(parts: Parts) -> dict[str, Any]:
    return {part.id: part for part in parts}  # type: ignore[attr-defined]


def _reordered(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return [id_ for id_ in before if id_ in after] != [id_ for id_ in after if id_ in before]


def _within(what: str, title: str, change: Change) -> Change:
    """Return a change in a nested part, with the nested part's earlier title named once."""
    says = _lower(change.says).replace(f" instead of “{title}”", "")
    return replace(change, says=f"{what} “{title}”: {says}")


def _lower(text: str) -> str:
    """Return the text with a small first letter, to continue a sentence, unless it begins with a name."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[:2] == "A " else text
