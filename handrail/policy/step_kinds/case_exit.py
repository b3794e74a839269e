"""Decisions by which a case exits, and their sign-off."""

from handrail.policy.step_kinds.decision import Decision
from handrail.policy.step_kinds.kind import register


class Exit(Decision):
    """A decision whose page also shows what remains to be done before the exit."""

    word = "exit"
    means = (
        "as `decision`, and its page shows what is left before a case leaves: each factor against what was "
        "done for it, enquiries, partners who were not asked"
    )


EXIT = register(Exit())
