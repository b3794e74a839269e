"""Steps of the pack that no route plans: some cases take each of them, so that a new step needs no code here.

A step that asks for a follow-up, answers one or signs a decision off is planned by a route, because another
step comes before it or after it.
"""

from collections.abc import Collection
from uuid import UUID
from zlib import crc32

from handrail.demo.history import History
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.document import DOCUMENT
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.link_answer import LINK_ANSWER, link_step
from handrail.policy.step_kinds.matching import matching_steps
from handrail.policy.step_kinds.merging import merging_steps
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY

ONE_IN = 10  # chosen by the ids of case and step, so that no other random draw changes
STAFF_STAGES = frozenset({"staff-concern", "staff-support"})


def plan_unrouted(history: History, routed: Collection[str], left: str = "") -> str:
    """Plan, in some cases, each step that is in no route, where its stage was just reached. Return the stage.

    `left` is the stage before the last step.
    """
    stage = history.record.position.stage
    steps = (step for step in history.pack.steps if step.id not in routed and stage in step.stages)
    for step in steps if stage != left else ():
        if is_chosen(history.record.case.id, step.id) and not not_told(history.pack, step):
            history.plan(step.id, history.after_days(1, 10))
    return stage


def is_chosen(case: UUID, step: str) -> bool:
    """Return whether a case is one of those that take a step without a route."""
    return (case.int + crc32(step.encode())) % ONE_IN == 0


def not_told(pack: Pack, step: Step) -> bool:
    """Return whether no history takes a step: it tells of one case in one force, and of no colleague."""
    return (
        step in merging_steps(pack)  # it takes two cases
        or step in matching_steps(pack)
        or step in REGISTER_ENTRY.steps(pack)  # no case at all; `register_entries.py` tells them
        or step in DOCUMENT.steps(pack)  # it needs a file in the store
        or any(link_step(pack, pack.follow_up_by_id[kind]) for kind in _follow_ups(pack, step))
        or any(pack.step_by_id[id_] in LINK_ANSWER.steps(pack) for id_ in step.after)
        or "transfer" in _follow_ups(pack, step)  # it takes two forces
        or kind_of(step).in_confidence  # `restricted.py` tells them
        or (bool(step.stages) and STAFF_STAGES.issuperset(step.stages))
        or _is_about_identity(pack, step)  # nobody there is learnt more of
    )


def _follow_ups(pack: Pack, step: Step) -> set[str]:
    """Return the kinds of follow-up that a step asks for or answers."""
    return {rule.id for rule in (pack.asking.get(step.id), pack.answering.get(step.id)) if rule}


def _is_about_identity(pack: Pack, step: Step) -> bool:
    form = pack.form_of(step)
    asked = (Meaning.DETAIL_SOURCE, Meaning.DETAIL_WRONG, Meaning.DETAIL_ENDED)
    return form is not None and any(form.meaning(meaning) for meaning in asked)
