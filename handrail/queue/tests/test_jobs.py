"""What the web's role may put into the queue, and what it may not."""

import inspect
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from psycopg.errors import InsufficientPrivilege

from handrail.queue import jobs
from handrail.queue.jobs import ALLOWED, queue
from handrail.queue.lanes import SLOTS, Lane
from handrail.queue.tests.filling import fill

ONE = "00000000-0000-4000-8000-000000000001"
WAITING = "SELECT task_name, lock, args FROM procrastinate_jobs WHERE status = 'todo'"


@pytest.mark.parametrize("job", ALLOWED)
def test_a_job_that_pages_queue_has_a_task_with_these_arguments_and_this_lane(job: str) -> None:
    lane, shape = ALLOWED[job]
    assert set(inspect.signature(app.tasks[job].func).parameters) == set(shape)
    assert app.tasks[job].lock == lane


@pytest.mark.django_db(transaction=True)
def test_a_job_is_queued_with_the_change_that_asks_for_it_and_not_without() -> None:
    def waiting() -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            return [name for name, _, _ in cursor.fetchall()]

    with transaction.atomic():
        queue("outside.send-code", draft=ONE)
        transaction.set_rollback(True)
    assert waiting() == []
    queue("sign_in.send-link", person=ONE, purpose="reset", by=None)
    queue("sign_in.send-link", person=ONE, purpose="reset")
    assert waiting() == ["sign_in.send-link"] * 2


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("ledger.seal", '{"timestamp": 0}'),
        ("ledger.seal", "{}"),
        ("builtin:procrastinate.builtin_tasks.remove_old_jobs", '{"max_hours": 0}'),
        ("cases.look-for", "{}"),
        ("cases.look-for", "[]"),
        ("cases.look-for", "null"),
        ("cases.look-for", '{"subject": "anybody"}'),
        ("cases.look-for", f'{{"subject": ["{ONE}"]}}'),
        ("cases.look-for", f'{{"subject": "{ONE}\\n"}}'),
        ("cases.look-for", f'{{"subject": "{ONE}", "lock": "sealing"}}'),
        ("sign_in.send-link", f'{{"person": "{ONE}", "purpose": "anything"}}'),
        ("sign_in.send-notice", f'{{"person": "{ONE}", "about": "Words of an attacker."}}'),
    ],
)
def test_no_other_job_and_no_other_argument_is_taken(
    web_connection: psycopg.Connection[Any], job: str, said: str
) -> None:
    allowed = f'{{"subject": "{ONE}"}}'
    assert web_connection.execute("SELECT queue_job('cases.look-for', %s)", [allowed]).fetchone(), (
        "this one is taken"
    )
    with pytest.raises(InsufficientPrivilege, match="No page queues such a job"):
        web_connection.execute("SELECT queue_job(%s, %s)", [job, said])


def test_the_queue_takes_no_more_than_pages_would_ask_for_and_refuses_nobody(
    web_connection: psycopg.Connection[Any], admin_connection: psycopg.Connection[Any]
) -> None:
    fill(admin_connection, "cases.look-for", jobs.MOST_WAITING - 1)
    look_for = f"""SELECT queue_job('cases.look-for', '{{"subject": "{ONE}"}}')""".encode()
    assert not jobs.is_full()
    assert web_connection.execute(look_for).fetchone() != (None,)
    assert jobs.is_full()
    assert web_connection.execute(look_for).fetchone() == (None,)
    assert not queue("cases.look-for", subject=ONE)
    assert queue("form-links.send", link=ONE)


@pytest.mark.django_db
def test_what_was_never_queued_is_told_from_what_was_done() -> None:
    first, second = uuid4(), uuid4()
    queue("form-links.send", link=str(first))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")
    assert jobs.never_queued("form-links.send", "link", [first, second]) == [second]
    assert jobs.never_queued("outside.send-code", "link", [first]) == [first]


def test_every_task_has_a_lane() -> None:
    tasks = (task for task in app.tasks.values() if task.func.__module__.startswith("handrail."))
    own = {task.name: task.lock for task in tasks}
    assert {name for name, lock in own.items() if lock not in set(Lane)} == set()
    assert set(own.values()) | {Lane.MAIL_AGAIN} == set(Lane)


def test_the_worker_has_room_for_every_lane() -> None:
    assert app.worker_defaults["concurrency"] == SLOTS == len(Lane)
