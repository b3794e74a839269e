"""The jobs that pages may queue, with the shape of their arguments.

The web's database role has no rights on the tables of the queue. It calls one function of the database, which
knows these jobs and refuses every other. Lane, time and order of a job are not the caller's to choose.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Count
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import sql

from handrail.queue.lanes import Lane

log = structlog.get_logger("handrail.queue")

ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOST_WAITING = 5_000  # jobs of one kind; more are asked for by nobody who uses the pages
LEFT_FOR = timedelta(days=3)  # how long a sweep looks for what had no room; finished jobs are kept for longer

# For each job its lane and, for each argument, the pattern that it matches as a whole.
ALLOWED: Mapping[str, tuple[Lane, Mapping[str, str]]] = {
    "cases.look-for": (Lane.BACKGROUND, {"subject": ID}),
    "form-links.send": (Lane.MAIL, {"link": ID}),
    "outside.send-code": (Lane.MAIL, {"draft": ID}),
    "outside.send-acknowledgement": (Lane.MAIL, {"draft": ID}),
    "sign_in.send-link": (Lane.MAIL, {"person": ID, "purpose": "invitation|reset", "by": f"({ID})?"}),
    "sign_in.send-notice": (Lane.MAIL, {"person": ID, "about": "[a-z-]{1,40}"}),
}

QUEUE = """
CREATE OR REPLACE FUNCTION queue_job(task text, said jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lane text;
    queued bigint;
BEGIN
    SELECT allowed.lane INTO lane FROM (VALUES {jobs}) allowed (task, lane)
    WHERE allowed.task = queue_job.task;
    IF lane IS NULL OR jsonb_typeof(said) IS DISTINCT FROM 'object' OR EXISTS (
        SELECT FROM jsonb_each_text(said) given (argument, value)
        FULL JOIN (SELECT argument, pattern FROM (VALUES {arguments}) shape (task, argument, pattern)
            WHERE shape.task = queue_job.task) wanted USING (argument)
        WHERE (coalesce(value, '') ~ pattern) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'No page queues such a job.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (SELECT count(*) FROM (SELECT FROM procrastinate_jobs waiting WHERE status = 'todo'
            AND task_name = queue_job.task LIMIT {most}) most) = {most} THEN
        RETURN NULL;
    END IF;
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    VALUES ('default', task, lane, said) RETURNING id INTO queued;
    RETURN queued;
END
$$
"""


NEVER_QUEUED = """
SELECT wanted FROM unnest(%s::text[]) asked (wanted) WHERE NOT EXISTS (
    SELECT FROM procrastinate_jobs WHERE task_name = %s AND args ->> %s = wanted)
"""


def queue(job: str, **said: str | None) -> bool:
    """Queue a job in the transaction of the caller, and return whether it had room. It runs after the commit.

    Where MOST_WAITING jobs of its kind wait it has none, and the caller goes on: no act on a record fails for
    it. A sweep of the worker finds what was left (`cases.look-beyond`, `form-links.send-left`,
    `outside.acknowledge-left`); for another code or link its user asks again; administrators have a notice.

    The database raises InsufficientPrivilege for a job that is not in ALLOWED, or has other arguments.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_job(%s, %s::jsonb)", [job, json.dumps(said)])
        (queued,) = cursor.fetchone() or (None,)
    if queued is None:
        log.error("a job had no room in the queue", job=job, said=said)
    return queued is not None


def never_queued(job: str, argument: str, ids: Iterable[UUID]) -> list[UUID]:
    """Return those ids for which no job with this argument was queued, whether it has run or not."""
    with connection.cursor() as cursor:
        cursor.execute(NEVER_QUEUED, [[*map(str, ids)], job, argument])
        return [UUID(found) for (found,) in cursor.fetchall()]


def is_full() -> bool:
    """Whether jobs of one kind, of those that pages queue, have no room."""
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name__in=ALLOWED)
    kinds = waiting.order_by().values("task_name").annotate(many=Count("pk"))
    return bool(kinds.filter(many__gte=MOST_WAITING).exists())


def function() -> sql.Composed:
    """Return the statement that creates the function of the database."""
    jobs = [(job, lane.value) for job, (lane, _) in ALLOWED.items()]
    arguments = [
        (job, name, f"^({pattern})$")
        for job, (_, shape) in ALLOWED.items()
        for name, pattern in shape.items()
    ]
    return sql.SQL(QUEUE).format(jobs=_values(jobs), arguments=_values(arguments), most=MOST_WAITING)


def _values(rows: Sequence[Sequence[str]]) -> sql.Composable:
    listed = (sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row))) for row in rows)
    return sql.SQL(", ").join(listed)
