"""Faults of the process as a graph: dead ends, and stages that no case reaches."""

from collections.abc import Iterator

from handrail.policy.faults import Fault
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind
from handrail.policy.step_kinds.opening import openings


def _moves(pack: Pack, stage: str) -> set[str]:
    """Return the stages that a case at this stage can move to."""
    steps = [s for s in pack.steps if stage in s.stages]
    return {t for s in steps for t in (s.to, *(o.to for o in s.outcomes)) if t and t != stage}


def dead_ends(pack: Pack) -> Iterator[Fault]:
    """Yield the stages from which no sequence of steps leads to a closed stage."""
    ends = set(pack.stages_of(StageKind.CLOSED))
    while True:
        more = {s.id for s in pack.stages if s.id not in ends and _moves(pack, s.id) & ends}
        if not more:
            break
        ends |= more
    for stage in pack.stages:
        if stage.id not in ends:
            yield Fault("stages", stage.id, "A dead end: from here no step leads to a closed stage.")


def unreachable(pack: Pack) -> Iterator[Fault]:
    """Yield the stages that no sequence of steps reaches from an opening step."""
    if not openings(pack):
        yield Fault("stages", pack.stages[0].id, 'No step opens a case; one needs kind = "opening".')
    reached: set[str] = set()
    new = {s.to or pack.stages[0].id for s in openings(pack)}
    while new:
        reached |= new
        new = {to for stage in new for to in _moves(pack, stage)} - reached
    for stage in pack.stages:
        if stage.id not in reached:
            yield Fault("stages", stage.id, "No case can get here: no step leads to it.")
