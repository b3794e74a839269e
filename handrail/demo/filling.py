"""Fill in the forms of a pack plausibly: a typed answer for every question that is asked.

Works for any form. A question with an id in `data/choices.toml` or `data/wording.toml` gets an answer from
there; any other gets one that fits its kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any

from handrail.cases.timeline.left_open import Asking
from handrail.demo import wording
from handrail.demo.data import read
from handrail.demo.shares import Choice
from handrail.policy.answers import Options, Reader, is_asked
from handrail.policy.facts import NOTHING_KNOWN, Fact, Facts
from handrail.policy.questions import beside, options_for, sections_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Meaning, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step

TYPED_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
DATE_PARTS = ("-day", "-month", "-year")
MOST_DAYS_BEFORE = 10
DAYS_AHEAD = (3, 14)
SATURDAY = 5
HALF = 0.5
BY_INPUT = {
    "text": "See what is recorded above.",
    "email": "somebody@example.org",
    "tel": "01632 960104",
    "postcode": "LS1 4CM",
}


@dataclass(slots=True)
class Scene:
    """The situation in which a form is filled in: the day, the case's topic, and fixed answers.

    `given` holds typed values by input name; an empty list leaves the question empty. `tags` narrow the
    wording, `facts` fill its braces. `known` are the facts of the case on which questions depend. Dates in
    the form lie between `since` and `on`. `asked` are optional questions that are answered anyway.
    """

    random: Random
    since: date
    on: date
    tags: frozenset[str]
    facts: Mapping[str, str]
    given: dict[str, list[str]] = field(default_factory=dict)
    known: Facts = field(default_factory=lambda: NOTHING_KNOWN)
    asked: frozenset[str] = frozenset()


class Unfit(Exception):
    """A made-up answer does not fit its form: a fault of the demonstration's data."""


class Clerk:
    """Fills in and reads the forms of one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._sections: dict[str, tuple[Section, ...]] = {}
        self._codes: dict[tuple[str, ...], Sequence[Code]] = {}

    def fill(
        self, step: Step, scene: Scene, others: Options, left: Asking | None = None
    ) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Return the typed form of a step, and the answers read from it. Raises Unfit.

        `left` adds the questions on what is still open on a case that the step may end.
        """
        sections = (*self._sections_of(step), *(left.sections if left else ()))
        options = beside(self._options_of(step, others, scene.known), left.choices if left else {})
        typed: dict[str, list[str]] = {}
        form = step.form or ""
        for section in sections:
            if is_asked(section.when, typed, facts=scene.known):
                _Filler(scene, options, form, typed).fill(section.questions, "", scene.tags)
        reading = Reader(options, scene.on, scene.known).read(sections, typed)
        if reading.errors:
            raise Unfit(f"{step.id}: {reading.errors}")
        return typed, reading.answers

    def _sections_of(self, step: Step) -> tuple[Section, ...]:
        if step.id not in self._sections:
            self._sections[step.id] = sections_of(self.pack, step)
        return self._sections[step.id]

    def _options_of(self, step: Step, others: Options, known: Facts) -> Options:
        """Return the choices of a step's questions; choices that do not depend on the case are cached.

        A pack may offer some codes only where a referrer has an account.
        """
        own = options_for(self.pack, step, others, known)

        def options(question: Question) -> Sequence[Code]:
            if question.kind in {Kind.PERSON, Kind.ORGANISATION}:
                return others(question)
            if question.among:
                return own(question)
            key = (step.id, question.codes or question.id, *known.get(Fact.REFERRERS_WITH_ACCOUNT, ()))
            if key not in self._codes:
                self._codes[key] = own(question)
            return self._codes[key]

        return options


@dataclass(frozen=True, slots=True)
class _Filler:
    scene: Scene
    options: Options
    form: str
    typed: dict[str, list[str]]

    def fill(self, questions: Sequence[Question], prefix: str, tags: frozenset[str]) -> None:
        """Type an answer to each of these questions that is asked. `prefix` is that of an item of a list."""
        for question in questions:
            if not is_asked(question.when, self.typed, prefix, self.scene.known):
                continue
            name, key = prefix + question.id, _plain(prefix) + question.id
            if question.kind is Kind.EACH:
                for item in self.options(question):
                    self.fill(question.ask, f"{name}.{item.id}.", tags | {item.id})
            elif name in self.scene.given:
                self.typed[name] = self.scene.given[name]
            elif f"{name}-day" in self.scene.given:
                self.typed.update({name + part: self.scene.given[name + part] for part in DATE_PARTS})
            elif (
                question.required or name in self.scene.asked or self._cares_to_answer(question, key, prefix)
            ):
                self.typed.update(self._answer(question, key, prefix, tags))

    def _cares_to_answer(self, question: Question, key: str, prefix: str) -> bool:
        """Return whether an optional question is answered."""
        if question.means is Meaning.HAPPENED_ON:
            return False
        only_if = read("choices")["only_if"].get(key, {})
        fits = all(self.typed.get(prefix + other) == [answer] for other, answer in only_if.items())
        return fits and self.scene.random.random() < _asked(key)

    def _answer(
        self, question: Question, key: str, prefix: str, tags: frozenset[str]
    ) -> dict[str, list[str]]:
        scene, name = self.scene, prefix + question.id
        if question.kind is Kind.DATE and question.future:
            return typed_date(name, _weekday(scene.on + timedelta(days=scene.random.randint(*DAYS_AHEAD))))
        if question.kind is Kind.DATE:
            days = scene.random.randint(0, max(0, (scene.on - scene.since).days))
            return typed_date(name, scene.on - timedelta(days=min(days, MOST_DAYS_BEFORE)))
        if question.kind is Kind.NUMBER:
            least = question.least or 0
            return {name: [str(scene.random.randint(least, question.most or least + 10))]}
        if question.kind in TYPED_TEXT:
            return {name: [self._text(question, key, prefix, tags)]}
        return {name: self._choose(question, key, tags)}

    def _choose(self, question: Question, key: str, tags: frozenset[str]) -> list[str]:
        random, weights = self.scene.random, _weights(key, tags)
        codes = [code.id for code in self.options(question)]
        if question.kind is not Kind.CHOICES:
            drawn = weights.draw(random) if weights else ""
            return [drawn if drawn in codes else random.choice(codes)]
        likely = dict(zip(weights.items, _differences(weights.sums), strict=True)) if weights else {}
        chosen = [code for code in codes if random.random() < likely.get(code, 0 if weights else HALF)]
        return chosen or (codes[-1:] if question.required else [])

    def _text(self, question: Question, key: str, prefix: str, tags: frozenset[str]) -> str:
        scene = self.scene
        for rule in (self._rule_by_answer(key, prefix), f"{self.form}/{key}", key, question.id):
            if rule and wording.has_rule(rule):
                return wording.write(scene.random, rule, tags, scene.facts)
        return BY_INPUT[question.input]

    def _rule_by_answer(self, key: str, prefix: str) -> str:
        """Return the wording rule, where it depends on the answer to an earlier question."""
        for answered, rule in read("choices")["rules"].get(key, {}).items():
            other, _, answer = answered.partition("=")
            if self.typed.get(prefix + other) == [answer]:
                return str(rule)
        return ""


def typed_date(name: str, day: date) -> dict[str, list[str]]:
    """Return a date as it is typed into a form."""
    return {f"{name}-day": [str(day.day)], f"{name}-month": [str(day.month)], f"{name}-year": [str(day.year)]}


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


@cache
def _plain(prefix: str) -> str:
    """Return the prefix of a list item without the item: `systems.pnc.` becomes `systems.`."""
    return f"{prefix.partition('.')[0]}." if prefix else ""


@cache
def _asked(key: str) -> float:
    return float(read("choices")["asked"].get(key, HALF))


@lru_cache(maxsize=20_000)
def _weights(key: str, tags: frozenset[str]) -> Choice | None:
    weights: dict[str, dict[str, float]] = read("choices")["weights"]
    narrowed = next((weights[f"{key}@{tag}"] for tag in sorted(tags) if f"{key}@{tag}" in weights), None)
    found = narrowed or weights.get(key)
    return Choice.of(found) if found else None


def _differences(sums: Sequence[float]) -> list[float]:
    return [after - before for before, after in zip((0.0, *sums), sums, strict=False)]
