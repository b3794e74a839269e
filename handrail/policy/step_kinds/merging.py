"""Merging a case into another one about one person, and unmerging: an entry on each case.

The four kinds stand in one module, because a pack has all of them or none.
"""

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from handrail.policy.faults import Fault
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind, kind_of, register


class Merging(StepKind):
    """One side of a merge or an unmerge."""

    goes_on_elsewhere = True
    joined: ClassVar[bool | None] = None  # whether the case is merged from now on; None where that stays
    referrals_come: ClassVar[bool] = False  # whether referrals come from the other case, or go to it


class Join(Merging):
    """The entry on the case that is merged into another one and ends."""

    word = "join"
    means = (
        "joins a case to the open one about the same person. A pack has all four of `join`, `receive`, "
        "`take-apart` and `release`, or none"
    )
    joined = True
    drops_limits = True  # what is due follows from the referral on the other case

    def faults_together(self, pack: Pack) -> Iterator[Fault]:
        """Require one step of each of the four kinds, or none."""
        found = Counter(step.kind for step in merging_steps(pack))
        if found and found != Counter(kind.word for kind in (JOIN, RECEIVE, UNMERGE, RELEASE)):
            message = "One step each is “join”, “receive”, “take-apart” and “release”, or none is."
            yield Fault("steps", "joining", message)


class Receive(Merging):
    """The entry on the case that goes on when another one is merged into it."""

    word = "receive"
    means = "is recorded on the case that goes on when another one is joined to it"
    referrals_come = True
    begun_from_case = False


class Unmerge(Merging):
    """The entry on a merged case that is opened again."""

    word = "take-apart"
    means = "opens a case again that was joined to another one"
    joined = False
    referrals_come = True


class Release(Merging):
    """The entry on the surviving case from which a merged case is separated again."""

    word = "release"
    means = "is recorded on the case from which another one is taken apart"
    begun_from_case = False


JOIN = register(Join())
RECEIVE = register(Receive())
UNMERGE = register(Unmerge())
RELEASE = register(Release())


def merging_steps(pack: Pack) -> list[Step]:
    """Return the steps of all four kinds, in the order of the pack."""
    return [step for step in pack.steps if isinstance(kind_of(step), Merging)]
