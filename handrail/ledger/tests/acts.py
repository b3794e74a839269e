"""Acts to record, and a superuser to tamper with them."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from handrail.ledger.record import Act, append_many


def act(chain: UUID | None = None, **changes: Any) -> Act:
    given: dict[str, Any] = {
        "chain": chain or uuid4(),
        "kind": "case",
        "act": "gateway-assessment",
        "outcome": "exit",
        "stage": "gateway",
        "actor": uuid4(),
        "role": "prevent-officer",
        "organisation": uuid4(),
        "seen_version": 1,
        "happened_at": timezone.now(),
        "pack": "england-wales-2018",
        "content": {"answers": {"what": "said", "when": None, "often": 3}, "reason": "because"},
        "reason_given": True,
    }
    return Act(**given | changes)


def record(chains: list[UUID], length: int) -> None:
    """Append this many entries to each chain, in turns, and commit them."""
    with transaction.atomic():
        append_many([act(chain, seen_version=n) for n in range(length) for chain in chains])
