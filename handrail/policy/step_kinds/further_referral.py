"""Further referrals about the person of an open case."""

from handrail.policy.step_kinds.kind import StepKind, register


class FurtherReferral(StepKind):
    """A step that adds a referral to an open case."""

    word = "further-referral"
    means = "is a further referral about the same person, and joins the case"
    brings_referral = True


FURTHER_REFERRAL = register(FurtherReferral())
