"""The jobs that pages may queue, with the shape of their arguments.

The web's database role has no rights on the tables of the queue. It calls one function of the database, which
knows these jobs and refuses every other. Lane, time and order of a job are not the caller's to choose.
"""

import json
from collections.abc import Mapping, Sequence

from django.db import connection
from psycopg import sql

from handrail.queue.lanes import Lane

ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOST_WAITING = 5_000  # jobs of one kind; more are asked for by nobody who uses the pages

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
        RAISE EXCEPTION 'Too many jobs of this kind wait.' USING ERRCODE = 'configuration_limit_exceeded';
    END IF;
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    VALUES ('default', task, lane, said) RETURNING id INTO queued;
    RETURN queued;
END
$$
"""


def queue(job: str, **said: str | None) -> None:
    """Queue a job in the transaction of the caller; it runs once that is committed.

    The database raises InsufficientPrivilege for a job that is not in ALLOWED, or has other arguments.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_job(%s, %s::jsonb)", [job, json.dumps(said)])


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
