"""Guards in words, for readers of a pack."""

from collections.abc import Iterator, Sequence

from handrail.policy.answers import options_of
from handrail.policy.guards import Claim, Dated, Guard, Last
from handrail.policy.schema.form import Question
from handrail.policy.schema.pack import Pack

DAYS = {
    "act": "the day of the entry",
    "opened": "the day on which the case was opened",
    "here": "the day on which the case came to its stage",
    "born": "the person’s day of birth",
}


def lines(pack: Pack, guard: Guard) -> Iterator[str]:
    """Yield each condition of a guard in words; the guard refuses where all of them hold."""
    yield f"It is “{_listed([pack.step_by_id[id_].title for id_ in guard.steps])}”."
    if guard.outcomes:
        decided = {o.id: o.title for id_ in guard.steps for o in pack.step_by_id[id_].outcomes}
        yield f"The decision is “{_listed([decided[id_] for id_ in guard.outcomes])}”."
    if guard.stages:
        yield f"The case is at “{_stages(pack, guard.stages)}”."
    yield from (_claim(pack, claim) for claim in guard.answers)
    yield from (_dated(pack, dated) for dated in guard.dates)
    yield from (_last(pack, last) for last in guard.last)
    yield from (f"Once before: {_claim(pack, claim)}" for claim in guard.ever)
    yield from _history(pack, guard)
    if guard.sooner_than_months:
        yield f"The case came to its stage less than {guard.sooner_than_months} months before."
    if guard.under_age:
        yield f"The person is under {guard.under_age}."
    if guard.from_age:
        yield f"The person is {guard.from_age} or over."
    if guard.unless:
        yield f"There is no answer to “{_question(pack, guard.unless).label}”."


def _history(pack: Pack, guard: Guard) -> Iterator[str]:
    said = {
        "Taken before": guard.taken,
        "Never taken before": guard.not_taken,
        "Not taken since the case came to its stage": guard.not_taken_here,
    }
    for what, steps in said.items():
        if steps:
            yield f"{what}: “{_listed([pack.step_by_id[id_].title for id_ in steps])}”."
    if guard.reached:
        yield f"The case has been at “{_stages(pack, guard.reached)}”."
    if guard.not_reached:
        yield f"The case has never been at “{_stages(pack, guard.not_reached)}”."


def _claim(pack: Pack, claim: Claim) -> str:
    question = _question(pack, claim.question)
    asked = next((inner for inner in question.ask if inner.id == claim.ask), question)
    of = f" ({_codes(pack, question)[claim.item]})" if claim.item else ""
    return f"“{asked.label}”{of} {_so(pack, asked, claim.is_, claim.is_not)}."


def _last(pack: Pack, last: Last) -> str:
    questions = [_question(pack, id_) for id_ in last.questions]
    codes = {code: label for q in questions for code, label in _codes(pack, q).items()}
    values = _listed([codes.get(code, code) for code in last.is_ or last.is_not])
    asked = _listed([question.label for question in questions])
    return f"The last answer to “{asked}” was {'not ' if last.is_not else ''}“{values}”."


def _dated(pack: Pack, dated: Dated) -> str:
    other = DAYS.get(dated.other) or f"“{_question(pack, dated.other).label}”"
    question = _question(pack, dated.question)
    asked = next((inner for inner in question.ask if inner.id == dated.ask), question)
    return f"“{asked.label}” is {'before' if dated.before else 'after'} {other}."


def _so(pack: Pack, question: Question, is_: Sequence[str], is_not: Sequence[str]) -> str:
    codes = _codes(pack, question)
    values = _listed([codes.get(code, code) for code in is_ or is_not])
    if not values:
        return "is answered"
    return f"is {'nowhere ' if is_not else ''}“{values}”"


def _codes(pack: Pack, question: Question) -> dict[str, str]:
    if question.kind == "each" and question.codes:
        return pack.codes_by_id[question.codes].labels
    return {code.id: code.label for code in options_of(pack)(question)}


def _question(pack: Pack, id_: str) -> Question:
    """Return the first question with this id in any form."""
    return next(form.questions[id_] for form in pack.forms if id_ in form.questions)


def _stages(pack: Pack, stages: Sequence[str]) -> str:
    return _listed([pack.stage_by_id[id_].title for id_ in stages])


def _listed(parts: Sequence[str]) -> str:
    return "” or “".join(parts)
