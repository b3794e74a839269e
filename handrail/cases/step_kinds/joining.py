"""Merging cases and unmerging them, on pages of their own."""

from handrail.cases.step_kinds.handling import OnItsOwnPage, handle
from handrail.policy.step_kinds.joining import JOIN, RECEIVE, RELEASE, TAKE_APART


class Joining(OnItsOwnPage):
    """The step that merges a case into another."""

    page = "cases:join"


class TakingApart(OnItsOwnPage):
    """The other three steps; two of them follow from an act on the other case and are never begun here."""

    page = "cases:take-apart"


handle(JOIN, Joining())
for kind in (RECEIVE, TAKE_APART, RELEASE):
    handle(kind, TakingApart())
