"""Measure writing, sealing and verifying the record, and test the verifier with tampered records.

python -m bench.ledger --entries 1000000 --rows 10000 --clean 1000
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psutil
import psycopg

from bench.scratch import close, scratch, server, settle

if TYPE_CHECKING:
    from handrail.ledger.record import Act

PER_CHAIN = 10
AT_ONCE = 100_000
APPENDS = 500
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> int:
    """Run the bench; the exit status is 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=sys.modules[__name__].__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000, help="how many entries to write and verify")
    parser.add_argument(
        "--rows", type=int, default=10_000, help="how many entries to tamper with, one by one"
    )
    parser.add_argument("--clean", type=int, default=1_000, help="how many runs over a clean record")
    given = parser.parse_args()
    with scratch():
        print(server())
        missed = tampers(given.rows) + false_alarms(given.clean) + speed(given.entries)
    return 1 if missed else 0


def speed(entries: int) -> int:
    """Write, seal and verify; return how many goals were missed."""
    print(f"append_many of {entries:,} entries: {timed(lambda: fill(entries)):.1f} s")
    settle()
    print(f"seal of them: {timed(seal):.1f} s")
    settle()
    missed = 0
    for heads in (None, home() / "heads"):
        missed += verification(heads)
    return missed + appending()


def fill(entries: int, start: int = 0) -> None:
    """Write chains of ten entries that grow in parallel, as cases do."""
    from django.db import transaction

    from handrail.ledger.record import append_many

    for first in range(start, entries, AT_ONCE):
        count = min(AT_ONCE, entries - first)
        chains = [uuid4() for _ in range(-(-count // PER_CHAIN))]
        places = [(chains[place % len(chains)], place) for place in range(count)]
        times = [BEGAN + timedelta(seconds=first + place) for place in range(count)]
        acts = [act(chain, at) for (chain, _), at in zip(places, times, strict=True)]
        with transaction.atomic():
            append_many(acts, recorded_at=times)


def act(chain: UUID, at: datetime) -> "Act":
    """Return a decision of the usual length."""
    from handrail.ledger.record import Act

    answers = {f"question-{n}": "an answer of some words, as people write them" for n in range(8)}
    return Act(
        chain=chain,
        kind="case",
        act="gateway-assessment",
        outcome="channel",
        stage="gateway",
        actor=UUID(int=1),
        role="prevent-supervisor",
        organisation=UUID(int=2),
        seen_version=1,
        happened_at=at,
        pack="england-wales-2018",
        content={"answers": answers, "reason": "IndexReason of what is said above."},
        reason_given=True,
    )


def seal() -> None:
    """Seal as the background worker does."""
    from django.utils import timezone

    from handrail.ledger.seal import seal as sealed

    with connected_as_jobs():
        sealed(timezone.now(), home())


@contextmanager
def connected_as_jobs() -> Iterator[None]:
    """Connect Django as the background worker while the block runs."""
    from django.db import connection

    from handrail.config.database import Role, parameters

    close()
    before = dict(connection.settings_dict), dict(connection.settings_dict["OPTIONS"])
    given = parameters(Role.JOBS)
    connection.settings_dict.update(USER=given["user"], PASSWORD=given.get("password", ""))
    connection.settings_dict["OPTIONS"].pop("pool", None)
    yield
    connection.close()
    connection.settings_dict.update(before[0], OPTIONS=before[1])


def verification(heads: Path | None) -> int:
    """Verify, with client and server bound to one core; 1 if both work over a minute for a million entries.

    Processor time counts as well as the clock, which includes other users' work on the machine.
    """
    from handrail.ledger.verify import verify

    with psycopg.connect(address("OWNER")) as connection, one_core(connection.info.backend_pid):
        both = (psutil.Process(), psutil.Process(connection.info.backend_pid))
        start, worked = perf_counter(), [worked_by(process) for process in both]
        report = verify(connection, heads)
        wall = perf_counter() - start
        own, servers = (worked_by(p) - before for p, before in zip(both, worked, strict=True))
    what = "with heads" if heads else "alone"
    print(f"verify {what}: {report.entries:,} entries in {wall:.1f} s by the clock,")
    print(f"  {own + servers:.1f} s of work on one core: {own:.1f} s its own, {servers:.1f} s the server's")
    if report.findings:
        print(f"  {len(report.findings)} false alarms: {report.findings[0]}")
    return int(own + servers > 60 * report.entries / 1_000_000 or bool(report.findings))


def worked_by(process: psutil.Process) -> float:
    """Return the processor time of a process in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def one_core(server_process: int) -> Iterator[None]:
    """Bind this process and its server process to one core, where the system allows it."""
    cores = os.sched_getaffinity(0)
    with suppress(psutil.Error, PermissionError):
        psutil.Process(server_process).cpu_affinity([min(cores)])
    os.sched_setaffinity(0, {min(cores)})
    yield
    os.sched_setaffinity(0, cores)


def appending() -> int:
    """Append entries singly, and insert equal rows into unguarded tables; 1 if over three times as slow."""
    from django.db import connection, transaction

    from handrail.ledger.record import ADD, append, link

    with psycopg.connect(address("OWNER")) as owner:
        for table in ("entry", "content"):
            owner.execute(f"CREATE TABLE bare_{table} (LIKE ledger_{table} INCLUDING ALL)")
            owner.execute(f"GRANT SELECT, INSERT ON bare_{table} TO handrail_web")
    bare_sql = ADD.replace("ledger_", "bare_")
    acts = [act(uuid4(), BEGAN) for _ in range(APPENDS // PER_CHAIN)] * PER_CHAIN
    links = [link(one, number=n, recorded_at=BEGAN, previous=bytes(32)) for n, one in enumerate(acts, 1)]

    def guarded(place: int) -> None:
        with transaction.atomic():
            append(acts[place], recorded_at=BEGAN)

    def bare(place: int) -> None:
        new = links[place]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(bare_sql, [*new.row(), new.salt, new.content.decode(), 0])

    costs = {"append": 0.0, "bare": 0.0}
    for place in range(APPENDS):
        costs["bare"] += timed(lambda: bare(place))  # noqa: B023 called at once
        costs["append"] += timed(lambda: guarded(place))  # noqa: B023 called at once
    each = {name: cost / APPENDS * 1000 for name, cost in costs.items()}
    ratio = each["append"] / each["bare"]
    print(f"append: {each['append']:.2f} ms, the same rows bare: {each['bare']:.2f} ms, ratio {ratio:.2f}")
    return int(ratio > 3)


def tampers(rows: int) -> int:
    """Test goal I1 fully: change every column of every row, remove every row; return how many were missed."""
    from handrail.ledger.tests.tampering import Tampered
    from handrail.ledger.tests.test_verify import CHANGES, SAME

    fill(rows)
    seal()
    removal = f"DELETE FROM ledger_entry entry USING victim WHERE {SAME}"
    attacks = {"removed": removal} | {
        column: f"UPDATE ledger_entry entry SET {column} = {value} FROM victim WHERE {SAME}"
        for column, value in CHANGES.items()
    }
    tried = missed = 0
    with psycopg.connect(address("ADMIN"), autocommit=True) as admin:
        record = Tampered(admin, home())
        chains = [chain for (chain,) in admin.execute("SELECT id FROM ledger_chain").fetchall()]
        for number in range(1, PER_CHAIN + 1):
            for attack in attacks.values():
                with record.free_hand():
                    record.victims(dict.fromkeys(chains, number))
                    admin.execute(attack.encode())
                    named = {(f.chain, f.number) for f in record.report().findings if f.chain}
                tried += len(chains)
                missed += len(named ^ {(str(chain), number) for chain in chains})
    print(f"tampers: {tried:,} tried one a chain, {missed:,} missed or misnamed")
    return missed


def false_alarms(runs: int) -> int:
    """Verify an unchanged record repeatedly, with heads; return the number of false alarms."""
    from handrail.ledger.verify import verify

    with psycopg.connect(address("OWNER"), autocommit=True) as owner:
        alarms = sum(bool(verify(owner, home() / "heads").findings) for _ in range(runs))
    print(f"clean runs: {runs:,}, {alarms} with a false alarm")
    return alarms


def address(role: str) -> str:
    """Return the address of the scratch database for one role."""
    from handrail.config.database import Role, parameters

    return psycopg.conninfo.make_conninfo(**parameters(Role[role]))


def home() -> Path:
    """Return the scratch installation's folder."""
    return Path(os.environ["HANDRAIL_HOME"])


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
