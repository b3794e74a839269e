"""Possible matches, answered and undone on a page of their own."""

from handrail.cases.step_kinds.handling import OnItsOwnPage, handle
from handrail.policy.step_kinds.matching import MATCH_ANSWER, MATCH_FOUND, MATCH_UNDONE


class Matching(OnItsOwnPage):
    """A step that answers a possible match, or undoes the answer."""

    page = "cases:likenesses"


for kind in (MATCH_FOUND, MATCH_ANSWER, MATCH_UNDONE):
    handle(kind, Matching())
