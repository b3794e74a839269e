"""What a kind of step does on a case beside its entry: its page, what is shown before it, what refuses it.

The policy's part of a kind is the module of this name in `policy/step_kinds`. The columns of a case follow
from its entries alone, so the fold (`engine/fold.py`) uses the policy's kind and not this one.
"""

from handrail.cases.step_kinds import (  # noqa: F401 importing a module registers its kinds
    case_exit,
    correction,
    decision,
    document,
    matching,
    merging,
    note,
)
