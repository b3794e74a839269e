"""Filling in the forms of a pack as their readers would: what is typed for every question that is asked.

Works for any form. A question whose id `data/choices.toml` or `data/wording.toml` knows gets an answer made for it;
any other gets one that fits its kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any

from handrail.demo import wording
from handrail.demo.data import read
from handrail.demo.shares import Choice
from handrail.policy.answers import Options, Reader, is_asked
from handrail.policy.questions import options_for, sections_of
from handrail.policy.schema import Code, Kind, Meaning, Pack, Question, Section, Step

TYPED_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
HALF = 0.5
BY_INPUT = {
    "text": "See what is recorded above.",
    "email": "somebody@example.org",
    "tel": "01632 960104",
    "postcode": "LS1 4CM",
}


@dataclass(slots=True)
class Scene:
    """What the writer of a form has in mind: the day, what the case is about, and answers that are settled.

    `given` holds what is typed, by input name; an empty list leaves the question empty. `tags` narrow the wording,
    `facts` fill its braces.
    """

    random: Random
    on: date
    tags: frozenset[str]
    facts: Mapping[str, str]
    given: dict[str, list[str]] = field(default_factory=dict)


class Unfit(Exception):
    """A made-up answer does not fit its form: a fault of the demonstration's data."""


class Clerk:
    """Fills in and reads the forms of one pack."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._sections: dict[str, tuple[Section, ...]] = {}
        self._codes: dict[tuple[str, str], Sequence[Code]] = {}

    def fill(self, step: Step, scene: Scene, others: Options) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """What is typed into the form of a step, and the answers that are read from it. Raises Unfit."""
        sections = self._sections_of(step)
        options = self._options_of(step, others)
        typed: dict[str, list[str]] = {}
        form = step.form or ""
        for section in sections:
            if is_asked(section.when, typed):
                _Filler(scene, options, form, typed).fill(section.questions, "", scene.tags)
        reading = Reader(options, scene.on).read(sections, typed)
        if reading.errors:
            raise Unfit(f"{step.id}: {reading.errors}")
        return typed, reading.answers

    def _sections_of(self, step: Step) -> tuple[Section, ...]:
        if step.id not in self._sections:
            self._sections[step.id] = sections_of(self.pack, step)
        return self._sections[step.id]

    def _options_of(self, step: Step, others: Options) -> Options:
        """The choices of a step's questions; those that the pack gives are looked up once."""
        own = options_for(self.pack, step, others)

        def options(question: Question) -> Sequence[Code]:
            if question.kind in {Kind.PERSON, Kind.ORGANISATION}:
                return others(question)
            key = (step.id, question.codes or question.id)
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
            if not is_asked(question.when, self.typed, prefix):
                continue
            name = prefix + question.id
            if question.kind is Kind.EACH:
                for item in self.options(question):
                    self.fill(question.ask, f"{name}.{item.id}.", tags | {item.id})
            elif name in self.scene.given:
                self.typed[name] = self.scene.given[name]
            elif question.kind is Kind.DATE:
                self._type_date(question, name)
            elif question.required or self.scene.random.random() < _asked(_plain(prefix) + question.id):
                self.typed[name] = self._answer(question, _plain(prefix) + question.id, tags)
            tags = self._with_outcome(question, name, tags)

    def _with_outcome(self, question: Question, name: str, tags: frozenset[str]) -> frozenset[str]:
        """What is decided colours the reason that is given for it."""
        return tags | set(self.typed.get(name, ())) if question.id == "outcome" else tags

    def _type_date(self, question: Question, name: str) -> None:
        if f"{name}-day" in self.scene.given:
            for part in ("-day", "-month", "-year"):
                self.typed[name + part] = self.scene.given[name + part]
        elif question.required or (
            question.means is not Meaning.HAPPENED_ON and self.scene.random.random() < _asked(question.id)
        ):
            self.typed.update(typed_date(name, self.scene.on - timedelta(days=self.scene.random.randrange(3))))

    def _answer(self, question: Question, key: str, tags: frozenset[str]) -> list[str]:
        random = self.scene.random
        if question.kind in TYPED_TEXT:
            return [self._text(question, key, tags)]
        if question.kind is Kind.NUMBER:
            return [str(random.randint(question.least or 0, question.most or (question.least or 0) + 10))]
        weights = _weights(key, tags)
        codes = [code.id for code in self.options(question)]
        if question.kind is Kind.CHOICES:
            chosen = [code for code in codes if random.random() < (weights or {}).get(code, 0 if weights else HALF)]
            return chosen or [codes[-1]]
        return [Choice.of(weights).draw(random) if weights else random.choice(codes)]

    def _text(self, question: Question, key: str, tags: frozenset[str]) -> str:
        scene = self.scene
        for rule in (f"{self.form}/{key}", key, question.id):
            if wording.has_rule(rule):
                return wording.write(scene.random, rule, tags, scene.facts)
        return BY_INPUT[question.input]


def typed_date(name: str, day: date) -> dict[str, list[str]]:
    """A date as it is typed into a form."""
    return {f"{name}-day": [str(day.day)], f"{name}-month": [str(day.month)], f"{name}-year": [str(day.year)]}


@cache
def _plain(prefix: str) -> str:
    """The prefix of an item of a list without the item: `systems.pnc.` is `systems.`."""
    return f"{prefix.split('.')[0]}." if prefix else ""


@cache
def _asked(key: str) -> float:
    return float(read("choices")["asked"].get(key, HALF))


@lru_cache(maxsize=20_000)
def _weights(key: str, tags: frozenset[str]) -> dict[str, float] | None:
    weights: dict[str, dict[str, float]] = read("choices")["weights"]
    narrowed = next((weights[f"{key}@{tag}"] for tag in sorted(tags) if f"{key}@{tag}" in weights), None)
    return narrowed or weights.get(key)
