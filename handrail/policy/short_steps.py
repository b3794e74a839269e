"""Short steps: their questions stand on one page, from which they are sent."""

from collections.abc import Iterable, Sequence

from handrail.policy.schema.form import Kind, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of


def is_short(pack: Pack, step: Step, sections: Sequence[Section]) -> bool:
    """Return whether a step asks few questions, and decides nothing about where its case goes.

    `sections` are those of the step, unmerged. An urgent section keeps its own page, so it does not count.
    """
    if _decides_way(step) or not kind_of(step).needs_stages:
        return False
    usual = [section for section in sections if not section.urgent]
    questions = [question for section in usual for question in section.questions]
    simple = all(question.kind is not Kind.EACH for question in questions)
    return simple and len(questions) <= pack.short_steps.questions and all(map(_fits_elsewhere, usual))


def _decides_way(step: Step) -> bool:
    """Return whether a step moves its case, needs a sign-off, is one, or shows the timeline first."""
    outcomes = any(outcome.to or outcome.signed_off for outcome in step.outcomes)
    return bool(step.to or step.signs or outcomes or kind_of(step).reads_first)


def _fits_elsewhere(section: Section) -> bool:
    """Return whether the questions of a section have no condition, so that they can carry the section's."""
    return section.when is None or all(question.when is None for question in section.questions)


def on_one_page(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections of a short step as one, followed by those that are urgent."""
    every = list(sections)
    urgent = tuple(section for section in every if section.urgent)
    usual = [section for section in every if not section.urgent]
    if not usual:
        return urgent
    questions = tuple(question for section in usual for question in _with_condition(section))
    intro = "\n\n".join(section.intro for section in usual if section.intro)
    return (usual[0].model_copy(update={"questions": questions, "intro": intro}), *urgent)


def _with_condition(section: Section) -> Iterable[Question]:
    """Return the questions of a section, each asked only where the section is."""
    if section.when is None:
        return section.questions
    return (question.model_copy(update={"when": section.when}) for question in section.questions)
