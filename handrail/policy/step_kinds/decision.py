"""Decisions that rest on the whole record."""

from handrail.policy.step_kinds.kind import StepKind, register


class Decision(StepKind):
    """A decision whose page first shows everything that happened."""

    word = "decision"
    means = "decides on all that is on record: the timeline and other referrals stand above its form"
    reads_first = True


DECISION = register(Decision())
