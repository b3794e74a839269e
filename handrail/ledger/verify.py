"""Verifier of the ledger: a program without Django that needs only read access to the database.

    python -m handrail.ledger.verify --database URL --heads DIR --json

It names every entry that was changed, removed, moved, inserted or cut off. To detect a rewrite of the whole
ledger it needs the exported heads that outside parties kept.
"""

import argparse
import json
import os
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from handrail.ledger.examine import Evidence, Finding, Row, What, examine
from handrail.ledger.proof import NoHeads, Proof, prove
from handrail.ledger.reading import Record, snapshot

SHOWN = 50


@dataclass(slots=True)
class Report:
    """What was read, and the faults that were found."""

    entries: int = 0
    chains: int = 0
    sealed: int = 0
    unsealed: int = 0
    erased: int = 0  # entries whose content was erased
    told_later: int = 0  # entries that say that they were written later than they are dated
    heads: int = 0
    heads_outside: int = 0
    public_key: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether no fault was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        own = {name: getattr(self, name) for name in self.__slots__ if name != "findings"}
        return {**own, "findings": [finding._asdict() for finding in self.findings]}

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        yield f"{self.entries:,} entries in {self.chains:,} chains; {self.erased:,} with their content erased"
        yield f"{self.sealed:,} sealed under {self.heads:,} heads, {self.unsealed:,} waiting to be"
        if self.told_later:
            yield f"{self.told_later:,} say that they were written later than they are dated"
        if self.heads_outside:
            yield f"{self.heads_outside:,} heads from outside"
        else:
            yield "No heads from outside: a rewrite of everything by who runs the database would not be seen"
        if self.public_key:
            yield f"Signed with {self.public_key}"
        if self.is_clean:
            yield "Nothing is wrong"
            return
        counts = Counter(finding.what for finding in self.findings)
        yield "Wrong: " + ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
        yield from map(_line, self.findings[:SHOWN])
        if len(self.findings) > SHOWN:
            yield f"... and {len(self.findings) - SHOWN:,} more; --json lists them all"


def _line(finding: Finding) -> str:
    chain, number, what, detail = finding
    if chain is None:
        place = "the record" if number is None else f"head {number}"
    else:
        place = f"chain {chain}" if number is None else f"chain {chain}, entry {number}"
    return f"  {place}: {what}. {detail}"


def verify(source: psycopg.Connection[Any] | str, heads: Path | None = None) -> Report:
    """Verify the ledger at an address or on a connection, with the exported heads in `heads` if given.

    A connection in a transaction is read as that transaction sees it. Raises NoHeads, or psycopg.Error if the
    ledger cannot be read.
    """
    with snapshot(source) as connection:
        record = Record(connection)
        proof = prove(record, heads)
        report = Report(
            heads=proof.heads, heads_outside=proof.heads_outside, public_key=proof.public_key.hex()
        )
        report.findings += proof.findings
        Verification(record, proof, report).run()
    return report


class Verification:
    """Examines every chain and adds the faults to the report."""

    def __init__(self, record: Record, proof: Proof, report: Report) -> None:
        self.record, self.proof, self.report = record, proof, report
        self.waiting = record.waiting()
        self.orphans = record.orphans()
        self.now = record.now()
        heads = [head for head, _ in record.heads()]
        self.sizes, self.sealed_at = [head.size for head in heads], [0, *(head.sealed_at for head in heads)]

    def run(self) -> None:
        """Examine every chain in the database or in the exported heads."""
        for chain, facts in self.record.chains():
            evidence = self._evidence(chain, facts)
            self._count(evidence)
            self.report.findings += examine(evidence)
        for chain, kept in self.proof.kept.items():
            self.report.findings += examine(Evidence(chain, self.now, vouched=kept))
        if waits := self.record.waits_too_long():
            detail = f"An entry waits since {waits:%Y-%m-%d %H:%M} UTC: does the worker run?"
            self.report.findings.append(Finding(None, None, What.SEALING_LATE, detail))
        for entry in self.orphans.values():
            detail = f"The content of entry {entry} belongs to none: it is gone, or goes by another id."
            self.report.findings.append(Finding(None, None, What.CONTENT_CHANGED, detail))

    def _evidence(self, chain: str, facts: Sequence[tuple[int, Any]]) -> Evidence:
        evidence = Evidence(chain, self.now)
        positions: dict[int, int] = {}
        for kind, fact in facts:
            if kind == 0:
                evidence.rows.append(fact)
            elif kind == 1:
                evidence.end = fact
            else:
                _, number, evidence.leaves[number], positions[number] = fact
        self._vouch(evidence, positions)
        evidence.sealed_after = {n: self._sealed_after(position) for n, position in positions.items()}
        unsealed = (row for row in evidence.rows if row.number not in evidence.leaves)
        evidence.unlisted = {row.number for row in unsealed if row.id not in self.waiting}
        return evidence

    def _sealed_after(self, position: int) -> int:
        """Return when the last head was signed that has no leaf at this position; 0 if there is none."""
        return self.sealed_at[bisect_right(self.sizes, position)]

    def _vouch(self, evidence: Evidence, positions: dict[int, int]) -> None:
        """Set which hashes of the chain are proved, and add those that only the exported files still have."""
        proved, covered = self.proof.proved, self.proof.covered
        kept = self.proof.kept.pop(evidence.chain, {})
        if not kept and all(position < proved for position in positions.values()):
            evidence.vouched = evidence.leaves
            return
        proven = {n: evidence.leaves[n] for n, position in positions.items() if position < proved}
        evidence.vouched = proven | kept
        later = {n for n, position in positions.items() if proved <= position < covered}
        evidence.forged = later - kept.keys()

    def _count(self, evidence: Evidence) -> None:
        report, rows = self.report, evidence.rows
        report.entries += len(rows)
        report.chains += bool(rows)
        report.sealed += len(evidence.leaves)
        report.unsealed += sum(row.number not in evidence.leaves for row in rows)
        report.told_later += sum(row.told_later for row in rows)
        for row in rows:
            if row.erased:
                report.erased += 1
                self._refuse_hidden(row, evidence.chain)

    def _refuse_hidden(self, row: Row, chain: str) -> None:
        """Report a content that was moved to another entry's id, so that its own entry looks erased."""
        entry = self.orphans.pop(row.commitment, None)
        if entry is not None:
            detail = f"Its content is filed under id {entry}; its own id is {row.id}."
            self.report.findings.append(Finding(chain, row.number, What.CONTENT_CHANGED, detail))


def print_report(report: Report, *, as_json: bool) -> int:
    """Print a report; return the exit status, 1 if faults were found."""
    print(json.dumps(report.as_json(), indent=1) if as_json else "\n".join(report.lines()))
    return 0 if report.is_clean else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify and print; return 0 for no faults, 1 for faults, 2 if verification could not run."""
    parser = argparse.ArgumentParser(
        prog="python -m handrail.ledger.verify", description="Verify Handrail's record."
    )
    database = os.environ.get("DATABASE_URL")
    parser.add_argument("--database", default=database, help="address; DATABASE_URL by default")
    parser.add_argument("--heads", type=Path, help="folder of the heads that were kept outside")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args(arguments)
    if not given.database:
        parser.error("give --database, or set DATABASE_URL")
    try:
        report = verify(given.database, given.heads)
    except (NoHeads, OSError, psycopg.Error) as error:
        print(f"Could not verify: {error}", file=sys.stderr)
        return 2
    return print_report(report, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
