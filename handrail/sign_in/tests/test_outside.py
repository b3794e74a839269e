"""S6 and S7: an issuer's answer is accepted only if every check passes, and counts for what it states."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import LazySettings
from django.test import Client

from handrail.organisations.models import Person, Post
from handrail.organisations.tests.cast import Cast
from handrail.sign_in import actions, factors, links
from handrail.sign_in.models import OutsideIdentity, Purpose
from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.tests.conftest import Clock
from handrail.sign_in.tests.hands import Passkey, Visitor, code
from handrail.sign_in.tests.issuer import CLIENT, SECRET, FakeIssuer, serving


@pytest.fixture
def fake(settings: LazySettings) -> Iterator[FakeIssuer]:
    """Serve the force's issuer."""
    with serving(FakeIssuer()) as fake:
        settings.ISSUERS = {"force": described("force", fake, "borsetshire-police")}
        yield fake


@pytest.fixture
def other(settings: LazySettings, fake: FakeIssuer) -> Iterator[FakeIssuer]:
    """Serve the issuer of another force."""
    with serving(FakeIssuer()) as other:
        settings.ISSUERS = {**settings.ISSUERS, "other": described("other", other, "wessex-police")}
        yield other


def described(key: str, fake: FakeIssuer, organisation: str) -> Issuer:
    return Issuer(
        key,
        f"Sign-in of {organisation}",
        fake.address,
        CLIENT,
        SECRET,
        organisation,
        two_factor_acr=frozenset({"two"}),
        two_factor_amr=frozenset({"mfa"}),
        phishing_resistant_acr=frozenset({"phr"}),
    )


@pytest.fixture
def connected(cast: Cast, fake: FakeIssuer, settings: LazySettings) -> Person:
    """Return the officer, connected with an identity at the force's issuer."""
    actions.connect(cast.officer, settings.ISSUERS["force"], "somebody")
    return cast.officer


def send(visitor: Visitor, key: str = "force", act: str = "") -> str:
    """Start a sign-in; return the address at the issuer."""
    return str(visitor.client.get(f"/sign-in/with/{key}/{act}").headers["Location"])


def go(visitor: Visitor, fake: FakeIssuer, key: str = "force", act: str = "") -> Any:
    """Sign in at the issuer and return; return the answer."""
    code, state = fake.code_for(send(visitor, key, act))
    return visitor.client.get(f"/sign-in/with/{key}/back/", {"code": code, "state": state})


def is_refused(response: Any) -> bool:
    return response.status_code == 403 and "You could not sign in this way" in response.content.decode()


def test_whoever_is_connected_signs_in_with_two_factors_proven_there(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    fake.claims = {"acr": "two"}
    assert go(visitor, fake).headers["Location"] == "/home/"
    assert visitor.gets_in()


def test_the_page_that_was_asked_for_comes_next(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    fake.claims = {"acr": "two"}
    page = visitor.client.get("/sign-in/?next=/cases/").content.decode()
    assert 'href="/sign-in/with/force/?next=' in page
    code, state = fake.code_for(visitor.client.get("/sign-in/with/force/?next=/cases/").headers["Location"])
    back = visitor.client.get("/sign-in/with/force/back/", {"code": code, "state": state})
    assert back.headers["Location"] == "/cases/"


NASTY: dict[str, dict[str, Any]] = {
    "for somebody else": {"claims": {"aud": "another client"}},
    "for somebody else among others": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "for several, made for nobody": {"claims": {"aud": [CLIENT, "another"]}},
    "by another issuer": {"claims": {"iss": "https://login.example.org"}},
    "without signature": {"algorithm": "none"},
    "expired": {"claims": {"exp": int(time.time()) - 120}},
    "not yet": {"claims": {"nbf": int(time.time()) + 86_400}},  # longer than any run of the tests
    "with another nonce": {"claims": {"nonce": "of another sign-in"}},
    "signed by another key": {"signs_with": rsa.generate_private_key(65537, 2048)},
    "signed by our shared secret": {"algorithm": "HS256", "signs_with": SECRET + " padded to be long enough"},
    "without subject": {"left_out": {"sub"}},
    "with an empty subject": {"claims": {"sub": ""}},
    "with an odd subject": {"claims": {"sub": "some\nbody"}},
    "without end": {"left_out": {"exp"}},
    "without audience": {"left_out": {"aud"}},
    "without issuer": {"left_out": {"iss"}},
    "without nonce": {"left_out": {"nonce"}},
    "proved in the future": {"claims": {"auth_time": time.time() + 3600}},
    "proved at no time": {"claims": {"auth_time": "now"}},
}


@pytest.mark.parametrize("how", NASTY)
def test_s6_a_token_that_is_not_right_signs_nobody_in(
    visitor: Visitor, connected: Person, fake: FakeIssuer, how: str
) -> None:
    for name, value in NASTY[how].items():
        setattr(fake, name, value)
    fake.claims = {"acr": "two", **fake.claims}
    assert is_refused(go(visitor, fake))
    assert not visitor.gets_in()


def test_s6_a_code_works_once(visitor: Visitor, connected: Person, fake: FakeIssuer) -> None:
    fake.claims = {"acr": "two"}
    code, state = fake.code_for(send(visitor))
    given = {"code": code, "state": state}
    assert visitor.client.get("/sign-in/with/force/back/", given).status_code == 302
    thief = Visitor(Client(SERVER_NAME="localhost"))
    assert is_refused(thief.client.get("/sign-in/with/force/back/", given))
    assert is_refused(visitor.client.get("/sign-in/with/force/back/", given))


def test_s6_a_code_that_was_caught_does_not_serve_in_another_sign_in(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    """A thief's session has its own state; its nonce and verifier do not match the stolen code."""
    fake.claims = {"acr": "two"}
    caught, _ = fake.code_for(send(visitor))
    thief = Visitor(Client(SERVER_NAME="localhost"))
    _, state = fake.code_for(send(thief))
    fake.codes[caught]["code_challenge"] = fake.codes["code-1"]["code_challenge"]
    assert is_refused(thief.client.get("/sign-in/with/force/back/", {"code": caught, "state": state}))
    assert not thief.gets_in()


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "é"},
        {"code": ""},
        {"error": "access_denied"},
        {"iss": "https://login.example.org"},
    ],
)
def test_s6_coming_back_otherwise_than_one_went_is_refused(
    visitor: Visitor, connected: Person, fake: FakeIssuer, changed: dict[str, str]
) -> None:
    fake.claims = {"acr": "two"}
    code, state = fake.code_for(send(visitor))
    response = visitor.client.get("/sign-in/with/force/back/", {"code": code, "state": state, **changed})
    assert is_refused(response)
    assert fake.redeemed == []


def test_s6_one_does_not_wait_for_ever(
    visitor: Visitor, connected: Person, fake: FakeIssuer, clock: Clock
) -> None:
    code, state = fake.code_for(send(visitor))
    clock.on(minutes=11)
    assert is_refused(visitor.client.get("/sign-in/with/force/back/", {"code": code, "state": state}))


def test_s6_one_issuer_does_not_answer_for_another(
    visitor: Visitor, connected: Person, fake: FakeIssuer, other: FakeIssuer
) -> None:
    other.claims = {"acr": "two"}
    code, state = fake.code_for(send(visitor))
    assert is_refused(visitor.client.get("/sign-in/with/other/back/", {"code": code, "state": state}))
    assert other.redeemed == []


def test_s6_an_issuer_that_calls_itself_something_else_is_not_used(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    fake.says_it_is = "https://login.example.org"
    assert is_refused(visitor.client.get("/sign-in/with/force/"))


def test_s6_the_same_name_at_two_issuers_is_two_people(
    visitor: Visitor, cast: Cast, fake: FakeIssuer, other: FakeIssuer, settings: LazySettings
) -> None:
    fake.claims = other.claims = {"acr": "two"}
    actions.connect(cast.officer, settings.ISSUERS["force"], "somebody")
    assert is_refused(go(visitor, other, "other"))
    actions.connect(cast.stranger, settings.ISSUERS["other"], "somebody")
    go(visitor, other, "other")
    assert cast.stranger.name in visitor.client.get("/account/").content.decode()
    go(visitor, fake)
    assert cast.officer.name in visitor.client.get("/account/").content.decode()


def test_s6_an_address_connects_nobody(visitor: Visitor, cast: Cast, fake: FakeIssuer) -> None:
    fake.claims = {"acr": "two", "email": cast.officer.email, "email_verified": True}
    response = go(visitor, fake)
    assert is_refused(response)
    assert "no account here is connected" in response.content.decode()
    assert OutsideIdentity.objects.count() == 0


def test_s6_an_issuer_speaks_for_its_organisation_alone(
    visitor: Visitor, cast: Cast, connected: Person, fake: FakeIssuer, settings: LazySettings
) -> None:
    fake.claims = {"acr": "two"}
    with pytest.raises(actions.Refused, match="no post in Borsetshire"):
        actions.connect(cast.stranger, settings.ISSUERS["force"], "stranger")
    Post.objects.filter(person=connected).update(organisation=cast.stranger.posts.get().organisation)
    response = go(visitor, fake)
    assert is_refused(response)
    assert "no post under" in response.content.decode()


def test_a_closed_account_is_not_opened_from_outside(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    fake.claims = {"acr": "two"}
    Person.objects.filter(pk=connected.pk).update(is_active=False)
    assert is_refused(go(visitor, fake))


@pytest.mark.parametrize(
    ("claims", "is_in"),
    [
        ({}, False),
        ({"acr": "one"}, False),
        ({"acr": ["two"]}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"acr": "two"}, True),
        ({"acr": "phr"}, True),
        ({"amr": ["pwd", "mfa"]}, True),
    ],
)
def test_s7_it_counts_as_two_factors_only_where_the_issuer_says_so(
    visitor: Visitor, connected: Person, fake: FakeIssuer, claims: dict[str, Any], is_in: bool
) -> None:
    secret = factors.new_secret()
    factors.keep_app(connected, secret, 0)
    fake.claims = claims
    location = go(visitor, fake).headers["Location"]
    assert (location == "/home/") is is_in
    assert visitor.gets_in() is is_in
    if not is_in:
        assert location == "/sign-in/code/"
        visitor.code(code(secret))
        assert visitor.gets_in()


def test_s7_without_a_second_factor_anywhere_only_setting_one_up_opens(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    go(visitor, fake)
    assert visitor.client.get("/home/").headers["Location"].startswith("/account/second-factor/")
    assert visitor.client.get("/account/app/").status_code == 200


def test_s7_a_proof_there_counts_as_fresh_from_when_it_was_given(
    visitor: Visitor, connected: Person, fake: FakeIssuer, clock: Clock
) -> None:
    fake.claims = {"acr": "two"}
    go(visitor, fake)
    clock.on(minutes=10)
    assert visitor.client.get("/account/password/").headers["Location"].startswith("/sign-in/again/")
    asked = send(visitor, act="again/?next=/account/password/")
    assert "prompt=login" in asked
    assert "max_age=0" in asked
    for auth_time, status in ((None, 403), (clock.now.timestamp() - 360, 302), (clock.now.timestamp(), 200)):
        fake.claims = {"acr": "two"} | ({"auth_time": auth_time} if auth_time else {})
        response = go(visitor, fake, act="again/?next=/account/password/")
        assert (response.status_code == 403) is (status == 403)
        assert (visitor.client.get("/account/password/").status_code == 200) is (status == 200)


def test_s7_to_be_signed_in_there_already_is_no_fresh_proof(
    visitor: Visitor, connected: Person, fake: FakeIssuer, clock: Clock
) -> None:
    """A session left open at the issuer suffices to sign in, but not as a further proof."""
    for auth_time in (None, clock.now.timestamp() - 360):
        fake.claims = {"acr": "two"} | ({"auth_time": auth_time} if auth_time else {})
        go(visitor, fake)
        assert visitor.gets_in()
        assert visitor.client.get("/account/password/").headers["Location"].startswith("/sign-in/again/")
    fake.claims = {"acr": "two", "auth_time": clock.now.timestamp()}
    go(visitor, fake)
    assert visitor.client.get("/account/password/").status_code == 200


def test_s7_one_factor_there_is_no_fresh_proof(
    visitor: Visitor, connected: Person, fake: FakeIssuer, clock: Clock
) -> None:
    fake.claims = {"acr": "two"}
    go(visitor, fake)
    clock.on(minutes=10)
    fake.claims = {"auth_time": clock.now.timestamp()}
    assert is_refused(go(visitor, fake, act="again/"))
    fake.subject, fake.claims = "somebody else", {"acr": "two", "auth_time": clock.now.timestamp()}
    assert is_refused(go(visitor, fake, act="again/"))


def test_an_account_is_connected_by_whoever_is_signed_in_to_it(
    visitor: Visitor, cast: Cast, secret: str, fake: FakeIssuer
) -> None:
    visitor.both(cast.officer.email, secret)
    assert "Connect Sign-in of borsetshire-police" in visitor.client.get("/account/").content.decode()
    assert go(visitor, fake, act="connect/").headers["Location"] == "/account/"
    identity = OutsideIdentity.objects.get()
    assert (identity.issuer, identity.subject, identity.person) == (fake.address, "somebody", cast.officer)
    visitor.client.post(f"/account/outside/{identity.pk}/disconnect/")
    assert not OutsideIdentity.objects.exists()


def test_a_code_that_was_talked_out_of_somebody_connects_no_sign_in_of_the_thief(
    visitor: Visitor, cast: Cast, secret: str, fake: FakeIssuer
) -> None:
    visitor.both(cast.officer.email, secret)
    visitor.add_passkey(Passkey())
    thief = Visitor(Client(SERVER_NAME="localhost"))
    thief.password(cast.officer.email)
    thief.code(code(secret, 1))
    assert thief.gets_in()
    there = thief.client.get("/sign-in/with/force/connect/").headers["Location"]
    assert there.startswith("/account/second-factor/")
    assert not OutsideIdentity.objects.exists()


def test_an_identity_is_connected_to_one_account(
    visitor: Visitor, cast: Cast, connected: Person, fake: FakeIssuer
) -> None:
    visitor.client.force_login(cast.second_officer)
    response = go(visitor, fake, act="connect/")
    page = visitor.client.get(response.headers["Location"]).content.decode()
    assert "already connected to an account" in page
    assert OutsideIdentity.objects.get().person == connected


def test_an_invitation_is_accepted_with_the_organisations_own_sign_in(
    visitor: Visitor, cast: Cast, fake: FakeIssuer
) -> None:
    fake.claims = {"acr": "two"}
    link = links.make(cast.supervisor, Purpose.INVITATION).removeprefix("http://localhost:8000")
    visitor.client.get(link)
    assert "/sign-in/with/force/accept/" in visitor.client.get("/sign-in/link/").content.decode()
    assert go(visitor, fake, act="accept/").headers["Location"] == "/home/"
    assert visitor.gets_in()
    assert OutsideIdentity.objects.get().person == cast.supervisor
    late = Visitor(Client())
    late.client.get(link)
    assert late.client.get("/sign-in/with/force/accept/").status_code == 404


@pytest.mark.parametrize("purpose", Purpose)
def test_a_letter_never_takes_the_place_of_a_second_factor(
    visitor: Visitor, cast: Cast, secret: str, fake: FakeIssuer, purpose: Purpose
) -> None:
    """A thief who reads a colleague's e-mail has an account at the issuer, but not the colleague's codes."""
    fake.subject, fake.claims = "the thief", {"acr": "phr"}
    link = links.make(cast.officer, purpose).removeprefix("http://localhost:8000")
    visitor.client.get(link)
    go_if_let(visitor, fake)
    assert not visitor.gets_in()
    assert not OutsideIdentity.objects.exists()


def test_a_link_to_choose_a_password_connects_nothing(visitor: Visitor, cast: Cast, fake: FakeIssuer) -> None:
    fake.claims = {"acr": "two"}
    visitor.client.get(links.make(cast.supervisor, Purpose.RESET).removeprefix("http://localhost:8000"))
    go_if_let(visitor, fake)
    assert not visitor.gets_in()
    assert not OutsideIdentity.objects.exists()


def test_a_letter_sets_up_no_second_factor_where_the_issuer_has_them(
    visitor: Visitor, connected: Person, fake: FakeIssuer, clock: Clock
) -> None:
    """A user who signs in at an issuer only has no app here; a stolen e-mail must not let a thief add one."""
    visitor.client.get(links.make(connected, Purpose.RESET).removeprefix("http://localhost:8000"))
    visitor.client.post("/sign-in/link/", {"password": "three unlikely words"})
    for page in ("/account/app/", "/account/passkeys/add/"):
        assert visitor.client.get(page).headers["Location"].startswith("/account/second-factor/")
    assert "Prove it with Sign-in of" in visitor.client.get("/account/second-factor/").content.decode()
    fake.claims = {"acr": "two", "auth_time": clock.now.timestamp()}
    assert go(visitor, fake, act="again/").status_code == 302
    assert visitor.client.get("/account/app/").status_code == 200


def go_if_let(visitor: Visitor, fake: FakeIssuer) -> None:
    """Accept an invitation at the issuer, if the page offers that."""
    sent = visitor.client.get("/sign-in/with/force/accept/")
    if sent.status_code == 302:
        code, state = fake.code_for(sent.headers["Location"])
        visitor.client.get("/sign-in/with/force/back/", {"code": code, "state": state})


def test_who_lost_everything_begins_anew_with_the_organisations_own_sign_in(
    visitor: Visitor, connected: Person, fake: FakeIssuer
) -> None:
    actions.forget_factors(connected)
    fake.subject, fake.claims = "somebody anew", {"acr": "two"}
    visitor.client.get(links.make(connected, Purpose.INVITATION).removeprefix("http://localhost:8000"))
    assert go(visitor, fake, act="accept/").headers["Location"] == "/home/"
    assert OutsideIdentity.objects.get().subject == "somebody anew"


def test_an_invitation_to_another_force_is_not_used_up(
    visitor: Visitor, cast: Cast, fake: FakeIssuer
) -> None:
    link = links.make(cast.stranger, Purpose.INVITATION).removeprefix("http://localhost:8000")
    visitor.client.get(link)
    assert is_refused(go(visitor, fake, act="accept/"))
    visitor.client.get(link)
    assert visitor.client.get("/sign-in/link/").status_code == 200
    assert visitor.add_passkey(Passkey()).status_code == 302


def test_an_issuer_that_does_not_answer_is_said_so(
    visitor: Visitor, cast: Cast, settings: LazySettings
) -> None:
    settings.ISSUERS = {
        "force": Issuer("force", "Nobody", "http://127.0.0.1:9", CLIENT, SECRET, "borsetshire-police")
    }
    response = visitor.client.get("/sign-in/with/force/")
    assert is_refused(response)
    assert "Try again" in response.content.decode()
