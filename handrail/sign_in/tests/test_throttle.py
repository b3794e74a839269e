"""S1: guessing is bounded, and nobody can use the bound against a colleague."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from handrail.organisations.tests.cast import Cast
from handrail.sign_in import device, throttle
from handrail.sign_in.models import Allowance
from handrail.sign_in.tests.conftest import Clock
from handrail.sign_in.tests.hands import Passkey, Visitor, code
from handrail.sign_in.throttle import Claim, Limit

EVALUATED_AN_HOUR = 50
ADDRESSES = 1000
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def guessed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the passwords that were checked; hashing is left out."""
    seen: list[str] = []

    def verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        seen.append(password)
        return False

    def encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return "argon2$" + "x" * 40

    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    return seen


def origin(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250 + 1}"


def guess(email: str, number: int, address: int) -> int:
    given = {"email": email, "password": f"guess number {number}"}
    return Client().post("/sign-in/", given, REMOTE_ADDR=origin(address)).status_code


@pytest.mark.parametrize("guesses", [1_000, pytest.param(10_000, marks=pytest.mark.whole)])
def test_s1_of_thousands_of_guesses_from_a_thousand_addresses_in_an_hour_fifty_are_looked_at(
    db: None, clock: Clock, guesses: int
) -> None:
    """The claims of the page, as its view takes them: as fast as a test can ask."""
    taken = 0
    for number in range(guesses):
        claims = [
            Claim(throttle.FROM_ORIGIN, origin(number % ADDRESSES)),
            Claim(throttle.PASSWORDS_OF_ACCOUNT, "olu.ade@example.org"),
            Claim(throttle.EVERYWHERE),
        ]
        taken += not throttle.take(claims)
        clock.on(seconds=3600 / guesses)
    assert 30 <= taken <= EVALUATED_AN_HOUR


def test_s1_the_page_looks_at_no_more_guesses_and_says_what_to_do(
    cast: Cast, guessed: list[str], clock: Clock
) -> None:
    answers = []
    for number in range(120):
        answers.append(guess(cast.officer.email, number, number))
        clock.on(seconds=30)
    assert len(guessed) <= EVALUATED_AN_HOUR
    assert (answers[0], answers.count(429) > 60) == (422, True)
    exhaust(cast.officer.email)
    response = Client().post("/sign-in/", {"email": cast.officer.email, "password": "another"})
    page = response.content.decode()
    assert "use a passkey" in page
    assert "use a browser where you have signed in before" in page
    assert int(response.headers["Retry-After"]) > 0


def exhaust(email: str) -> None:
    for number in range(12):
        guess(email, number, number)
    assert guess(email, 99, 99) == 429


def test_s1_a_browser_that_signed_in_before_gets_in_during_the_attack(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    visitor.both(cast.officer.email, secret)
    visitor.client.post("/sign-out/")
    exhaust(cast.officer.email)
    clock.on(minutes=1)
    assert visitor.both(cast.officer.email, secret).status_code == 302
    assert visitor.gets_in()


def test_s1_a_passkey_gets_in_during_the_attack(visitor: Visitor, cast: Cast) -> None:
    passkey = Passkey()
    visitor.password(cast.officer.email)
    visitor.add_passkey(passkey)
    exhaust(cast.officer.email)
    elsewhere = Visitor(Client(SERVER_NAME="localhost"))
    assert elsewhere.passkey(passkey).status_code == 302
    assert elsewhere.gets_in()


def test_s1_whoever_knows_the_password_cannot_lock_out_the_code_of_a_known_browser(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    visitor.both(cast.officer.email, secret)
    visitor.client.post("/sign-out/")
    thief = Visitor(Client(SERVER_NAME="localhost"))
    thief.password(cast.officer.email)
    answers = [thief.code("000000").status_code for _ in range(20)]
    assert answers[-1] == 429
    clock.on(minutes=1)
    assert visitor.both(cast.officer.email, secret).status_code == 302


def test_s1_codes_are_bounded_as_passwords_are(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    answers = []
    for number in range(120):
        if number % 20 == 0:
            visitor.password(cast.officer.email)
        answers.append(visitor.code("000000").status_code)
        clock.on(seconds=30)
    assert 0 < answers.count(422) <= EVALUATED_AN_HOUR


def test_s1_somebody_elses_cookie_makes_no_browser_known(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    visitor.both(cast.officer.email, secret)
    exhaust(cast.supervisor.email)
    assert visitor.client.post("/sign-out/").status_code == 200
    assert visitor.password(cast.supervisor.email).status_code == 429
    forged = Client()
    said, _, signature = visitor.client.cookies["device"].value.rpartition(":")
    forged.cookies["device"] = f"{said}:{signature[::-1]}"
    exhaust(cast.officer.email)
    assert Visitor(forged).password(cast.officer.email).status_code == 429


def test_s1_known_and_unknown_addresses_are_refused_alike(cast: Cast, guessed: list[str]) -> None:
    exhaust(cast.officer.email)
    exhaust("nobody@example.org")
    pages = [
        Client().post("/sign-in/", {"email": email, "password": "x"}).content.decode().split("<h1")[1]
        for email in (cast.officer.email, "nobody@example.org")
    ]
    known, unknown = (page.split("oo many tries")[1:] for page in pages)
    assert known
    assert [part.replace(cast.officer.email, "") for part in known] == [
        part.replace("nobody@example.org", "") for part in unknown
    ]


@pytest.mark.parametrize("whose", ["known", "unknown"])
def test_s1_known_and_unknown_addresses_cost_one_hash_of_the_password(
    cast: Cast, guessed: list[str], whose: str
) -> None:
    """Hashing takes nearly all of the time of the answer."""
    email = cast.officer.email if whose == "known" else "no@example.org"
    answer = Client().post("/sign-in/", {"email": email, "password": "wrong all the same"})
    assert answer.status_code == 422
    assert guessed == ["wrong all the same"]


def test_s1_one_place_may_not_try_many_accounts(db: None, guessed: list[str]) -> None:
    answers = [guess(f"somebody{number}@example.org", number, 1) for number in range(60)]
    assert answers[:10] == [422] * 10
    assert answers[-1] == 429
    assert guess("somebody99@example.org", 99, 2) == 422


def test_s1_all_together_may_not_try_without_end(db: None) -> None:
    claims = [Claim(throttle.EVERYWHERE)]
    taken = sum(not throttle.take(claims, NOW) for _ in range(1000))
    assert taken == throttle.EVERYWHERE.at_once


def test_s1_whoever_signs_in_uses_nothing_up(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> None:
    for _ in range(25):
        assert visitor.both(cast.officer.email, secret).status_code == 302
        visitor.client.post("/sign-out/")
        visitor.client.cookies.clear()
        clock.on(seconds=31)


def test_s1_tries_at_once_get_no_more_than_tries_one_after_another(transactional_db: None) -> None:
    claims = [Claim(Limit("test", at_once=7, an_hour=1), "somebody")]

    def try_once(number: int) -> bool:
        try:
            return not throttle.take(claims, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(80))) == 7


def test_in_any_hour_there_are_no_more_tries_than_both_together(db: None) -> None:
    limit = Limit("test", at_once=10, an_hour=30)
    taken = [
        at
        for second in range(0, 3 * 3600, 20)
        if not throttle.take([Claim(limit)], at := NOW + timedelta(seconds=second))
    ]
    busiest = max(sum(start <= at < start + throttle.HOUR for at in taken) for start in taken)
    assert busiest <= 40


def test_a_refused_try_uses_up_nothing_of_the_others(db: None) -> None:
    narrow, wide = Claim(Limit("narrow", 1, 1)), Claim(Limit("wide", 3, 1))
    assert not throttle.take([wide, narrow], NOW)
    for _ in range(10):
        assert throttle.take([wide, narrow], NOW) == throttle.HOUR
    assert not throttle.take([wide], NOW)


def test_neighbours_of_one_ipv6_network_are_one_place() -> None:
    assert throttle.place("2001:db8::1") == throttle.place("2001:db8::ffff:1")
    assert throttle.place("2001:db8::1") != throttle.place("2001:db8:0:1::1")
    assert throttle.place("192.0.2.1") != throttle.place("192.0.2.2")
    assert throttle.place(None) == throttle.place("nonsense") == ""


def test_no_address_is_kept_and_what_limits_nothing_is_forgotten(cast: Cast, guessed: list[str]) -> None:
    guess(cast.officer.email, 1, 1)
    keys = list(Allowance.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert all(len(key) == 64 for key in keys)
    assert throttle.forget_unused(datetime(2100, 1, 1, tzinfo=UTC)) == 3


def test_a_known_browser_stays_known_when_the_secret_key_is_changed(
    visitor: Visitor, cast: Cast, secret: str, settings: Any
) -> None:
    visitor.both(cast.officer.email, secret)
    request = RequestFactory().get("/")
    request.COOKIES["device"] = visitor.client.cookies["device"].value
    assert (name := device.known_as(request, cast.officer.email))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 8
    assert device.known_as(request, cast.officer.email) == name
    assert not device.known_as(request, cast.supervisor.email)
    answer = HttpResponse()
    device.remember(request, answer, cast.officer.email)
    request.COOKIES["device"], settings.SECRET_KEY_FALLBACKS = answer.cookies["device"].value, []
    assert device.known_as(request, cast.officer.email) == name


def test_the_browser_is_known_by_a_cookie_without_a_name(visitor: Visitor, cast: Cast, secret: str) -> None:
    visitor.both(cast.officer.email, secret)
    cookie = visitor.client.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert str(cast.officer.pk) not in cookie.value
    assert code(secret) not in cookie.value
