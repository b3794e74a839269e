"""The force of the demonstration that moved its open cases to the newest policy."""

from datetime import datetime

from handrail.cases.steps.policy_change import force_called, move_many
from handrail.demo.restricted import somebody
from handrail.organisations.roles import Role
from handrail.records.packs import known_packs

FORCE = "kent"


def tell(until: datetime) -> None:
    """Move the open cases of one force to the newest policy, so that moved cases can be seen too."""
    newest, force = known_packs()[0], force_called(FORCE)
    reason = f"{force.name} works under “{newest.title}” from now on."
    supervisor = somebody(force, Role.PREVENT_SUPERVISOR)
    move_many(newest.id, by=supervisor, reason=reason, force=force, at=until)
