"""What the acts that are the same on every kind of record do on a register entry."""

from handrail.cases.models.kinds import REGISTER_ENTRY
from handrail.cases.models.register_entry import RegisterEntry
from handrail.records.shared_acts import SharedActs


class RegisterSharedActs(SharedActs):
    """Shared acts on register entries: nothing is added to one that became a case."""

    kind = REGISTER_ENTRY.name

    def closed(self, record: RegisterEntry) -> str:
        """Return that a register entry became a case; "" where it did not."""
        return "This became a referral. Go on with that." if record.became_id else ""
