"""The policies of the demonstration's cases: that of their day, and the newest in a force that moved."""

from datetime import date, datetime

from handrail.cases.steps.policy_change import force_called, move_many
from handrail.demo.restricted import somebody
from handrail.organisations.roles import Role
from handrail.policy.schema.pack import Pack
from handrail.records.packs import current_pack, known_packs, pack

FORCE = "kent"


def lineage() -> list[Pack]:
    """Return the policy of new cases and the older ones that it extends, newest first."""
    found = [current_pack()]
    while found[-1].extends:
        found.append(pack(found[-1].extends))
    return found


def in_force_on(day: date) -> Pack:
    """Return the policy of cases opened on a day: the newest in force, or the oldest before any was."""
    policies = lineage()
    return next((policy for policy in policies if policy.in_force_from <= day), policies[-1])


def tell(until: datetime) -> None:
    """Move the open cases of one force to the newest policy, so that moved cases can be seen too."""
    newest, force = known_packs()[0], force_called(FORCE)
    reason = f"{force.name} works under “{newest.title}” from now on."
    supervisor = somebody(force, Role.PREVENT_SUPERVISOR)
    move_many(newest.id, by=supervisor, reason=reason, force=force, at=until)
