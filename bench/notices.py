"""Measure notices at full size: every open item is late or due soon, half limits and half actions.

`python -m bench.notices [how many]` makes that many items in the demonstration's forces. It runs the first
day (every notice is new), sends the e-mails to a local mail server, and runs the next day (only the date is
new). Each is a ratio to a floor: one scan of these rows. Processor time is this process's and its database
process's, independent of other load; memory is the peak of both.
"""

import resource
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from bench.scratch import raw, scratch, settle
from bench.timing import processor_time

SIZE = 100_000
BATCH = 2_000  # rows in one statement
FLOOR_RUNS = 5
GOAL = 60  # seconds of processor time for a whole day
FLOOR = """SELECT count(*), max(due), max(c.next_due) FROM cases_case c JOIN (
    SELECT case_id, due FROM cases_deadline WHERE ended IS NULL
    UNION ALL SELECT case_id, due FROM cases_followup WHERE ended_on IS NULL) o ON o.case_id = c.id"""


def main() -> int:
    """Measure and print; return 1 when the goal is missed."""
    size = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else SIZE
    with scratch(), mail_server() as letters:
        fill(size)
        settle()
        floor = median(measured(lambda: len(raw().execute(FLOOR).fetchall()))[1] for _ in range(FLOOR_RUNS))
        took = [(name, *measured(work)) for name, work in days()]
        report(size, floor, took, len(letters))
    return int(max(processor for _, _, processor, _ in took) > GOAL)


def days() -> list[tuple[str, Callable[[], int]]]:
    """Return the measured runs, by name."""
    from django.utils import timezone

    from handrail.notices import rounds, sending

    today = timezone.localdate()
    while today.weekday() != 1:  # a Tuesday: the next day sends e-mails too
        today += timedelta(days=1)
    at = timezone.make_aware(datetime.combine(today, time(9)))
    return [
        ("first day", lambda: rounds.run(at)),
        ("letters", lambda: sending.send(at)),
        ("same day", lambda: rounds.run(at + timedelta(minutes=10))),
        ("next day", lambda: rounds.run(at + timedelta(days=1))),
    ]


def fill(size: int) -> None:
    """Make cases of all forces with one open item each: nine in ten are late, by up to forty days."""
    from django.db import transaction

    from handrail.cases.models import Case, Deadline, FollowUp
    from handrail.demo.load import load_demonstration
    from handrail.subjects.models import Subject

    load_demonstration(0)
    for batch in batched(opened(size), BATCH):
        cases = [case for case, _ in batch]
        with transaction.atomic():
            Subject.objects.bulk_create([case.subject for case in cases if case.subject])
            Case.objects.bulk_create(cases)
            Deadline.objects.bulk_create([row for _, row in batch if isinstance(row, Deadline)])
            FollowUp.objects.bulk_create([row for _, row in batch if isinstance(row, FollowUp)])


def opened(size: int) -> Iterator[tuple[Any, Any]]:
    """Yield each case with a deadline of a limit or with an action of a colleague, in turns."""
    from django.utils import timezone

    from handrail.cases.models import Case, Deadline, FollowUp
    from handrail.organisations.models import Post
    from handrail.organisations.roles import Role
    from handrail.records.packs import current_pack
    from handrail.subjects.models import Subject

    random, pack, today = Random(4), current_pack(), timezone.localdate()
    officers = list(Post.objects.filter(role=Role.PREVENT_OFFICER).select_related("organisation"))
    limits = [limit for limit in pack.limits if not limit.id.startswith("staff")]
    for number in range(size):
        post, limit = random.choice(officers), limits[number % len(limits)]
        force = post.force_id
        assert force
        due = today + timedelta(days=random.randrange(-40, 5))
        days = {"began": due - timedelta(days=10), "due": due}
        case = Case(
            reference=f"N-{number:09}",
            subject=Subject(given_name=f"Given{number}"),
            force_id=force,
            owner_id=post.person_id,
            allocated=True,
            pack_id=pack.id,
            stage_id=pack.stages[0].id,
            stage_since=today,
            opened_on=today,
            next_due=due,
        )
        if number % 2:
            to, by = random.choice(officers).person_id, post.person_id
            yield case, FollowUp(case=case, number=1, kind_id="action", by=by, to_person_id=to, **days)
        else:
            role, named = pack.step_by_id[limit.step].by[0], {"limit_id": limit.id, "step_id": limit.step}
            yield case, Deadline(case=case, force_id=force, role=role, **named, **days)


def batched(rows: Iterator[tuple[Any, Any]], size: int) -> Iterator[list[tuple[Any, Any]]]:
    while batch := list(islice(rows, size)):
        yield batch


def measured(work: Callable[[], int]) -> tuple[float, float, int]:
    """Return the wall time and processor time of some work in seconds, and its result."""
    start, before = perf_counter(), processor_time()
    done = work()
    return perf_counter() - start, (processor_time() - before) / 1000, done


def report(size: int, floor: float, took: list[tuple[str, float, float, int]], letters: int) -> None:
    """Print the figures."""
    print(f"{size:,} open; one scan of them takes {floor * 1000:.0f} ms; {letters:,} letters came")
    print(f"{'':10}{'clock s':>9}{'processor s':>13}{'times the scan':>16}{'told or sent':>14}")
    for name, clock, processor, done in took:
        print(f"{name:10}{clock:9.1f}{processor:13.1f}{processor / floor:16.0f}{done:14,}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    peak, shared = (megabytes(name) for name in ("VmHWM", "RssShmem"))
    print(f"peak memory: {own:,} MB here, {peak:,} MB in the database's process, {shared:,} MB of it shared")


def megabytes(name: str) -> int:
    """Return a memory figure of our database process, in megabytes, from the system."""
    lines = Path(f"/proc/{raw().info.backend_pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) // 1024


class Taking:
    """A mail server that accepts everything and stores the addresses."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        self.to += envelope.rcpt_tos
        return "250 Taken"


@contextmanager
def mail_server() -> Iterator[list[str]]:
    """Run a mail server for Handrail while the block runs; yield the addresses it receives."""
    from django.conf import settings

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    taking = Taking()
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SENDS_MAIL = "127.0.0.1", port, True
    yield taking.to
    controller.stop()


if __name__ == "__main__":
    sys.exit(main())
