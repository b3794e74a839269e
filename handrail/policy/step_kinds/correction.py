"""Corrections: a later entry names the entry that it corrects. The original stays."""

from collections.abc import Iterator

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind, register


class Correction(StepKind):
    """A step that names an earlier entry of one of the steps in `corrects`."""

    word = "detail-correction"
    means = (
        "says of a detail that an entry of one of the steps in `corrects` told that it is wrong, or holds no "
        "more; it names that entry"
    )
    needs = frozenset({"corrects"})

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Refuse a correction that has outcomes or waits for sign-off."""
        if step.outcomes or step.signs or not step.beside:
            yield "A step that corrects an entry decides nothing; it says “beside = true”, without outcomes."


DETAIL_CORRECTION = register(Correction())


def corrected_by(step: Step) -> tuple[str, ...]:
    """Return the ids of the steps whose entries this step corrects; empty where it corrects nothing."""
    return step.corrects


def correcting(pack: Pack) -> frozenset[str]:
    """Return the ids of the steps that correct an earlier entry."""
    return frozenset(step.id for step in pack.steps if step.corrects)


def correction_of(pack: Pack, step: Step) -> Step | None:
    """Return the step by which an entry of this step is corrected, where the policy has one."""
    return next((other for other in pack.steps if step.id in other.corrects), None)
