"""A worker killed at work: the next one goes on, and no e-mail is sent twice."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from handrail.cases.models import Case
from handrail.cases.tests.cast import make_cast, refer
from handrail.notices import tasks
from handrail.notices.models import Letter, Notice, State
from handrail.notices.tests.conftest import MailServer
from handrail.notices.tests.days import due
from handrail.sign_in.tasks import send_link

# The real worker, on the test's database and with its own role; it stops once the queue is empty.
WORKER = """
import os, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connections
connection = connections["default"]
connection.settings_dict.update(NAME=os.environ["TEST_DATABASE"])
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["TEST_MAIL"])
settings.SENDS_MAIL = True
call_command("procrastinate", "worker", "--one-shot", "--shutdown-graceful-timeout=5")
"""

# The worker as `handrail run-jobs` runs it, until it is told to stop.
LASTING = WORKER.replace(
    'call_command("procrastinate", "worker", "--one-shot", "--shutdown-graceful-timeout=5")',
    "from handrail.queue import worker; worker.run(5)",
)
PATIENCE = 300  # seconds for what happens sooner or later on a busy machine, or never


def worker(server: MailServer, script: str = WORKER) -> "subprocess.Popen[bytes]":
    given = {
        **os.environ,
        "HANDRAIL_DATABASE_ROLE": "jobs",
        "HANDRAIL_HOME": str(configured.HOME),
        "DJANGO_SETTINGS_MODULE": "handrail.config.settings",
        "TEST_DATABASE": connection.settings_dict["NAME"],
        "TEST_MAIL": str(server.port),
    }
    return subprocess.Popen([sys.executable, "-c", script], env=given)


def work(server: MailServer) -> int:
    return worker(server).wait(300)


def queue(task: Any) -> None:
    """Queue a task unless the killed worker's own schedule did."""
    with suppress(AlreadyEnqueued):
        task.defer(timestamp=0)


def free_lanes() -> None:
    """End the jobs of the killed worker, whose lanes they hold."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'")


@pytest.fixture
def late(transactional_db: None, server: MailServer) -> Case:
    """Return a case with a late deadline and no notices yet."""
    cast = make_cast()
    case = refer(cast)
    today = timezone.localdate()
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.deadlines.update(role="prevent-officer")
    due(case, "safeguarding", today - timedelta(days=1), began=today - timedelta(days=9))
    case.refresh_from_db()
    return case


class Killing(MailServer):
    """A mail server that kills the worker on receiving an e-mail, and accepts the e-mail."""

    process: "subprocess.Popen[bytes] | None" = None

    async def handle_DATA(self, *given: object) -> str:  # noqa: N802
        answer = await super().handle_DATA(*given)  # type: ignore[arg-type]
        if self.process:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process = None
        return answer


def letter(case: Case, day: date) -> Letter:
    assert case.owner is not None
    return Letter.objects.create(person=case.owner, day=day, next_at=timezone.now())


def test_a_worker_that_is_killed_while_it_sends_sends_nothing_twice(late: Case, server: MailServer) -> None:
    server.stop()
    killing = Killing(server.port)
    killing.start()
    try:
        tasks.tell.func(0)
        Letter.objects.all().delete()
        waiting = letter(late, timezone.localdate())

        queue(tasks.send)
        killing.process = process = worker(server)
        assert process.wait(300) == -signal.SIGKILL
        assert len(killing.came) == 1
        waiting.refresh_from_db()
        assert waiting.state == State.SENDING

        free_lanes()
        queue(tasks.send)
        assert work(server) == 0
        waiting.refresh_from_db()
        assert (len(killing.came), waiting.state) == (1, State.UNSURE)
        assert Notice.objects.unseen().filter(person=late.owner).exists(), "it stays in the application"
    finally:
        killing.stop()


def test_a_job_that_mails_is_not_run_again_when_its_worker_is_killed_and_others_are(
    late: Case, server: MailServer
) -> None:
    """The first worker is killed while it hands the mail over; the next finds what it left."""
    server.stop()
    killing = Killing(server.port)
    killing.start()
    running: list[subprocess.Popen[bytes]] = []
    try:
        assert late.owner is not None
        mail = send_link.defer(person=str(late.owner.pk), purpose="invitation")
        killing.process = first = worker(server, LASTING)
        assert first.wait(PATIENCE) == -signal.SIGKILL
        assert len(killing.to(late.owner.email)) == 1
        round_ = left_by_a_dead_worker("notices.tell")
        running.append(worker(server, LASTING))
        assert settled(mail) == "failed"
        assert settled(round_) == "succeeded"
        assert len(killing.to(late.owner.email)) == 1
    finally:
        for one in running:
            one.kill()
            one.wait(300)
        killing.stop()


def left_by_a_dead_worker(task: str) -> int:
    """Leave a job in the hands of the worker that was killed, silent for a minute by now; return its id."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        assert cursor.rowcount == 1
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " SELECT 'default', %s, %s::jsonb, 'doing', id FROM procrastinate_workers RETURNING id",
            [task, '{"timestamp": 0}'],
        )
        return int(cursor.fetchone()[0])


def settled(job: int) -> str:
    """Return how a job ended, once it has."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
            (status,) = cursor.fetchone() or ("gone",)
        if status not in {"todo", "doing"}:
            return str(status)
        time.sleep(0.2)
    return "not yet"


def test_the_worker_tells_and_sends_in_its_own_role(late: Case, server: MailServer) -> None:
    queue(tasks.tell)
    assert work(server) == 0
    assert Notice.objects.filter(person=late.owner, case=late).exists()
    if not Letter.objects.exists():  # it is not morning yet, or no working day
        letter(late, timezone.localdate())
    queue(tasks.send)
    assert work(server) == 0
    assert late.owner is not None
    assert len(server.to(late.owner.email)) == 1


def test_a_round_that_is_killed_goes_on_with_the_next(
    late: Case, server: MailServer, admin_connection: psycopg.Connection[object]
) -> None:
    """A lock on the table holds the round up at its first notice; then the worker is killed."""
    admin_connection.autocommit = False
    admin_connection.execute("LOCK TABLE notices_notice IN ACCESS EXCLUSIVE MODE")
    queue(tasks.tell)
    process = worker(server)
    held_up = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'handrail_jobs'"
    with connection.cursor() as cursor:
        while not cursor.execute(held_up) and not cursor.fetchone():
            assert process.poll() is None
    process.kill()
    process.wait(300)
    admin_connection.rollback()
    assert not Notice.objects.exists()
    free_lanes()
    queue(tasks.tell)
    assert work(server) == 0
    assert Notice.objects.filter(person=late.owner, case=late).exists()


def test_the_worker_knows_the_tasks_of_the_room() -> None:
    assert {"notices.tell", "notices.send"} <= set(app.tasks)
