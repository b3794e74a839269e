"""Faults of a yearly question set."""

from collections.abc import Iterator

from handrail.policy.faults import one_of
from handrail.policy.schema.form import Form, Kind, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet

# Kinds whose choices depend on a case, or whose answers of two years cannot be compared in one line.
ELSEWHERE = {Kind.PERSON, Kind.ORGANISATION, Kind.EACH, Kind.DATE}


def question_set_faults(pack: Pack, asked: QuestionSet) -> Iterator[str]:
    """Yield everything that is wrong with one question set."""
    for role in asked.by:
        if role not in pack.role_titles:
            yield f"Role “{role}” does not exist. {one_of(pack.role_titles)}"
    form = pack.form_by_id.get(asked.form)
    if form is None:
        yield f"Form “{asked.form}” does not exist. {one_of(pack.form_by_id)}"
        return
    yield from _form_faults(form)
    for id_ in asked.known:
        question = form.questions.get(id_)
        if question is None or question.kind is not Kind.NUMBER:
            yield f"“known” names “{id_}”, which is no number that form “{form.id}” asks."


def _form_faults(form: Form) -> Iterator[str]:
    if any(section.when for section in form.sections):
        yield f"Form “{form.id}” is shown on one page, so none of its sections has a “when”."
    for question in form.questions.values():
        if _is_of_a_case(question):
            yield f"Question “{question.id}” is asked about a force, so nothing of a case is in it."


def _is_of_a_case(question: Question) -> bool:
    """Return whether a question has choices, a condition or a meaning that only make sense on a case."""
    by_fact = question.among or question.members or (question.when and question.when.fact)
    return bool(by_fact or question.means or question.kind in ELSEWHERE)
