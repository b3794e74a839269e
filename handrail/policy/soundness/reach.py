"""Where cases can get to: dead ends, stages that are never reached, and the decisions that end a case."""

from collections.abc import Iterator

from handrail.policy.faults import Fault
from handrail.policy.schema.obligations import Stopped
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind


def ways_out(pack: Pack) -> Iterator[Stopped]:
    """The decisions by which a case ends. One that is joined to another goes on there."""
    out = {*pack.stages_of(StageKind.CLOSED), *pack.stages_of(StageKind.WATCHED)}
    for step in pack.steps:
        if step.joining or step.opens or step.signs or not step.stages:
            continue
        if step.to in out:
            yield Stopped(step=step.id)
        yield from (Stopped(step=step.id, outcome=o.id) for o in step.outcomes if o.to in out)


def _moves(pack: Pack, stage: str) -> set[str]:
    """The stages that a case at this stage can move to."""
    steps = [s for s in pack.steps if stage in s.stages]
    return {t for s in steps for t in (s.to, *(o.to for o in s.outcomes)) if t and t != stage}


def dead_ends(pack: Pack) -> Iterator[Fault]:
    """The stages from which no step leads to a closed one, however many are taken."""
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
    """The stages to which no step leads from any step that opens a case."""
    if not any(step.opens for step in pack.steps):
        yield Fault("stages", pack.stages[0].id, "No step opens a case; one needs “opens = true”.")
    reached: set[str] = set()
    new = {s.to or pack.stages[0].id for s in pack.steps if s.opens}
    while new:
        reached |= new
        new = {to for stage in new for to in _moves(pack, stage)} - reached
    for stage in pack.stages:
        if stage.id not in reached:
            yield Fault("stages", stage.id, "No case can get here: no step leads to it.")
