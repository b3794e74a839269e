"""The worker's periodic tasks, run as the worker's own database role."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.cases.tasks import forget_drafts
from handrail.organisations.tests.cast import make_cast
from handrail.records.drafts import Draft
from handrail.sign_in.models import Session
from handrail.web.tasks import forget_ended_sessions

PATIENCE = 30  # seconds


@contextmanager
def acting_as(login: str) -> Iterator[None]:
    """Give Django's connection another database role."""
    own = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = login
    yield
    connection.close()
    connection.settings_dict["USER"] = own


@contextmanager
def at_work(*, wait: bool) -> Iterator[None]:
    """Run a worker while the block runs; without `wait` it ends by itself once nothing is left to do."""
    loop = asyncio.new_event_loop()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]

        async def work() -> None:
            async with working.open_async():
                await working.run_worker_async(wait=wait, install_signal_handlers=False)

        job = loop.create_task(work())
        worker = Thread(target=loop.run_until_complete, args=[asyncio.wait([job])])
        worker.start()
        try:
            yield
        finally:
            if wait:
                loop.call_soon_threadsafe(job.cancel)
            worker.join(300)
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()


def queue(task: str) -> None:
    """Queue a task as the web does, on Django's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)"
            " VALUES ('default', %s, %s, '{\"timestamp\": 0}')",
            [task, app.tasks[task].lock],
        )


def test_every_task_of_the_rooms_is_known_to_the_worker() -> None:
    known = {name.rpartition(".")[2] for name in app.tasks}
    assert {"tidy_up", "forget_drafts"} <= known


def test_no_task_is_queued_by_the_path_of_its_module() -> None:
    own = {task.name for task in app.tasks.values() if task.func.__module__.startswith("handrail.")}
    assert "ledger.seal" in own
    assert [name for name in own if name.startswith("handrail.")] == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("handrail.web.tasks.forget_sessions", "web.forget-ended-sessions"),
        ("handrail.web.tasks.tidy_up", "web.tidy-up"),
        ("handrail.cases.tasks.forget_drafts", "cases.forget-drafts"),
        ("handrail.cases.tasks.count_names", "cases.count-names"),
    ],
)
def test_a_job_queued_by_the_path_of_a_task_finds_it(path: str, name: str) -> None:
    assert app.tasks[path].name == name


@pytest.mark.django_db(transaction=True)
def test_drafts_that_nobody_came_back_to_are_forgotten_and_others_kept() -> None:
    what = {"target_kind": "case", "pack_id": "england-wales-2018", "step_id": "referral"}
    old, new = (Draft.objects.create(**what) for _ in range(2))
    Draft.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=400))
    with acting_as("handrail_jobs"):
        assert forget_drafts.func(0) == 1
    assert list(Draft.objects.all()) == [new]


@pytest.mark.django_db(transaction=True)
def test_sessions_that_have_ended_are_forgotten_by_the_worker() -> None:
    for key, days in (("old", -1), ("new", 1)):
        expires = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    with acting_as("handrail_jobs"):
        forget_ended_sessions()
    assert Session.objects.get().session_key == "new"


@pytest.mark.django_db(transaction=True)
def test_of_a_session_that_lapsed_stays_for_some_days_who_it_was_and_nothing_else() -> None:
    person = make_cast().officer
    for key, days in (("lapsed", -1), ("long ago", -5), ("new", 1)):
        ends = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="words", expire_date=ends, person=person)
    with acting_as("handrail_jobs"):
        forget_ended_sessions()
    kept = dict(Session.objects.values_list("session_key", "session_data"))
    assert kept == {"lapsed": "", "new": "words"}


@pytest.mark.django_db(transaction=True)
def test_a_slow_job_holds_up_its_own_lane_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    began, goes_on, sent = Event(), Event(), Event()

    def slow(now: object) -> None:
        began.set()
        goes_on.wait(PATIENCE)

    monkeypatch.setattr("handrail.ledger.tasks.seal", slow)
    monkeypatch.setattr("handrail.notices.sending.send", lambda now: sent.set())
    queue("ledger.seal")
    queue("notices.send")
    with at_work(wait=False):
        assert began.wait(PATIENCE)
        assert sent.wait(PATIENCE), "the mail is sent while sealing still runs"
        goes_on.set()


@pytest.mark.parametrize("said", ["no JSON", "{}", '{"type": "abort_job_requested"}'])
def test_no_notification_ends_the_worker(
    web_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    sent = Event()
    monkeypatch.setattr("handrail.notices.sending.send", lambda now: sent.set())
    with at_work(wait=True):
        queue("notices.send")
        assert sent.wait(PATIENCE)
        sent.clear()
        web_connection.execute("SELECT pg_notify('procrastinate_any_queue_v1', %s)", [said])
        queue("notices.send")
        assert sent.wait(PATIENCE)
