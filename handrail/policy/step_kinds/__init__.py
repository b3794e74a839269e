"""The kinds of step: one word in the pack, and one module for all that the word means.

Code asks a step for its kind (`kind_of(step)`), or a kind for its steps in a pack (`NOTE.steps(pack)`).
Keys of a kind are read in its module only; a test finds other readers.
"""

from handrail.policy.step_kinds import (  # noqa: F401 importing a module registers its kinds
    assessment,
    case_exit,
    correction,
    decision,
    document,
    further_referral,
    link_answer,
    matching,
    merging,
    note,
    opening,
    register_entry,
    review,
    staff_concern,
)
