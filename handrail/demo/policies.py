"""Move one force of the demonstration to the newer policy, so that both can be seen."""

from datetime import datetime

from handrail.cases.steps.policy_change import force_called, move_many
from handrail.demo.restricted import somebody
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack, known_packs

FORCE = "kent"
REASON = "Kent works under the policy of 2025 from now on."


def tell(until: datetime) -> None:
    """Move the open cases of one force to the newest policy, if it is not the policy of new cases."""
    newest = known_packs()[0]
    if newest.id != current_pack().id:
        force = force_called(FORCE)
        supervisor = somebody(force, Role.PREVENT_SUPERVISOR)
        move_many(newest.id, by=supervisor, reason=REASON, force=force, at=until)
