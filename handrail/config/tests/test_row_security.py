"""The database enforces the declared row security; a table without a declaration fails here."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from handrail.cases.engine.record import PUBLIC_FORM
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.config import conditions, database, privileges, row_security, rows
from handrail.config.database import Role
from handrail.config.rows import Rows
from handrail.organisations.models import Person
from handrail.records.kinds import kinds


@pytest.mark.django_db
def test_of_every_table_it_is_said_who_sees_which_rows() -> None:
    unsaid = [name for name in privileges.tables(connection) if rows.of_table(name) is None]
    assert unsaid == [], "Say in config/rows.py which of its rows the web sees, or why all of them are open."


@pytest.mark.django_db
def test_every_secured_table_is_closed_but_for_what_is_declared() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, (SELECT coalesce(array_agg(polname::text"
            " ORDER BY polname), '{}') FROM pg_policy WHERE polrelid = pg_class.oid) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        found = {name: (closed, policies) for name, closed, policies in cursor.fetchall()}
    for name, (closed, policies) in found.items():
        declared = rows.of_table(name)
        assert closed == isinstance(declared, Rows), name
        assert policies == sorted(policies_of(declared)), name


def policies_of(declared: Rows | str | None) -> list[str]:
    if not isinstance(declared, Rows):
        return []
    ways = {
        "sees": declared.see,
        "adds": declared.add,
        "changes": declared.change,
        "removes": declared.remove,
    }
    return ["owner_works", "jobs_works", *(f"web_{way}" for way, rows_ in ways.items() if rows_)]


def test_no_table_is_both_secured_and_open() -> None:
    assert not set(rows.SECURED) & set(rows.OPEN)


def test_every_kind_of_record_says_who_sees_its_rows() -> None:
    named = {kind.name for kind in kinds()}
    assert sorted(named - rows.KINDS.keys()) == [], "Add these kinds to KINDS in handrail/config/rows.py."
    assert sorted(rows.KINDS.keys() - named) == [], (
        "No room registers these kinds in the ready() of its apps.py."
    )


def test_the_public_form_is_the_author_whom_the_record_knows() -> None:
    assert str(PUBLIC_FORM) == conditions.PUBLIC_FORM


@pytest.mark.django_db
def test_a_second_application_changes_nothing(transactional_db: None) -> None:
    def policies() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2")
            return list(cursor.fetchall())

    before = policies()
    row_security.apply(connection)
    assert policies() == before


OF_A_CASE = ["cases_case", "cases_referral", "cases_deadline", "subjects_subject"]


def count(connection: psycopg.Connection[Any], table: str) -> int:
    (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(found)


@pytest.mark.parametrize("table", [*OF_A_CASE, "ledger_entry", "ledger_content"])
def test_where_nobody_asks_the_web_sees_no_row(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any], table: str
) -> None:
    assert count(web_connection, table) == 0


@pytest.fixture
def cast_and_case(transactional_db: None) -> tuple[Cast, Case]:
    cast = make_cast()
    return cast, refer(cast)


@pytest.fixture
def pool(cast_and_case: tuple[Cast, Case]) -> Iterator[ConnectionPool[Any]]:
    """Two connections of the web, as its threads share them."""
    given = {**database.parameters(Role.WEB), "dbname": connection.settings_dict["NAME"]}
    with ConnectionPool(kwargs=given, min_size=2, max_size=2) as pool:
        yield pool


def enter(connection: psycopg.Connection[Any], person: Person | None) -> None:
    connection.execute("SELECT access_enter(%s)", [person.pk if person else None])


@pytest.mark.parametrize("requests", [210, pytest.param(10_000, marks=pytest.mark.whole)])
def test_nothing_of_one_request_is_left_for_the_next_on_its_connection(
    cast_and_case: tuple[Cast, Case], pool: ConnectionPool[Any], requests: int
) -> None:
    """Requests by turns, some of which fail midway, over two connections; after 210 every turn came twice."""
    cast, _ = cast_and_case
    turns = [cast.supervisor, cast.stranger, None]
    for turn in range(requests):
        person = turns[turn % len(turns)]
        try:
            with pool.connection() as held:
                if turn % 7 == 0:
                    assert count(held, "cases_case") == 0, "what the request before saw was left"
                enter(held, person)
                assert count(held, "cases_case") == (person is cast.supervisor)
                if turn % 5 == 0:
                    held.execute("SELECT 1 / 0")
        except psycopg.errors.DivisionByZero:
            continue


def test_who_asks_is_forgotten_with_the_transaction(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any]
) -> None:
    cast, _ = cast_and_case
    with web_connection.transaction():
        enter(web_connection, cast.supervisor)
        assert count(web_connection, "cases_case") == 1
    assert count(web_connection, "cases_case") == 0
    with web_connection.transaction():
        assert count(web_connection, "ledger_content") == 0


def test_nobody_writes_in_the_name_of_somebody_else(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any]
) -> None:
    cast, case = cast_and_case
    other = (
        "INSERT INTO ledger_entry (chain, kind, number, act, stage, actor, role, organisation, seen_version,"
        " reason_given, happened_at, recorded_at, pack, commitment, previous, hash)"
        " SELECT chain, kind, number + 1, act, stage, %s, role, organisation, seen_version, reason_given,"
        " happened_at, recorded_at, pack, commitment, previous, hash FROM ledger_entry WHERE chain = %s"
    )
    web_connection.autocommit = False
    enter(web_connection, cast.supervisor)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_connection.execute(other, [cast.officer.pk, case.pk])


@pytest.mark.parametrize("table", OF_A_CASE)
def test_nobody_changes_what_they_do_not_work_on(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any], table: str
) -> None:
    cast, _ = cast_and_case
    with web_connection.transaction():
        enter(web_connection, cast.lead)  # oversees the force
        assert web_connection.execute(f"UPDATE {table} SET id = id").rowcount == 0
    with web_connection.transaction():
        enter(web_connection, cast.supervisor)
        assert web_connection.execute(f"UPDATE {table} SET id = id").rowcount > 0


@pytest.mark.django_db
def test_functions_that_pass_over_row_security_name_their_schema() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND NOT coalesce(array_to_string(proconfig, ' ') LIKE '%%search_path=%%pg_temp%%', false)"
        )
        assert cursor.fetchall() == []


def test_an_error_tells_nothing_of_a_row_that_is_out_of_sight(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any]
) -> None:
    """A condition that fails on the hidden row's value is not tried on it."""
    cast, case = cast_and_case
    with web_connection.transaction():
        enter(web_connection, cast.stranger)
        found = web_connection.execute(
            "SELECT 1 FROM cases_case WHERE 1 / (CASE WHEN reference = %s THEN 0 ELSE 1 END) = 1",
            [case.reference],
        )
        assert found.fetchall() == []


def test_who_may_see_which_rows_is_worked_out_by_the_database_itself(
    cast_and_case: tuple[Cast, Case], web_connection: psycopg.Connection[Any]
) -> None:
    """Posts that end and vetting that runs out end sight at once; nobody who is unknown sees anything."""
    cast, _ = cast_and_case
    for change in ({"until": "2020-01-02"}, {"vetted_until": "2020-01-02"}, {"vetting": 0}):
        before = {name: getattr(cast.supervisor.posts.get(), name) for name in change}
        cast.supervisor.posts.update(**change)
        with web_connection.transaction():
            enter(web_connection, cast.supervisor)
            assert count(web_connection, "cases_case") == 0, change
        cast.supervisor.posts.update(**before)
    Person.objects.filter(pk=cast.supervisor.pk).update(is_active=False)
    with web_connection.transaction():
        enter(web_connection, cast.supervisor)
        assert count(web_connection, "cases_case") == 0
        web_connection.execute("SELECT access_enter(%s)", [uuid4()])
        assert count(web_connection, "cases_case") == 0
