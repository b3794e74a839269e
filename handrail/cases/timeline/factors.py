"""Factors that assessments found in a case, and what was planned for each. They are listed, never scored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handrail.cases.engine.happened import LAST_FIRST
from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.settings import Factors
from handrail.records.packs import known_packs, policy_of

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assessed:
    """The last assessment of a case: its entry, and the evidence for each factor found, by code."""

    number: int
    happened_at: datetime
    found: dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plan about one factor."""

    number: int
    plan: str
    happened_at: datetime
    done: bool
    said: str


def found_in(case: Case) -> list[str]:
    """Return the codes of factors that the last assessment of a case found."""
    assessed = last_assessed(case)
    return list(assessed.found) if assessed else []


def without_plan(case: Case) -> list[str]:
    """Return the codes of found factors that no plan does anything about."""
    found = found_in(case)
    lines = lines_of(case) if found else {}
    return [code for code in found if not any(line.done for line in lines.get(code, ()))]


def last_assessed(case: Case) -> Assessed | None:
    """Return the last assessment of a case that the user may read, by its day; None without one."""
    factors = case.pack.factors
    if factors is None:
        return None
    entries = _entries(case, steps_with(case.pack, factors.assessed)).order_by(*LAST_FIRST, "-number")
    entry = next((entry for entry in entries if hasattr(entry, "content")), None)
    return _assessed(entry) if entry else None


def _assessed(entry: Entry) -> Assessed:
    """Return an assessment with the factors of the policy it was made under."""
    found = found_by(policy_of(entry)[0], entry.content.content["answers"])
    return Assessed(entry.number, entry.happened_at, found)


def found_by(pack: Pack, answers: Answers) -> dict[str, str]:
    """Return the factors that an assessment's answers found, by code, each with its evidence.

    They are in the order of the policy, because jsonb does not keep the order of keys.
    """
    factors = pack.factors
    if factors is None:
        return {}
    lines = {code: given for name in factors.questions for code, given in answers.get(name, {}).items()}
    return {
        code: " ".join(str(said) for name, said in lines[code].items() if name != factors.finding)
        for code in labels_of(pack)
        if code in lines and lines[code].get(factors.finding) == factors.present
    }


def lines_of(case: Case) -> dict[str, list[Line]]:
    """Return the lines of a case's plans by the code of their factor, newest plan first."""
    pack, lines = case.pack, dict[str, list[Line]]()
    if pack.factors is None:
        return lines
    for entry in _entries(case, planning_steps(pack)).order_by("-number"):
        for code, line in _lines(pack, pack.factors, entry):
            lines.setdefault(code, []).append(line)
    return lines


def _lines(pack: Pack, factors: Factors, entry: Entry) -> Iterator[tuple[str, Line]]:
    title = policy_of(entry)[1].title
    answers = entry.content.content["answers"] if hasattr(entry, "content") else {}
    for code, given in answers.get(factors.planned, {}).items():
        said = " ".join(str(value) for name, value in given.items() if name != factors.done)
        done = given.get(factors.done) == "yes"
        yield code, Line(entry.number, title, entry.happened_at, done, said)


def planning_steps(pack: Pack) -> list[str]:
    """Return the ids of steps whose form plans for factors."""
    named = pack.factors.planned if pack.factors else ""
    return steps_with(pack, *(form.id for form in pack.forms if named in form.questions))


def steps_with(pack: Pack, *forms: str) -> list[str]:
    """Return the ids of steps that use one of these forms."""
    return [step.id for step in pack.steps if step.form in forms]


def labels_for(case: Case) -> dict[str, str]:
    """Return the label of each factor by code, including factors of older packs under their labels there."""
    older = {code: label for pack in known_packs() for code, label in labels_of(pack).items()}
    return older | labels_of(case.pack)


def labels_of(pack: Pack) -> dict[str, str]:
    """Return the label of each factor of a policy by code."""
    factors = pack.factors
    form = pack.form_by_id.get(factors.assessed) if factors else None
    asked: Iterable[str] = factors.questions if factors and form else ()
    lists = (form.questions[name].codes for name in asked) if form else ()
    return {code: label for codes in lists if codes for code, label in pack.codes_by_id[codes].labels.items()}


def _entries(case: Case, steps: list[str]) -> Any:
    return Entry.objects.filter(chain=case.pk, act__in=steps).select_related("content")
