"""S4: a sensitive act asks for a proof of the last five minutes, and loses nothing that was typed."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.organisations.tests.cast import Cast
from handrail.sign_in import factors
from handrail.sign_in.again import fresh_proof, freshly_proven
from handrail.sign_in.tests.conftest import Clock, give_password
from handrail.sign_in.tests.hands import PASSWORD, Passkey, Visitor, code

ADDRESS = "/tried/export/"


@page(Audience.SIGNED_IN)
@freshly_proven
def export(request: HttpRequest) -> HttpResponse:
    """Stand for a sensitive view; return what it was sent."""
    return HttpResponse(f"{request.method} {request.POST.get('why', '')} {request.POST.getlist('of')}")


@page(Audience.SIGNED_IN)
def opening(request: HttpRequest) -> HttpResponse:
    """Stand for a view that a passkey alone opens; return what it was sent."""
    asked = fresh_proof(request, by_passkey=True)
    return asked or HttpResponse(f"{request.method} {request.POST.get('why', '')}")


RESTRICTED = "/tried/restricted/"
urlpatterns = [
    path("tried/export/", export, name="export"),
    path("tried/restricted/", opening, name="opening"),
    path("", include("handrail.config.urls")),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def stale(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> Visitor:
    """Return a signed-in client whose last proof is more than five minutes old."""
    visitor.both(cast.officer.email, secret)
    assert visitor.client.get(ADDRESS).status_code == 200
    clock.on(minutes=4, seconds=59)
    assert visitor.client.get(ADDRESS).status_code == 200
    clock.on(seconds=2)
    return visitor


def test_s4_an_older_proof_leads_to_another_and_back(stale: Visitor, secret: str) -> None:
    asked = stale.client.get(f"{ADDRESS}?of=all")
    assert asked.headers["Location"] == "/sign-in/again/?next=%2Ftried%2Fexport%2F%3Fof%3Dall"
    page = stale.client.get(asked.headers["Location"])
    assert 'value="/tried/export/?of=all"' in page.content.decode()
    given = {"again-code": code(secret), "next": "/tried/export/?of=all"}
    assert stale.client.post("/sign-in/again/", given).headers["Location"] == "/tried/export/?of=all"
    assert stale.client.get(ADDRESS).status_code == 200


def test_s4_what_was_typed_comes_along(stale: Visitor, secret: str) -> None:
    typed = {"why": 'Asked by "the court" & <others>', "of": ["one", "two"]}
    page = stale.client.post(ADDRESS, typed)
    written = page.content.decode()
    assert "We have kept what you typed" in written
    assert "Asked by &#34;the court&#34; &amp; &lt;others&gt;" in written
    assert written.count('name="of"') == 2
    wrong = stale.client.post(ADDRESS, {**typed, "again-code": "000000"})
    assert wrong.status_code == 422
    assert "Asked by &#34;the court&#34;" in wrong.content.decode()
    done = stale.client.post(ADDRESS, {**typed, "again-code": code(secret)})
    assert done.content.decode() == "POST Asked by \"the court\" & <others> ['one', 'two']"


def test_s4_a_used_code_is_no_fresh_proof(stale: Visitor, secret: str) -> None:
    given = {"again-code": code(secret)}
    assert stale.client.post("/sign-in/again/", given).status_code == 302
    assert stale.client.post("/sign-in/again/", given).status_code == 422


def test_s4_a_password_is_no_fresh_proof_where_there_is_a_second_factor(stale: Visitor) -> None:
    assert stale.client.post("/sign-in/again/", {"again-password": PASSWORD}).status_code == 422
    assert stale.client.get(ADDRESS).status_code == 302


def test_s4_a_passkey_is_a_fresh_proof_and_only_ones_own(stale: Visitor, cast: Cast, secret: str) -> None:
    stale.client.post("/sign-in/again/", {"again-code": code(secret)})
    passkey = Passkey()
    stale.add_passkey(passkey)
    other = Visitor(Client(SERVER_NAME="localhost"))
    other.client.force_login(cast.supervisor)
    assert other.again_by_passkey(passkey).status_code == 422
    assert stale.again_by_passkey(passkey, next=ADDRESS).headers["Location"] == ADDRESS


def test_s4_where_a_passkey_is_asked_for_an_older_one_and_a_new_code_do_not_do(
    stale: Visitor, secret: str, clock: Clock
) -> None:
    stale.client.post("/sign-in/again/", {"again-code": code(secret)})
    passkey = Passkey()
    stale.add_passkey(passkey)
    assert stale.client.get(RESTRICTED).status_code == 200
    clock.on(minutes=6)
    stale.client.post("/sign-in/again/", {"again-code": code(secret)})
    assert stale.client.get(ADDRESS).status_code == 200
    asked = stale.client.get(RESTRICTED)
    page = stale.client.get(asked.headers["Location"]).content.decode()
    assert "Use your passkey" in page
    assert "again-code" not in page
    stale.client.post("/account/password/", {"password": "another long pass phrase"})
    assert stale.client.get(ADDRESS).status_code == 200
    assert stale.client.get(RESTRICTED).status_code == 302
    another = stale.client.post("/account/passkeys/options/")
    assert "Use your passkey" in another.content.decode()
    stale.again_by_passkey(passkey)
    assert stale.client.get(RESTRICTED).status_code == 200


def test_s4_what_was_typed_waits_while_a_first_passkey_is_added(stale: Visitor, secret: str) -> None:
    stale.client.post("/sign-in/again/", {"again-code": code(secret)})
    page = stale.client.post(RESTRICTED, {"why": "Asked by the court"}).content.decode()
    assert "You need a passkey" in page
    assert "We have kept what you typed" in page
    (link,) = re.findall(r'href="(/account/passkeys/add/[^"]*)"', page)
    assert stale.client.get(html.unescape(link)).status_code == 200
    assert 'href="/sign-in/kept/"' in stale.add_passkey(Passkey()).content.decode()
    kept = stale.client.get("/sign-in/kept/").content.decode()
    assert f'action="{RESTRICTED}"' in kept
    assert "Asked by the court" in kept


def test_s4_who_adds_a_first_passkey_is_led_back(stale: Visitor, secret: str) -> None:
    stale.client.post("/sign-in/again/", {"again-code": code(secret)})
    asked = stale.client.get(stale.client.get(f"{RESTRICTED}?of=all").headers["Location"]).content.decode()
    (link,) = re.findall(r'href="(/account/passkeys/add/[^"]*)"', asked)
    stale.client.get(html.unescape(link))
    assert f'href="{RESTRICTED}?of=all"' in stale.add_passkey(Passkey()).content.decode()


def test_s4_guesses_at_the_second_proof_are_bounded(stale: Visitor) -> None:
    answers = [stale.client.post("/sign-in/again/", {"again-code": "000000"}).status_code for _ in range(10)]
    assert answers[0] == 422
    assert answers[-1] == 429


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org"])
def test_no_other_site_comes_after_it(stale: Visitor, secret: str, elsewhere: str) -> None:
    given = {"again-code": code(secret), "next": elsewhere}
    assert stale.client.post("/sign-in/again/", given).headers["Location"] == "/home/"


SENSITIVE: dict[str, Callable[[Client], Any]] = {
    "password": lambda client: client.get("/account/password/"),
    "app": lambda client: client.get("/account/app/"),
    "passkey": lambda client: client.get("/account/passkeys/add/"),
    "recovery codes": lambda client: client.post("/account/recovery-codes/"),
    "removal": lambda client: client.get("/account/factors/1/remove/"),
}


@pytest.mark.parametrize("act", SENSITIVE)
def test_s4_what_changes_how_one_signs_in_asks_for_it(stale: Visitor, act: str) -> None:
    response = SENSITIVE[act](stale.client)
    asked = str(response.headers.get("Location", "")).startswith("/sign-in/again/")
    assert asked or "Prove once more" in response.content.decode()


def test_whoever_has_only_a_password_proves_that(visitor: Visitor, cast: Cast, clock: Clock) -> None:
    give_password(cast.supervisor)
    visitor.password(cast.supervisor.email)
    clock.on(minutes=6)
    asked = visitor.client.get("/account/app/")
    assert asked.headers["Location"].startswith("/sign-in/again/")
    assert visitor.client.post("/sign-in/again/", {"again-password": "another one"}).status_code == 422
    given = {"again-password": PASSWORD, "next": "/account/app/"}
    assert visitor.client.post("/sign-in/again/", given).headers["Location"] == "/account/app/"
    assert not factors.any_of(cast.supervisor)
