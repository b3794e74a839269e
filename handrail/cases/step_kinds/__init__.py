"""What steps of each kind do on a case beside their entry: their page, what it shows, and what refuses them.

What the policy knows of a kind stands in the module of the same name in `policy/step_kinds`. The columns of a
case follow from the entry alone, so the fold (`engine/record.py`) asks the policy's kind and not this one.
"""

from handrail.cases.step_kinds import (  # noqa: F401 importing a module registers its kinds
    case_exit,
    correction,
    decision,
    document,
    joining,
    matching,
    note,
)
