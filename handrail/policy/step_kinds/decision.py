"""Decisions that rest on the whole record."""

from handrail.policy.step_kinds.kind import StepKind, register


class Decision(StepKind):
    """A decision before whose form a page shows everything that happened."""

    word = "decision"
    means = (
        "decides on all that is on record: the page before its form shows the timeline and other referrals"
    )
    reads_first = True


DECISION = register(Decision())
