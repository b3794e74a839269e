"""What is wrong with a follow-up that somebody without an account answers by a link."""

from collections.abc import Iterator

from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.policy.schema.obligations import FollowUp
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step

# What an answer by a link may mean: nothing that changes the record beyond its own entry.
SAYABLE = {None, Meaning.HAPPENED_ON, Meaning.REPORTED}


def link_faults(pack: Pack, follow_up: FollowUp) -> Iterator[str]:
    """Everything that is wrong with the steps by which one kind of follow-up is answered by a link."""
    answering = [pack.step_by_id[id_] for id_ in follow_up.answered_by if id_ in pack.step_by_id]
    by_link = [step for step in answering if step.public]
    if len(by_link) > 1:
        yield "Two of its steps are public; one is answered by a link."
    for step in by_link:
        if step.id not in {*follow_up.ended_by, *follow_up.reported_by}:
            yield f"Step “{step.id}” is public; what is answered by a link ends it or reports on it."
        yield from _form_faults(pack, step)
    yield from _asking_faults(pack, follow_up) if by_link else ()


def _asking_faults(pack: Pack, follow_up: FollowUp) -> Iterator[str]:
    """What the steps that ask do not ask and a link needs."""
    for id_ in follow_up.opened_by:
        asking = pack.step_by_id.get(id_)
        form = pack.form_of(asking) if asking else None
        if form is None or not (form.meaning(Meaning.LINK_EMAIL) and form.meaning(Meaning.ASKED_FOR)):
            yield f"Step “{id_}” has to ask of whom and where the link goes: “follow-up.what” and “.email”."


def _form_faults(pack: Pack, step: Step) -> Iterator[str]:
    """What is wrong with a form that is answered by a link: it stands on one page and tells nothing."""
    form = pack.form_of(step)
    if form is None or step.outcomes or step.by:
        yield f"Step “{step.id}” is answered by a link: it has a form, and neither outcomes nor “by”."
        return
    for question in form.questions.values():
        if _tells(question):
            yield f"Question “{question.id}” is asked by a link, so it may not show or change the record."
    if any(section.when for section in form.sections):
        yield f"Form “{form.id}” is asked by a link on one page, so none of its sections has a “when”."


def _tells(question: Question) -> bool:
    """Whether a question shows something of the record, or changes it beyond its own entry."""
    by_fact = question.among or (question.when and question.when.fact)
    names = question.kind in {Kind.PERSON, Kind.ORGANISATION}
    return bool(names or by_fact) or question.means not in SAYABLE
