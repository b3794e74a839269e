"""Every read is logged before anything is shown, and stays logged if the page fails."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from handrail.access import reading
from handrail.access.log import Search, found
from handrail.access.models import Reading, Verb
from handrail.access.reading import NoLine, digest_of, looked


@pytest.fixture
def request_(transactional_db: None) -> Iterator[HttpRequest]:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    request.user = None  # type: ignore[assignment] # nobody has signed in
    yield request
    reading.close()


def lines(record: Any) -> list[Reading]:
    return list(Reading.objects.filter(records__contains=[record]))


def test_a_line_outlives_the_rollback_of_its_page(request_: HttpRequest) -> None:
    record = uuid4()
    connection.set_autocommit(False)
    looked(request_, [record])
    connection.rollback()
    connection.set_autocommit(True)
    (line,) = lines(record)
    assert (line.verb, line.origin, line.person) == (Verb.CONSULTED, "192.0.2.7", None)


def test_without_a_line_nothing_goes_on(
    request_: HttpRequest, admin_connection: psycopg.Connection[Any]
) -> None:
    admin_connection.execute("ALTER TABLE access_reading ADD CONSTRAINT nothing_fits CHECK (false) NOT VALID")
    with pytest.raises(NoLine):
        looked(request_, [uuid4()])


def test_a_connection_that_the_server_closed_is_opened_again(
    request_: HttpRequest, admin_connection: psycopg.Connection[Any]
) -> None:
    looked(request_, [uuid4()])
    admin_connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND query LIKE 'INSERT INTO access_%'"
    )
    record = uuid4()
    looked(request_, [record])
    assert len(lines(record)) == 1


def test_a_line_whose_answer_was_lost_is_not_written_again(
    request_: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(request_, [uuid4()])
    execute = psycopg.Connection.execute
    lost: list[Any] = []

    def lose_the_first_answer(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        done = execute(self, query, *args, **kwargs)
        if "INSERT INTO access_reading" in str(query) and not lost:
            lost.append(query)
            raise psycopg.OperationalError("the connection is lost")
        return done

    monkeypatch.setattr(psycopg.Connection, "execute", lose_the_first_answer)
    record = uuid4()
    looked(request_, [record])
    assert lost
    assert len(lines(record)) == 1


@pytest.mark.usefixtures("request_")
def test_the_web_role_may_write_a_line_twice_and_it_stands_once(
    web_connection: psycopg.Connection[Any],
) -> None:
    (number,) = web_connection.execute(reading.NUMBER).fetchone() or (None,)
    record = uuid4()
    line = (number, timezone.now(), None, "consulted", [record], "cases:case", "", "", None, None)
    for statement in (reading.LINE, reading.AGAIN):
        web_connection.execute(statement, line)
    web_connection.commit()
    assert len(lines(record)) == 1


def test_a_number_that_is_taken_is_never_passed_over_in_silence(
    request_: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked(request_, [uuid4()])
    taken = Reading.objects.latest("pk").pk
    monkeypatch.setattr(reading, "NUMBER", f"SELECT {taken}")
    with pytest.raises(NoLine):
        looked(request_, [uuid4()])


def test_a_search_under_a_former_key_is_found_under_the_new_one(request_: HttpRequest, settings: Any) -> None:
    looked(request_, [], Verb.SEARCHED, sought="Zoe O'Shea")
    today = timezone.localdate()
    search = Search(today, today, words="o'shea zoe")
    assert found(search).count() == 1
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 8
    assert found(search).count() == 1
    looked(request_, [], Verb.SEARCHED, sought="Zoe O'Shea")
    assert found(search).count() == 2


def test_words_that_were_sought_are_kept_as_a_keyed_digest_only(request_: HttpRequest, settings: Any) -> None:
    looked(request_, [], Verb.SEARCHED, sought="Zoe O'Shea")
    (line,) = Reading.objects.filter(sought=digest_of("o'shea ZOE"))
    assert b"Zoe" not in bytes(line.sought or b"")
    here = digest_of("Zoe")
    settings.SECRET_KEY = "another " * 8
    assert digest_of("Zoe") != here


def test_nothing_shown_is_no_line(request_: HttpRequest) -> None:
    looked(request_, [])
    assert not Reading.objects.exists()


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.usefixtures("db")
def test_no_test_finds_the_lines_of_another(turn: int) -> None:
    assert not Reading.objects.exists(), f"Turn {turn} finds what was left."
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    request.user = None  # type: ignore[assignment] # nobody has signed in
    looked(request, [uuid4()])
    assert Reading.objects.count() == 1
