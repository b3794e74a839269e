"""What somebody could do who runs SQL as the web's role: each act is refused, or is in the threat model.

A forged time is tried in `handrail/ledger/tests/test_in_time.py`, arguments of jobs in
`handrail/queue/tests/test_jobs.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege

from handrail.access.models import Reading
from handrail.cases.tests.cast import Cast, make_cast
from handrail.config import database
from handrail.config.database import Role
from handrail.ledger.models import Entry
from handrail.ledger.record import append
from handrail.ledger.tests.acts import act
from handrail.organisations.models import Person
from handrail.sign_in.models import Session, kept_key

MODEL = Path("docs/security/threat-model.md")
HOLDER = "SELECT set_config('handrail.person', id::text, false) FROM organisations_person LIMIT 1"

REFUSED: dict[str, LiteralString] = {
    # The queue of the worker
    "put off sealing": "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, scheduled_at)"
    " VALUES ('default', 'ledger.seal', 'ledger.seal', now() + interval '1000 years')",
    "put off sealing by the library": "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'ledger.seal',"
    " 0, NULL, 'ledger.seal', '{}', NULL)]::procrastinate_job_to_defer_v1[])",
    "put off what is periodic": "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp)"
    " SELECT 'ledger.seal', n FROM generate_series(1, 9) n",
    "put off what is periodic by the library": "SELECT procrastinate_defer_periodic_job_v2('default', NULL,"
    " 'ledger.seal', 'ledger.seal', 0, '', 4102444800, '{}')",
    "take the place of sealing": "SELECT queue_job('ledger.seal', '{}')",
    "empty the history of jobs": "SELECT queue_job('builtin:procrastinate.builtin_tasks.remove_old_jobs',"
    " '{\"max_hours\": 0}')",
    "read the queue": "SELECT * FROM procrastinate_jobs",
    "change the queue": "UPDATE procrastinate_jobs SET status = 'cancelled'",
    "empty the queue": "DELETE FROM procrastinate_jobs",
    "cancel a job": "SELECT procrastinate_cancel_job_v1(1, true, true)",
    "repeat a job": "SELECT procrastinate_retry_job_v2(1, now(), 0, 'default', NULL)",
    "take a job": "SELECT procrastinate_fetch_job_v2(NULL, 1)",
    "end a job": "SELECT procrastinate_finish_job_v1(1, 'succeeded', true)",
    "number jobs": "SELECT nextval('procrastinate_jobs_id_seq')",
    # Locks that the worker waits for
    "hold the lock of sealing": "SELECT ledger_sealing()",
    "lock the heads": "LOCK TABLE ledger_head IN SHARE MODE",
    "lock the queue": "LOCK TABLE procrastinate_jobs IN ACCESS SHARE MODE",
    "hold a lock as long as a connection": "SELECT pg_advisory_lock(24225)",
    "hold many locks": "SELECT count(pg_try_advisory_lock(n, 1)) FROM generate_series(1, 100000) n",
    "end connections": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
    # The record and the log of reads
    "keep an entry from being sealed": "DELETE FROM ledger_unsealed",
    "make a wait look short": "UPDATE ledger_unsealed SET since = now()",
    "read the leaves": "SELECT * FROM ledger_leaf",
    "read the heads": "SELECT * FROM ledger_head",
    "write a leaf": "INSERT INTO ledger_leaf VALUES (0, gen_random_uuid(), 1, sha256('x'))",
    "write a head": "INSERT INTO ledger_head (number) VALUES (1)",
    "change an entry": "UPDATE ledger_entry SET actor = gen_random_uuid()",
    "change a line of the log": "UPDATE access_reading SET at = at - interval '1 day'",
    "put sealing of the log out of order": "INSERT INTO access_reading (id, at, verb, records, page, reason,"
    " recipient) VALUES (9007199254740992, now(), 'consulted', '{}', '', '', '')",
    "put a line where sealing of the log is past": "INSERT INTO access_reading (id, at, verb, records, page,"
    " reason, recipient) VALUES (-20000, now(), 'consulted', '{}', '', '', '')",
    "use up the numbers of the log": "SELECT setval('access_reading_id_seq', 9007199254740992)",
    "empty the log": "DELETE FROM access_reading",
    "read the history of rows": "SELECT * FROM organisations_personevent",
    # More rights, and room for more
    "be another role": "SET ROLE handrail_owner",
    "be a superuser": "ALTER ROLE handrail_web SUPERUSER",
    "give another role settings": "ALTER ROLE handrail_jobs SET lock_timeout = 0",
    "give every role settings": "ALTER DATABASE postgres SET synchronous_commit = off",
    "give its own role a person": "ALTER ROLE handrail_web SET handrail.person = 'planted'",
    "pass by triggers": "SET session_replication_role = replica",
    "make a table": "CREATE TEMPORARY TABLE kept AS SELECT 1",
    "make a function": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "keep a large object": "SELECT lo_from_bytea(0, 'carried off')",
    "make a large object": "SELECT lo_create(0)",
    "write to a large object": "SELECT lo_put(1, 0, 'x')",
    "take in a file": "SELECT lo_import('/etc/passwd')",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'cat'",
}

# What is possible, with the words by which the threat model says so. Each changes or returns a row.
POSSIBLE: dict[str, LiteralString] = {
    "act and read as anybody": HOLDER,
    "read password hashes": "SELECT password FROM organisations_person WHERE password <> ''",
    "set a password": "UPDATE organisations_person SET password = 'of mine' RETURNING id",
    "remove second factors": "DELETE FROM mfa_authenticator RETURNING id",
    "end sessions": "DELETE FROM sign_in_session RETURNING session_key",
    "write a line of the log of reads in another's name": "INSERT INTO access_reading"
    " (at, person, verb, records, page, reason, recipient)"
    " SELECT now(), id, 'consulted', '{}', '', '', '' FROM organisations_person LIMIT 1",
    "count the records of every force": "SELECT kind, count(*) FROM ledger_chain GROUP BY kind",
    "queue mails to users": "SELECT queue_job('sign_in.send-notice', json_build_object('person', id, 'about',"
    " 'password')::jsonb) FROM organisations_person LIMIT 1",
    "give its own role settings": "ALTER ROLE handrail_web SET work_mem = '64kB'",
    "make the web wait": "SELECT pg_advisory_xact_lock(1)",
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    cast = make_cast()
    with transaction.atomic():
        append(act())
    return cast


@pytest.fixture
def planted(cast: Cast) -> None:
    """Give somebody what the attacks are after: a password, a second factor and a session."""
    Person.objects.filter(pk=cast.officer.pk).update(password=make_password("a long pass phrase"))
    Authenticator.objects.create(user=cast.officer, type=Authenticator.Type.TOTP, data={})
    expires = timezone.now() + timedelta(hours=1)
    Session.objects.create(session_key=kept_key("of the cookie"), session_data="", expire_date=expires)


@pytest.fixture
def web(cast: Cast, web_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """Return a connection of the web's role, which can do what it is meant to."""
    assert web_connection.execute("SELECT count(*) FROM organisations_person").fetchone() != (0,)
    with web_connection.transaction(force_rollback=True):
        yield web_connection


@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused(web: psycopg.Connection[Any], attack: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        web.execute(REFUSED[attack])


# Attacks that answer no rows, and so are only not refused.
NO_ROWS = {"give its own role settings"}


@pytest.mark.parametrize("attack", POSSIBLE)
def test_it_is_possible_and_the_threat_model_says_so(
    planted: None, web: psycopg.Connection[Any], attack: str
) -> None:
    done = web.execute(POSSIBLE[attack])
    assert attack in NO_ROWS or done.rowcount > 0, "It found no row to attack."
    assert attack in " ".join(MODEL.read_text().split()), f"{MODEL} says: {attack}"


def test_an_entry_is_written_in_the_name_of_who_acts_alone(web: psycopg.Connection[Any], cast: Cast) -> None:
    entry = Entry.objects.get()
    columns = [field.attname for field in Entry._meta.concrete_fields if not field.primary_key]
    listed = ", ".join(columns)
    values = {column: getattr(entry, column) for column in columns} | {
        "chain": uuid4(),
        "kind": "access",
        "actor": cast.administrator.pk,
    }
    add = f"INSERT INTO ledger_entry ({listed}) VALUES ({', '.join(['%s'] * len(columns))})"
    web.execute("SELECT set_config('handrail.person', %s, true)", [str(cast.officer.pk)])
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        web.execute(add.encode(), list(values.values()))


def test_no_line_of_the_log_says_what_no_page_can_show(web: psycopg.Connection[Any]) -> None:
    with pytest.raises(CheckViolation):
        web.execute(
            "INSERT INTO access_reading (at, verb, records, page, reason, recipient)"
            " VALUES (now(), 'unheard-of', '{}', '', '', '')"
        )


def test_a_line_of_the_log_is_of_now(web_connection: psycopg.Connection[Any], cast: Cast) -> None:
    before = timezone.now()
    web_connection.execute(
        "INSERT INTO access_reading (at, person, verb, records, page, reason, recipient)"
        " VALUES (%s, %s, 'consulted', '{}', '', '', '')",
        [before - timedelta(days=200), cast.officer.pk],
    )
    assert Reading.objects.get().at >= before


def test_no_key_of_a_session_is_read(web: psycopg.Connection[Any], cast: Cast) -> None:
    expires = timezone.now() + timedelta(hours=1)
    Session.objects.create(session_key=kept_key("of the cookie"), session_data="", expire_date=expires)
    rows = web.execute("SELECT sign_in_session::text FROM sign_in_session").fetchall()
    assert kept_key("of the cookie") in str(rows)
    assert "of the cookie" not in str(rows)


def test_a_setting_that_the_role_gave_itself_does_not_count(web_connection: psycopg.Connection[Any]) -> None:
    """The role's own settings outlast a connection, but each says anew what pages rest on."""
    given = {**database.parameters(Role.WEB), "dbname": web_connection.info.dbname}
    planted = sql.SQL("ALTER ROLE handrail_web IN DATABASE {} SET search_path = planted")
    web_connection.execute(planted.format(sql.Identifier(given["dbname"])))
    with psycopg.connect(**given) as plain:
        assert plain.execute("SHOW search_path").fetchone() == ("planted",)
    with psycopg.connect(**given, options=database.OWN) as serving:
        assert serving.execute("SHOW search_path").fetchone() == ("public",)


@pytest.mark.parametrize(("role", "said"), [(Role.WEB, database.OWN), (Role.JOBS, database.WAITS)])
def test_every_connection_of_a_serving_process_says_its_settings(
    role: Role, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_ROLE", role)
    options = database.databases()["default"]["OPTIONS"]["options"]
    assert said in options
    assert "lock_timeout=30s" in options, "It waits for nobody's lock for ever."
