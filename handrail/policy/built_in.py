"""Steps that belong to Handrail and to no policy; every case has them, under any policy.

They record what no form asks: the owner of a case, its access, its marking and its policy. A pack cannot
declare a step with one of these names.
"""

from collections.abc import Mapping

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.step import Step

WHY = "Part of Handrail, not of a policy: a case has it whichever policy it is under."


def _step(id_: str, title: str, *, kind: str = "ordinary") -> Step:
    # No role of a pack takes this step: a capability decides who may.
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
