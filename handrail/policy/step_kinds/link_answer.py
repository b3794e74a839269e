"""Answers to a follow-up by a person outside, who follows a link, or by a referrer from their account."""

from collections.abc import Iterator

from handrail.policy.schema.form import Form, Kind, Meaning, Question
from handrail.policy.schema.obligations import FollowUp
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind, register

# Permitted meanings of an answer by a link: none changes the record beyond its own entry.
SAYABLE = {None, Meaning.HAPPENED_ON, Meaning.REPORTED}


class LinkAnswer(StepKind):
    """A step that ends a follow-up, or reports on it, and that no user with an account takes."""

    word = "link-answer"
    means = (
        "ends a follow-up, or reports on it, and is taken by somebody without an account by a link: it has a "
        "form, and neither outcomes nor `by` (see Follow-ups)"
    )

    def is_public(self, step: Step) -> bool:
        """Return True: the holder of the link takes the step without an account."""
        return True

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Check the follow-up that the step answers, and what its form must not ask."""
        rule = pack.answering.get(step.id)
        if rule is None or step.id not in {*rule.ended_by, *rule.reported_by}:
            yield "What is answered by a link ends a follow-up or reports on it; name it there."
            return
        if link_step(pack, rule) != step:
            yield f"“{rule.title}” has two steps of kind link-answer; one is answered by a link."
        yield from _asking_faults(pack, rule)
        form = pack.form_by_id.get(step.form or "")
        if form is None or step.outcomes or step.by:
            yield "It is answered by a link: it has a form, and neither outcomes nor “by”."
        else:
            yield from _form_faults(form)


LINK_ANSWER = register(LinkAnswer())


def link_step(pack: Pack, rule: FollowUp) -> Step | None:
    """Return the step by which a follow-up of this kind is answered by a link; None where there is none."""
    return next((step for step in LINK_ANSWER.steps(pack) if step.id in rule.answered_by), None)


def _asking_faults(pack: Pack, rule: FollowUp) -> Iterator[str]:
    """Yield questions that a link needs and that the asking steps lack."""
    for id_ in rule.opened_by:
        asking = pack.step_by_id.get(id_)
        form = pack.form_by_id.get(asking.form or "") if asking else None
        typed = form and form.meaning(Meaning.LINK_EMAIL) and form.meaning(Meaning.ASKED_FOR)
        if form is None or not (typed or form.meaning(Meaning.ASKED_REFERRER)):
            yield (
                f"Step “{id_}” has to ask for the recipient of the link and their address: “follow-up.what” "
                "and “.email”, or “.referrer”."
            )


def _form_faults(form: Form) -> Iterator[str]:
    """Yield faults of a form answered by a link: it has one page and shows nothing of the record."""
    for question in form.questions.values():
        if _tells(question):
            yield f"Question “{question.id}” is asked by a link, so it may not show or change the record."
    if any(section.when for section in form.sections):
        yield f"Form “{form.id}” is asked by a link on one page, so none of its sections has a “when”."


def _tells(question: Question) -> bool:
    """Return whether a question shows part of the record, or changes it beyond its own entry."""
    by_fact = question.among or (question.when and question.when.fact)
    names = question.members or question.kind in {Kind.PERSON, Kind.ORGANISATION}
    return bool(names or by_fact) or question.means not in SAYABLE
