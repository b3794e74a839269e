"""The factors that were found in a case, and what was planned for each: listed, and never added up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handrail.cases.engine.happened import LAST_FIRST
from handrail.cases.models import Case
from handrail.cases.packs import known_packs, policy_of
from handrail.ledger.models import Entry
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.settings import Factors

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assessed:
    """The last assessment of a case: its entry, and what shows each factor that it found, by its code."""

    number: int
    happened_at: datetime
    found: dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """What one plan says about a factor."""

    number: int
    plan: str
    happened_at: datetime
    done: bool
    said: str


def found_in(case: Case) -> list[str]:
    """The codes of the factors that the last assessment of a case found."""
    assessed = last_assessed(case)
    return list(assessed.found) if assessed else []


def without_plan(case: Case) -> list[str]:
    """The codes of those of them about which no plan does anything."""
    found = found_in(case)
    lines = lines_of(case) if found else {}
    return [code for code in found if not any(line.done for line in lines.get(code, ()))]


def last_assessed(case: Case) -> Assessed | None:
    """The last assessment of a case that can be read, by the day on which it was made."""
    factors = case.pack.factors
    if factors is None:
        return None
    entries = _entries(case, steps_with(case.pack, factors.assessed)).order_by(*LAST_FIRST, "-number")
    entry = next((entry for entry in entries if hasattr(entry, "content")), None)
    return _assessed(entry) if entry else None


def _assessed(entry: Entry) -> Assessed:
    """What an assessment found, by the factors of the policy under which it was made."""
    found = found_by(policy_of(entry)[0], entry.content.content["answers"])
    return Assessed(entry.number, entry.happened_at, found)


def found_by(pack: Pack, answers: Answers) -> dict[str, str]:
    """The factors that the answers of an assessment found, by their code, with what shows each.

    They stand in the policy's order; the database gives the answers back in one of its own.
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
    """What the plans of a case say about each factor, by its code, the newest plan first."""
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
    """The ids of the steps whose forms say what is planned for each factor."""
    named = pack.factors.planned if pack.factors else ""
    return steps_with(pack, *(form.id for form in pack.forms if named in form.questions))


def steps_with(pack: Pack, *forms: str) -> list[str]:
    """The ids of the steps that use one of these forms."""
    return [step.id for step in pack.steps if step.form in forms]


def labels_for(case: Case) -> dict[str, str]:
    """What each factor is called, by its code; one of an older framework as that calls it."""
    older = {code: label for pack in known_packs() for code, label in labels_of(pack).items()}
    return older | labels_of(case.pack)


def labels_of(pack: Pack) -> dict[str, str]:
    """What each factor of a policy is called, by its code."""
    factors = pack.factors
    form = pack.form_by_id.get(factors.assessed) if factors else None
    asked: Iterable[str] = factors.questions if factors and form else ()
    lists = (form.questions[name].codes for name in asked) if form else ()
    return {code: label for codes in lists if codes for code, label in pack.codes_by_id[codes].labels.items()}


def _entries(case: Case, steps: list[str]) -> Any:
    return Entry.objects.filter(chain=case.pk, act__in=steps).select_related("content")
