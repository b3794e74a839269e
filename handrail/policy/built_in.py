"""Steps that belong to Handrail and to no policy: every case has them, whichever policy it is under.

They record what no form asks: who is responsible for a case, who may see it, how it is marked, and under
which policy it lies. A pack cannot have a step of one of these names.
"""

from collections.abc import Mapping

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.step import Step

WHY = "Part of Handrail, not of a policy: a case has it whichever policy it is under."


def _step(id_: str, title: str, *, kind: str = "ordinary") -> Step:
    # Nobody takes it by a role that a pack names: a capability says who may act so.
    return Step(id=id_, title=title, act=title, by=(), kind=kind, source=LOCAL_CHOICE, note=WHY)


MOVE = _step("move-to-policy", "Move to a newer policy", kind="decision")
RESTRICT = _step("restrict-case", "Restriction to named people")
LIFT = _step("lift-restriction", "End of the restriction")
CHANGE_OWNER = _step("change-owner", "Change of owner")
FOLLOW_JOINED = _step("follow-joined-case", "Change of owner, with the case that this one was joined to")
RAISE_MARKING = _step("raise-marking", "Higher marking")
BRING_FORWARD = _step("bring-forward", "What stood beside the entries, brought forward")

BUILT_IN: Mapping[str, Step] = {
    step.id: step
    for step in (MOVE, RESTRICT, LIFT, CHANGE_OWNER, FOLLOW_JOINED, RAISE_MARKING, BRING_FORWARD)
}
