"""A queue without room, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from handrail.queue.jobs import MOST_WAITING


def fill(admin: psycopg.Connection[Any], job: str, many: int = MOST_WAITING) -> None:
    """Queue a job so many times, which nobody asked for."""
    admin.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " SELECT 'default', %s, '{}' FROM generate_series(1, %s)",
        [job, many],
    )


@contextmanager
def full(admin: psycopg.Connection[Any], job: str) -> Iterator[None]:
    """Leave no room for a job while the block runs."""
    fill(admin, job)
    yield
    admin.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s AND args = '{}'", [job])
