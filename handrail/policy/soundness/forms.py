"""Faults of a form, its questions and conditions, or of a code list."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from handrail.policy.faults import one_of, repeated
from handrail.policy.schema.codes import CodeList
from handrail.policy.schema.form import OUTCOME, REASON, Condition, Form, Kind, Question
from handrail.policy.schema.pack import Pack


def form_faults(pack: Pack, form: Form) -> Iterator[str]:
    """Yield everything that is wrong with one form."""
    outcomes = {o.id for s in pack.steps if s.form == form.id for o in s.outcomes}
    questions = [q for section in form.sections for q in section.questions]
    yield from (f"Question “{name}” is asked more than once." for name in repeated(questions))
    yield from (f"Section “{name}” is there more than once." for name in repeated(form.sections))
    meanings = Counter(q.means for q in questions if q.means)
    yield from (f"More than one question means “{m}”." for m, count in meanings.items() if count > 1)
    for question in questions:
        yield from _question_faults(pack, question, question.id)
    asked: dict[str, Question] = {}
    for section in form.sections:
        yield from _condition_faults(pack, section.id, section.when, asked, outcomes)
        for question in section.questions:
            yield from _condition_faults(pack, question.id, question.when, asked, outcomes)
            asked[question.id] = question


def _condition_faults(
    pack: Pack,
    where: str,
    when: Condition | None,
    asked: Mapping[str, Question],
    outcomes: Collection[str] = (),
) -> Iterator[str]:
    """Yield what is wrong with a condition, given the questions asked before it and the step's outcomes."""
    if when is None:
        return
    if bool(when.question) == bool(when.fact) or (when.question and not when.is_):
        yield f"“{where}” depends on either a question, with its answers in “is”, or a fact."
    elif when.fact:
        return
    elif when.question == OUTCOME:
        yield from _never(where, when, outcomes)
    elif not when.question or when.question not in asked:
        yield f"“{where}” depends on “{when.question}”, which is not asked before it."
    else:
        yield from _never(where, when, _answers(pack, asked[when.question]))


def _never(where: str, when: Condition, allowed: Collection[str]) -> Iterator[str]:
    for value in when.is_:
        if value not in allowed:
            known = one_of(allowed) if allowed else "It has no fixed answers."
            yield f"“{where}” depends on “{when.question}” being “{value}”, which can never be. {known}"


def _question_faults(pack: Pack, question: Question, where: str) -> Iterator[str]:
    if question.kind in {Kind.CHOICE, Kind.CHOICES, Kind.EACH}:
        if question.members and question.codes:
            yield f"“{where}” offers codes or members, not both."
        elif not question.members and question.codes not in pack.codes_by_id:
            yield f"“{where}” needs a code list. {one_of(pack.codes_by_id)}"
    elif question.codes or question.members:
        yield f"“{where}” has a code list, but is of kind “{question.kind}”."
    if (question.kind is Kind.EACH) != bool(question.ask):
        yield f"“{where}”: “ask” goes with kind “each”, and only with it."
    if question.among and not question.codes:
        yield f"“{where}” chooses among codes, but has no code list."
    if question.id in {OUTCOME, REASON}:
        yield f"“{where}” is a reserved id; choose another."
    for role in question.roles:
        if role not in pack.role_titles:
            yield f"“{where}”: role “{role}” does not exist. {one_of(pack.role_titles)}"
    yield from _missing_faults(question, where)
    yield from _inner_faults(pack, question, where)


def _missing_faults(question: Question, where: str) -> Iterator[str]:
    if question.required and question.kind is not Kind.EACH and not question.missing:
        yield f"“{where}” must be answered; say in “missing” what to do: “Enter …” or “Select …”."


def _inner_faults(pack: Pack, question: Question, where: str) -> Iterator[str]:
    yield from (f"“{where}.{name}” is asked more than once." for name in repeated(question.ask))
    asked: dict[str, Question] = {}
    for inner in question.ask:
        if inner.kind is Kind.EACH:
            yield f"“{where}.{inner.id}”: “each” cannot hold another “each”."
        if inner.means:
            yield f"“{where}.{inner.id}”: “means” is for a question that is asked once."
        yield from _condition_faults(pack, f"{where}.{inner.id}", inner.when, asked)
        asked[inner.id] = inner
        yield from _question_faults(pack, inner, f"{where}.{inner.id}")


def _answers(pack: Pack, question: Question) -> set[str]:
    if question.kind is Kind.YES_NO:
        return {"yes", "no"}
    return set(pack.codes_by_id[question.codes].labels) if question.codes in pack.codes_by_id else set()


def list_faults(pack: Pack, codes: CodeList) -> Iterator[str]:
    """Yield everything that is wrong with one code list."""
    if bool(codes.codes) == bool(codes.of):
        yield "Say either “codes”, or “of” which lists it is made."
    for other in codes.of:
        if other not in pack.codes_by_id or pack.codes_by_id[other].of:
            yield f"It is made of “{other}”, which is no list with codes of its own."
    for code in codes.restricted:
        if code not in pack.codes_by_id[codes.id].labels:
            yield f"“restricted” names “{code}”, which is none of its codes."
    for code in codes.with_account:
        if code not in pack.codes_by_id[codes.id].labels:
            yield f"“with_account” names “{code}”, which is none of its codes."
    if codes.of:
        yield from (
            f"Code “{name}” is in more than one of its lists."
            for name in repeated(pack.codes_by_id[codes.id].codes)
        )
