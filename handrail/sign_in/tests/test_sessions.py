"""S4 and S5: sessions end when they should, everywhere at once, and none can be planted or used again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse

from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast
from handrail.sign_in import actions
from handrail.sign_in.models import Session, kept_key
from handrail.sign_in.proof import PROOF
from handrail.sign_in.store import SIGNED_IN
from handrail.sign_in.tests.conftest import Clock
from handrail.sign_in.tests.hands import Passkey, Visitor, code


@pytest.fixture
def signed_in(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> Visitor:
    visitor.both(cast.officer.email, secret)
    assert visitor.gets_in()
    return visitor


def test_s4_a_session_ends_after_fifteen_idle_minutes(signed_in: Visitor, clock: Clock) -> None:
    assert timedelta(minutes=15) == settings.SESSION_IDLE
    clock.on(minutes=14, seconds=59)
    assert signed_in.gets_in()
    clock.on(minutes=14, seconds=59)
    assert signed_in.gets_in()
    clock.on(minutes=15, seconds=1)
    assert not signed_in.gets_in()


def test_s4_a_session_ends_after_ten_hours_whatever_happens_in_it(signed_in: Visitor, clock: Clock) -> None:
    for _ in range(59):
        clock.on(minutes=10)
        assert signed_in.gets_in()
    clock.on(minutes=10, seconds=1)
    assert not signed_in.gets_in()


def test_s4_no_moment_of_idleness_is_forgotten_by_noting_use_only_once_a_minute(
    signed_in: Visitor, clock: Clock
) -> None:
    clock.on(seconds=59)
    assert signed_in.gets_in()
    clock.on(minutes=15)
    assert not signed_in.gets_in()


def test_after_the_idle_end_signing_in_leads_back(
    signed_in: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    clock.on(minutes=20)
    asked = signed_in.client.get("/cases/?state=late")
    assert asked.headers["Location"] == "/sign-in/?next=/cases/%3Fstate%3Dlate"
    signed_in.password(cast.officer.email, next="/cases/?state=late")
    assert signed_in.code(code(secret)).headers["Location"] == "/cases/?state=late"


def test_somebody_who_writes_a_referral_without_an_account_is_not_hurried(
    client: Client, cast: Cast, clock: Clock
) -> None:
    session = client.session
    session["referral"] = "begun"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    clock.on(hours=2)
    assert client.session["referral"] == "begun"


def test_s5_signing_out_ends_the_session_for_good(signed_in: Visitor) -> None:
    key = signed_in.client.cookies[settings.SESSION_COOKIE_NAME].value
    signed_in.client.post("/sign-out/")
    signed_in.client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not signed_in.gets_in()
    assert not Session.objects.filter(session_key=kept_key(key)).exists()


def test_s5_a_planted_key_is_never_used(visitor: Visitor, cast: Cast, secret: str, clock: Clock) -> None:
    planted = Client()
    planted.post("/sign-in/passkey/options/")
    key = planted.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = key
    visitor.password(cast.officer.email)
    waiting = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.code(code(secret))
    now = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    assert len({key, waiting, now}) == 3
    for each in (key, waiting):
        planted.cookies[settings.SESSION_COOKIE_NAME] = each
        assert planted.get("/home/").status_code == 302


def test_s5_made_up_keys_open_nothing(cast: Cast) -> None:
    client = Client()
    for number in range(1000):
        client.cookies[settings.SESSION_COOKIE_NAME] = f"{number:032d}"
        assert "_auth_user_id" not in client.session
    assert client.get("/home/").status_code == 302


def test_s5_a_closed_account_is_out_at_once(signed_in: Visitor, cast: Cast) -> None:
    Person.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert not signed_in.gets_in()


def test_s5_ending_sessions_ends_every_one_at_once(
    signed_in: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    clock.on(minutes=1)
    other = Visitor(Client())
    other.both(cast.officer.email, secret)
    assert other.gets_in()
    assert actions.end_sessions(cast.officer) == 2
    assert not signed_in.gets_in()
    assert not other.gets_in()


def test_s5_a_request_under_way_does_not_bring_an_ended_session_back(signed_in: Visitor, cast: Cast) -> None:
    session = signed_in.client.session
    assert session["signed_in"]
    actions.end_sessions(cast.officer)
    session["more"] = "typed meanwhile"
    with pytest.raises(UpdateError):
        session.save()
    assert Session.objects.of(cast.officer).count() == 0


def test_s5_signing_out_everywhere_from_the_account_page(
    signed_in: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    clock.on(minutes=1)
    other = Visitor(Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}))
    other.both(cast.officer.email, secret)
    page = signed_in.client.get("/account/").content.decode()
    assert "Firefox on Windows" in page
    response = signed_in.client.post("/account/sign-out-everywhere/")
    assert "You are signed out" in response.content.decode()
    assert not signed_in.gets_in()
    assert not other.gets_in()


def test_one_session_can_be_ended_and_only_ones_own(
    signed_in: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    clock.on(minutes=1)
    other = Visitor(Client())
    other.both(cast.officer.email, secret)
    theirs = Session.objects.of(cast.officer).first()
    assert theirs is not None
    stranger = Client()
    stranger.force_login(cast.stranger)
    stranger.post(reverse("sign_in:end-session", args=[theirs.handle]))
    assert other.gets_in()
    signed_in.client.post(reverse("sign_in:end-session", args=[theirs.handle]))
    assert not other.gets_in()
    assert signed_in.gets_in()


def test_s5_no_more_sessions_at_once_than_allowed(cast: Cast, secret: str, clock: Clock) -> None:
    visitors = []
    for _ in range(settings.SESSIONS_AT_ONCE + 2):
        visitors.append(Visitor(Client()))
        visitors[-1].both(cast.officer.email, secret)
        clock.on(seconds=40)
    assert [visitor.gets_in() for visitor in visitors] == [False] * 2 + [True] * settings.SESSIONS_AT_ONCE


def test_s5_changing_the_password_ends_every_other_session(
    signed_in: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    clock.on(minutes=1)
    other = Visitor(Client())
    other.both(cast.officer.email, secret)
    response = signed_in.client.post("/account/password/", {"password": "four words of another kind"})
    assert response.headers["Location"] == "/account/"
    assert signed_in.gets_in()
    assert not other.gets_in()


def test_only_over_https_cookies_are_bound_to_the_host() -> None:
    """These tests speak plain http; `test_settings` reads what a real installation has."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME)
    assert names == ("session", "csrf", "device")


def test_a_session_that_tests_force_holds_what_one_by_a_passkey_holds(
    visitor: Visitor, cast: Cast, secret: str
) -> None:
    """Otherwise the tests of all pages would run with a session that no real sign-in creates."""
    visitor.both(cast.officer.email, secret)
    passkey = Passkey()
    visitor.add_passkey(passkey)
    came = Visitor(Client(SERVER_NAME="localhost"))
    came.passkey(passkey)
    assert came.gets_in()
    forced = Client()
    forced.force_login(cast.officer)
    real, made = came.client.session, forced.session
    assert set(made.keys()) == set(real.keys())
    assert made[PROOF]["by"] == real[PROOF]["by"]
    assert set(made[SIGNED_IN]) == set(real[SIGNED_IN])


def test_s5_the_table_of_sessions_opens_nobody(signed_in: Visitor) -> None:
    """What is stored is no key, and data copied to a key of one's own opens nothing."""
    (stored,) = Session.objects.exclude(person=None)
    thief = Visitor(Client())
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = stored.session_key
    assert not thief.gets_in()
    own = "a" * 32
    stored.session_key = kept_key(own)
    stored.save(force_insert=True)
    thief.client.cookies[settings.SESSION_COOKIE_NAME] = own
    assert not thief.gets_in()
    assert signed_in.gets_in()
