"""Faults of the cards of a case's summary."""

from collections.abc import Iterator

from handrail.policy.faults import one_of
from handrail.policy.schema.overview import Card, Take
from handrail.policy.schema.pack import Pack


def card_faults(pack: Pack, card: Card) -> Iterator[str]:
    """Yield the faults of one card: steps that are not there, and what they never say."""
    named = [*card.due, *(step for take in card.takes for step in take.steps)]
    unknown = [step for step in named if step not in pack.step_by_id]
    yield from (f"Step “{step}” is not there. {one_of(pack.step_by_id)}" for step in unknown)
    if not unknown:
        yield from (fault for take in card.takes for fault in _take_faults(pack, take))


def _take_faults(pack: Pack, take: Take) -> Iterator[str]:
    steps = [pack.step_by_id[step] for step in take.steps]
    asked = {step.id: set(form.questions) if (form := pack.form_of(step)) else set[str]() for step in steps}
    for question in take.questions:
        if not any(question in questions for questions in asked.values()):
            yield f"None of the steps {', '.join(take.steps)} asks “{question}”."
    for step in steps:
        if not (take.decision and step.outcomes) and not asked[step.id] & set(take.questions):
            yield f"Step “{step.id}” says nothing that this takes, so it never fills the card."
