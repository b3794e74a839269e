"""Merging cases and unmerging them, on pages of their own."""

from handrail.cases.models import Case
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.merging import alike_to
from handrail.cases.step_kinds.handling import OnItsOwnPage, handle
from handrail.organisations.models import Person
from handrail.policy.step_kinds.merging import JOIN, RECEIVE, RELEASE, UNMERGE


class Merging(OnItsOwnPage):
    """The step that merges a case into another."""

    page = "cases:join"

    def has_something(self, case: Case, by: Person, beside: RecordsBeside) -> bool:
        """Return whether there is an open case that the user may merge this one into."""
        return bool(alike_to(case, by, beside)[0])


class TakingApart(OnItsOwnPage):
    """The other three steps; two of them follow from an act on the other case and are never begun here."""

    page = "cases:take-apart"


handle(JOIN, Merging())
for kind in (RECEIVE, UNMERGE, RELEASE):
    handle(kind, TakingApart())
