import psycopg
import pytest
from django.conf import LazySettings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from handrail.access import duty
from handrail.access.errors import NotAllowed, Refused
from handrail.cases.errors import NotNow, Stale
from handrail.cases.tests.cast import Cast
from handrail.web import errors
from handrail.web.errors import (
    AWAY,
    BAD_REQUEST,
    BROKEN,
    EXPIRED,
    LARGE,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_NOW,
    Trouble,
)

ALL = (AWAY, BAD_REQUEST, LARGE, NOT_ALLOWED, NOT_NOW, EXPIRED, NOT_FOUND, BROKEN)


@pytest.mark.parametrize("trouble", ALL, ids=lambda trouble: trouble.title)
def test_every_error_says_that_nothing_was_lost(trouble: Trouble) -> None:
    said = " ".join(trouble.lines)
    assert (
        "Nothing on the record was lost" in said
        or "nothing on the record was lost" in said
        or "is kept" in said
    )


def test_a_page_that_is_not_there(client: Client, cast: Cast) -> None:
    for person in (None, cast.officer):
        if person:
            client.force_login(person)
        response = client.get("/no/such/page")
        assert response.status_code == 404
        assert "Page not found" in response.content.decode()


def test_a_page_for_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.officer)
    response = client.get("/checks/")
    assert response.status_code == 403
    assert "You cannot open this page" in response.content.decode()
    assert "Sign out" in response.content.decode()


@pytest.mark.parametrize(
    ("refusal", "trouble"),
    [(NotAllowed("Not yours."), NOT_ALLOWED), (NotNow("Later."), NOT_NOW), (Stale("Moved on.", 2), NOT_NOW)],
)
def test_a_refusal_that_a_page_does_not_catch_is_no_fault(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, refusal: Refused, trouble: Trouble
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise refusal

    monkeypatch.setattr(duty, "say_contact", refuse)
    client.force_login(cast.supervisor)
    response = client.post(reverse("access:duty"), {"act": "contact", "contact": "The control room"})
    assert response.status_code == trouble.status
    assert trouble.title in response.content.decode()


def test_what_is_too_large_is_answered_with_what_to_do(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/sign-in/", "x" * 101, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "shorten what you wrote" in response.content.decode()


def test_too_many_fields_cannot_be_read(client: Client, db: None, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    response = client.post("/sign-in/", {str(n): "x" for n in range(4)})
    assert response.status_code == 400
    assert "Go back and try again" in response.content.decode()


def test_a_wrong_host_gets_a_page_of_ours(client: Client) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "Handrail could not read your request" in response.content.decode()


@pytest.mark.parametrize("error", [SuspiciousOperation("odd"), RequestDataTooBig("big")])
def test_errors_that_come_early_are_drawn_without_session_or_database(error: Exception) -> None:
    assert_whole(errors.bad_request(RequestFactory().get("/"), error).content.decode())


def test_a_mistake_of_ours_is_drawn_without_a_database(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.officer)
    client.raise_request_exception = False

    def down(*args: object) -> None:
        raise ConnectionError("the database is gone")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", down)
        response = client.get("/home/")
    assert response.status_code == 500
    assert_whole(response.content.decode())
    assert "Sorry, something went wrong" in response.content.decode()
    assert "database is gone" not in response.content.decode()


@pytest.mark.parametrize(
    ("cause", "trouble"),
    [
        (psycopg.OperationalError("the connection is lost"), AWAY),
        (psycopg.errors.AdminShutdown("the server stops"), AWAY),
        (psycopg.errors.LockNotAvailable("somebody holds the row"), AWAY),
        (psycopg.errors.DeadlockDetected("two pages waited for each other"), BROKEN),
    ],
)
def test_a_page_says_so_while_the_database_does_not_answer(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, cause: Exception, trouble: Trouble
) -> None:
    client.force_login(cast.officer)
    client.raise_request_exception = False

    def down(*args: object) -> None:
        raise OperationalError(str(cause)) from cause

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", down)
        response = client.get("/home/")
    assert response.status_code == trouble.status
    assert_whole(response.content.decode())
    assert trouble.title in response.content.decode()
    assert str(cause) not in response.content.decode()


def assert_whole(page: str) -> None:
    assert page.count("<h1") == 1
    assert page.rstrip().endswith("</html>")
    assert "/static/govuk/handrail.css" in page
