"""Merging cases and unmerging them, on pages of their own."""

from handrail.cases.step_kinds.handling import OnItsOwnPage, handle
from handrail.policy.step_kinds.merging import JOIN, RECEIVE, RELEASE, UNMERGE


class Merging(OnItsOwnPage):
    """The step that merges a case into another."""

    page = "cases:join"


class TakingApart(OnItsOwnPage):
    """The other three steps; two of them follow from an act on the other case and are never begun here."""

    page = "cases:take-apart"


handle(JOIN, Merging())
for kind in (RECEIVE, UNMERGE, RELEASE):
    handle(kind, TakingApart())
