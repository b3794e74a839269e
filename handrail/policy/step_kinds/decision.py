"""Decisions on all that is on record."""

from handrail.policy.step_kinds.kind import StepKind, register


class Decision(StepKind):
    """A step that is decided on everything that happened, so that its page shows that first."""

    word = "decision"
    means = "decides on all that is on record: the timeline and other referrals stand above its form"
    reads_first = True


DECISION = register(Decision())
