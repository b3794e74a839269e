"""Possible matches: whether another record is of one person; asked, answered and undone.

The three kinds stand in one module, because a pack has all of them or none.
"""

from collections import Counter
from collections.abc import Iterator

from handrail.policy.faults import Fault
from handrail.policy.schema.obligations import Stopped
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind, Step
from handrail.policy.step_kinds.kind import StepKind, kind_of, register

# equal to subjects.possible_matches.Answer; a test compares them.
ANSWERS = frozenset({"same", "not-same", "cannot-tell"})


class Matching(StepKind):
    """A step about a possible match, taken on the page of possible matches."""

    begun_from_case = False

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Refuse a form, a target stage, and a match that would wait for sign-off."""
        if step.form or not step.beside or step.to:
            yield "It is taken beside anything else, asks no form and moves nothing."


class MatchFound(Matching):
    """The entry that asks whether another record is of one person with this one."""

    word = "match-found"
    means = (
        "asks whether another record is of the same person. A pack has all three of `match-found`, "
        "`match-answer` and `match-undone`, with a follow-up that the first and the last open and the second "
        "ends, or none; without them nobody is asked"
    )

    def faults_together(self, pack: Pack) -> Iterator[Fault]:
        """Require one step of each kind, or none, and the follow-up that connects them."""
        found = Counter(step.kind for step in matching_steps(pack))
        if found and found != Counter(kind.word for kind in (MATCH_FOUND, MATCH_ANSWER, MATCH_UNDONE)):
            message = "One step each is “match-found”, “match-answer” and “match-undone”, or none is."
            yield Fault("steps", "matching", message)
        elif found:
            yield from _follow_up_faults(pack)


class MatchAnswer(Matching):
    """The entry that answers a possible match."""

    word = "match-answer"
    means = "answers it, by the outcomes `same`, `not-same` and `cannot-tell`"

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Require the outcomes that answers have."""
        yield from super().faults(pack, step)
        if {outcome.id for outcome in step.outcomes} != ANSWERS:
            yield f"Its outcomes are {', '.join(sorted(ANSWERS))}."


class MatchUndone(Matching):
    """The entry that takes an answer back, and asks again."""

    word = "match-undone"
    means = "takes the answer back, and asks again"


MATCH_FOUND = register(MatchFound())
MATCH_ANSWER = register(MatchAnswer())
MATCH_UNDONE = register(MatchUndone())


def matching_steps(pack: Pack) -> list[Step]:
    """Return the steps of all three kinds, in the order of the pack."""
    return [step for step in pack.steps if isinstance(kind_of(step), Matching)]


def is_matching(step: Step) -> bool:
    """Whether a step is about a possible match."""
    return isinstance(kind_of(step), Matching)


def _follow_up_faults(pack: Pack) -> Iterator[Fault]:
    """Yield faults of the follow-up that the three steps open and end, or of what it holds up."""
    [asks], [answers], [undoes] = (kind.steps(pack) for kind in (MATCH_FOUND, MATCH_ANSWER, MATCH_UNDONE))
    if not any(
        {asks.id, undoes.id} <= set(f.opened_by) and answers.id in f.ended_by for f in pack.follow_ups
    ):
        message = "A follow-up is opened by those that ask and undo, and ended by the one that answers."
        yield Fault("steps", answers.id, message)
    rule = pack.asking.get(asks.id)
    for ending in _ways_out(pack) if rule else ():
        if rule and not rule.stops_step(ending.step, ending.outcome):
            way = f"“{ending.step}”" + (f" with “{ending.outcome}”" if ending.outcome else "")
            message = f"A case can end by {way} while nobody has answered; name that in “holds_up”."
            yield Fault("follow_ups", rule.id, message)


def _ways_out(pack: Pack) -> Iterator[Stopped]:
    """Yield the decisions by which a case ends. A merged case goes on as another."""
    out = {*pack.stages_of(StageKind.CLOSED), *pack.stages_of(StageKind.WATCHED)}
    for step in pack.steps:
        kind = kind_of(step)
        if kind.goes_on_elsewhere or kind.opens_case or step.signs or not step.stages:
            continue
        if step.to in out:
            yield Stopped(step=step.id)
        yield from (Stopped(step=step.id, outcome=o.id) for o in step.outcomes if o.to in out)
