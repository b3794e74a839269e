"""Attacks of a database owner: every trigger is off, and only the exported heads are out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from handrail.ledger.examine import Finding
from handrail.ledger.verify import Report, verify

GUARDED = ("entry", "content", "chain", "leaf", "head", "unsealed")
RULES = (
    "entry_number_once_in_chain",
    "entry_names_act_authority_and_policy",
    "entry_gives_reason_for_outcome",
    "entry_happened_before_recorded",
    "entry_hashes_are_whole",
)


class Tampered:
    """A ledger, with one entry of each chain as the victim; its number varies from chain to chain."""

    def __init__(self, admin: psycopg.Connection[Any], home: Path) -> None:
        self.admin, self.heads = admin, home / "heads"
        self.length = 7
        self.chains = [UUID(int=n * 7919 * 2**96 + n) for n in range(300)]

    def length_of(self, chain: UUID) -> int:
        """Return how many entries a chain has; every tenth has one more."""
        return self.length + (self.chains.index(chain) % 10 == 0)

    @contextmanager
    def free_hand(self) -> Iterator[None]:
        """Turn the triggers off, and restore everything at the end."""
        with self.admin.transaction(force_rollback=True):
            for table in GUARDED:
                self.admin.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
            for rule in RULES:
                self.admin.execute(f"ALTER TABLE ledger_entry DROP CONSTRAINT {rule}")
            self.admin.execute("CREATE TEMP TABLE victim (chain uuid PRIMARY KEY, number int) ON COMMIT DROP")
            yield

    def victims(self, numbers: dict[UUID, int]) -> None:
        with self.admin.cursor() as cursor:
            cursor.executemany("INSERT INTO victim VALUES (%s, %s)", list(numbers.items()))

    def one_of_each(self) -> dict[UUID, int]:
        """Return one number for each chain, from the first to the last."""
        return {chain: 1 + place % self.length_of(chain) for place, chain in enumerate(self.chains)}

    def report(self, heads: Path | None = None) -> Report:
        return verify(self.admin, heads)


def first_in_chain(report: Report) -> dict[UUID, Finding]:
    """Return the first finding of each chain that names an entry."""
    first: dict[UUID, Finding] = {}
    for finding in report.findings:
        if finding.chain and finding.number:
            first.setdefault(UUID(finding.chain), finding)
    return first
