"""Case 20: answers typed while the session lapsed are there after signing in, for their author alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.organisations.tests.cast import Cast
from handrail.sign_in import lapsed
from handrail.sign_in.lapsed import KEPT
from handrail.sign_in.models import Session
from handrail.sign_in.tests.conftest import Clock, give_password
from handrail.sign_in.tests.hands import PASSWORD, Visitor, code

WORDS = "He said on Monday that he would go & fight"
NOTE, OTHER = "/tried/note/", "/tried/other/?which=b"
taken: list[dict[str, Any]] = []


@page(Audience.SIGNED_IN)
def note(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        taken.append(dict(request.POST.lists()))
    return HttpResponse("taken")


urlpatterns = [
    path("", include("handrail.config.urls")),
    path("tried/note/", note),
    path("tried/other/", note),
]


@pytest.fixture(autouse=True)
def tried(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    taken.clear()


@pytest.fixture
def idle(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> Visitor:
    """Return the officer's browser, whose session lapsed while a page stayed open."""
    visitor.both(cast.officer.email, secret)
    assert visitor.gets_in()
    clock.on(minutes=20)
    return visitor


def again(visitor: Visitor, cast: Cast, secret: str, clock: Clock, onward: str = NOTE) -> Any:
    clock.on(seconds=60)
    visitor.password(cast.officer.email, next=onward)
    return visitor.code(code(secret))


def inputs(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)


def test_what_was_sent_is_kept_and_can_be_sent_after_all(
    idle: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    sent = idle.client.post(NOTE, {"said": WORDS, "seen": ["a", "b"]})
    assert sent.headers["Location"].startswith("/sign-in/?next=")
    assert taken == []
    assert WORDS not in idle.client.get(sent.headers["Location"]).text, "nobody is signed in"
    led = again(idle, cast, secret, clock)
    assert led.headers["Location"] == "/sign-in/kept/"
    page = idle.client.get("/sign-in/kept/").text
    assert WORDS.replace("&", "&amp;") in page
    assert f'action="{NOTE}"' in page
    assert [value for name, value in inputs(page) if name == "seen"] == ["a", "b"]
    assert taken == [], "nothing is done by itself"
    idle.client.post(NOTE, {"said": WORDS, "seen": ["a", "b"]})
    assert taken == [{"said": [WORDS], "seen": ["a", "b"]}]


def test_two_pages_that_stayed_open_are_both_kept(
    idle: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    idle.client.get("/home/")
    idle.client.post(NOTE, {"said": WORDS})
    idle.client.post(OTHER, {"said": "Something else was said"})
    idle.client.post(NOTE, {"said": f"{WORDS} now"})
    again(idle, cast, secret, clock)
    page = idle.client.get("/sign-in/kept/").text
    assert "Page 2 of 2" in page
    assert "Something else was said" in page
    assert page.count("fight now") == 2, "the latest of one page, to be read and to be sent"


def test_somebody_else_on_that_computer_is_not_shown_it(
    idle: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    idle.client.post(NOTE, {"said": WORDS})
    assert WORDS in str(idle.client.session[KEPT])
    give_password(cast.stranger)
    led = idle.client.post("/sign-in/", {"email": cast.stranger.email, "password": PASSWORD, "next": NOTE})
    assert led.headers["Location"] == NOTE
    assert KEPT not in idle.client.session
    assert "fight" not in idle.client.get("/sign-in/kept/", follow=True).text
    again(idle, cast, secret, clock)
    assert KEPT not in idle.client.session


def test_it_is_forgotten_after_an_hour(idle: Visitor, cast: Cast, secret: str, clock: Clock) -> None:
    idle.client.post(NOTE, {"said": WORDS})
    row = Session.objects.get(person=None)
    assert row.expire_date <= timezone.now() + timedelta(hours=1)
    clock.on(minutes=61)
    led = again(idle, cast, secret, clock)
    assert led.headers["Location"] == NOTE
    assert KEPT not in idle.client.session


def test_it_is_forgotten_while_somebody_is_at_work(
    idle: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    idle.client.post(NOTE, {"said": WORDS})
    again(idle, cast, secret, clock)
    assert KEPT in idle.client.session
    for _ in range(6):
        clock.on(minutes=12)
        assert idle.gets_in()
    assert KEPT not in idle.client.session


def test_nothing_is_kept_of_somebody_who_was_not_signed_in_here(client: Client, cast: Cast) -> None:
    client.post(NOTE, {"said": WORDS})
    assert KEPT not in client.session
    assert WORDS not in str(list(Session.objects.values_list("session_data", flat=True)))


def test_whoever_signed_out_leaves_nothing(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> None:
    visitor.both(cast.officer.email, secret)
    key = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.client.post("/sign-out/")
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = key
    visitor.client.post(NOTE, {"said": WORDS})
    assert KEPT not in visitor.client.session


def test_passwords_and_codes_are_not_kept(idle: Visitor) -> None:
    secrets = {
        "password": "p",
        "old-password": "o",
        "new_password1": "n",
        "code": "123456",
        "again-code": "1",
    }
    idle.client.post(NOTE, {"said": WORDS, "postcode": "LS1 4AP", **secrets})
    assert idle.client.session[KEPT]["pages"] == {NOTE: [["said", WORDS], ["postcode", "LS1 4AP"]]}


def test_a_page_that_came_with_an_old_token_can_be_sent_again(cast: Cast, secret: str, clock: Clock) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.officer)
    page = client.post(NOTE, {"said": WORDS}, headers={"Origin": "http://localhost"})
    assert page.status_code == 403
    assert f'action="{NOTE}"' in page.text
    assert ("said", WORDS.replace("&", "&amp;")) in inputs(page.text)
    token, *_ = [value for name, value in inputs(page.text) if name == "csrfmiddlewaretoken"]
    client.post(NOTE, {"said": WORDS, "csrfmiddlewaretoken": token})
    assert taken[-1]["said"] == [WORDS]


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://elsewhere.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_not_carried(cast: Cast, headers: dict[str, str]) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.officer)
    page = client.post(NOTE, {"said": WORDS}, headers=headers)
    assert page.status_code == 403
    assert "fight" not in page.text


def test_what_somebody_sent_who_has_to_prove_more_is_kept(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    visitor.both(cast.officer.email, secret)
    session = visitor.client.session
    session["proof"] = {"by": ["password"], "at": clock.seconds()}
    session.save()
    led = visitor.client.post(NOTE, {"said": WORDS})
    assert led.headers["Location"] == "/account/second-factor/?next=%2Fsign-in%2Fkept%2F"
    assert lapsed.KEPT in visitor.client.session
