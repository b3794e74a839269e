"""S3: every user proves two factors; users who manage accounts prove a phishing-resistant one."""

import pytest
from django.conf import settings
from django.test import Client

from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast
from handrail.sign_in import factors, proof
from handrail.sign_in.models import Session
from handrail.sign_in.proof import Method, Strength, strength_of
from handrail.sign_in.tests.conftest import Clock
from handrail.sign_in.tests.hands import Passkey, Visitor, code


@pytest.mark.parametrize(
    ("methods", "strength"),
    [
        ([], Strength.NOTHING),
        ([Method.PASSWORD], Strength.ONE_FACTOR),
        ([Method.CODE], Strength.ONE_FACTOR),
        ([Method.CODE, Method.RECOVERY_CODE], Strength.ONE_FACTOR),
        ([Method.OUTSIDE, Method.PASSWORD], Strength.ONE_FACTOR),
        ([Method.DEMONSTRATION], Strength.NOTHING),
        ([Method.PASSWORD, Method.CODE], Strength.TWO_FACTOR),
        ([Method.OUTSIDE, Method.RECOVERY_CODE], Strength.TWO_FACTOR),
        ([Method.OUTSIDE_TWO_FACTOR], Strength.TWO_FACTOR),
        ([Method.PASSKEY], Strength.PHISHING_RESISTANT),
        ([Method.OUTSIDE_PHISHING_RESISTANT], Strength.PHISHING_RESISTANT),
    ],
)
def test_s3_what_methods_prove_together(methods: list[Method], strength: Strength) -> None:
    assert strength_of(methods) is strength


def test_s3_everybody_needs_two_factors_and_administrators_a_passkey(
    cast: Cast, administrator: Person
) -> None:
    for person in (cast.officer, cast.supervisor, cast.spoc, cast.nation, cast.auditor):
        assert proof.needed(person) is Strength.TWO_FACTOR
    for person in (administrator, cast.administrator, cast.force_administrator):
        assert proof.needed(person) is Strength.PHISHING_RESISTANT


def test_s3_passkeys_are_asked_to_verify_who_uses_them(visitor: Visitor, cast: Cast) -> None:
    assert settings.MFA_WEBAUTHN_USER_VERIFICATION == "required"
    asked = visitor.client.post("/sign-in/passkey/options/").json()["publicKey"]
    assert asked["userVerification"] == "required"
    visitor.password(cast.officer.email)
    made = visitor.client.post("/account/passkeys/options/").json()["publicKey"]["authenticatorSelection"]
    assert (made["userVerification"], made["residentKey"]) == ("required", "required")


def test_s3_a_passkey_that_verified_nobody_is_refused(visitor: Visitor, cast: Cast) -> None:
    visitor.password(cast.officer.email)
    careless = Passkey(verifies=False)
    assert visitor.add_passkey(careless).status_code == 422
    careful = Passkey()
    visitor.add_passkey(careful)
    visitor.client.post("/sign-out/")
    careful.verifies = False
    assert visitor.passkey(careful).status_code == 422
    assert not visitor.gets_in()


@pytest.mark.parametrize("wrong", ["origin", "site", "key", "handle"])
def test_a_passkey_of_another_site_or_of_nobody_is_refused(visitor: Visitor, cast: Cast, wrong: str) -> None:
    passkey = Passkey()
    visitor.password(cast.officer.email)
    visitor.add_passkey(passkey)
    visitor.client.post("/sign-out/")
    other = Passkey(handle=passkey.handle, key=passkey.key)
    changed = {
        "origin": "https://handrail.example",
        "site": "handrail.example",
        "key": Passkey().key,
        "handle": "AAAA",
    }
    setattr(other, wrong, changed[wrong])
    assert visitor.passkey(other).status_code == 422
    assert not visitor.gets_in()


@pytest.mark.parametrize("nonsense", ["", "null", "[]", "{}", '{"id": 1, "response": 7}', "x" * 50])
def test_nonsense_for_a_passkey_is_refused(visitor: Visitor, cast: Cast, nonsense: str) -> None:
    visitor.client.post("/sign-in/passkey/options/")
    assert visitor.client.post("/sign-in/passkey/", {"credential": nonsense}).status_code == 422


def test_a_passkey_answer_counts_once(visitor: Visitor, cast: Cast) -> None:
    passkey = Passkey()
    visitor.password(cast.officer.email)
    visitor.add_passkey(passkey)
    visitor.client.post("/sign-out/")
    given = {"credential": passkey.use(visitor.client.post("/sign-in/passkey/options/").json())}
    assert visitor.client.post("/sign-in/passkey/", given).status_code == 302
    assert visitor.client.post("/sign-in/passkey/", given).status_code == 422
    assert Visitor(Client(SERVER_NAME="localhost")).client.post("/sign-in/passkey/", given).status_code == 422


def test_a_passkey_of_a_closed_account_opens_nothing(visitor: Visitor, cast: Cast) -> None:
    passkey = Passkey()
    visitor.password(cast.officer.email)
    visitor.add_passkey(passkey)
    visitor.client.post("/sign-out/")
    Person.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert visitor.passkey(passkey).status_code == 422


def test_an_app_is_set_up_and_recovery_codes_are_shown_once(
    visitor: Visitor, cast: Cast, clock: Clock
) -> None:
    visitor.password(cast.officer.email, next="/cases/")
    assert (
        visitor.client.get("/cases/").headers["Location"].startswith("/account/second-factor/?next=%2Fcases")
    )
    page = visitor.client.get("/account/app/").content.decode()
    assert "data:image/svg+xml;base64," in page
    secret = visitor.client.session["new_app"]
    assert visitor.client.post("/account/app/", {"code": "000000"}).status_code == 422
    response = visitor.client.post("/account/app/", {"code": code(secret)})
    assert "Your recovery codes" in response.content.decode()
    assert factors.recovery_codes_left(cast.officer) == 10
    assert visitor.gets_in()


def test_s3_a_secret_is_kept_encrypted(cast: Cast, secret: str) -> None:
    from allauth.mfa.models import Authenticator

    kept = Authenticator.objects.get(user=cast.officer).data["secret"]
    assert secret not in kept
    assert len(kept) > 80


def test_a_replaced_secret_key_still_opens_what_the_old_one_closed(
    cast: Cast, secret: str, settings: object
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another key, of fifty characters and more, for a test"  # type: ignore[attr-defined]
    assert factors.accept(cast.officer, code(secret)) is Method.CODE


def test_s3_an_administrator_is_let_in_with_a_passkey_only(
    visitor: Visitor, administrator: Person, clock: Clock
) -> None:
    secret = factors.new_secret()
    factors.keep_app(administrator, secret, 0)
    visitor.both(administrator.email, secret)
    assert not visitor.gets_in()
    passkey = Passkey()
    assert visitor.add_passkey(passkey).status_code == 200
    assert visitor.gets_in()


def test_s3_a_stolen_password_and_code_add_no_passkey_where_there_is_one(
    visitor: Visitor, administrator: Person, clock: Clock
) -> None:
    secret = factors.new_secret()
    factors.keep_app(administrator, secret, 0)
    visitor.both(administrator.email, secret)
    passkey = Passkey()
    visitor.add_passkey(passkey)
    clock.on(minutes=1)
    thief = Visitor(Client(SERVER_NAME="localhost"))
    thief.both(administrator.email, secret)
    assert thief.add_passkey(Passkey(id=b"the passkey of a thief")).status_code == 302
    assert thief.client.get("/account/app/").headers["Location"].startswith("/account/second-factor/")
    assert not thief.gets_in()
    assert thief.again_by_passkey(Passkey(handle=passkey.handle)).status_code == 422
    assert thief.again_by_passkey(passkey).status_code == 302
    assert thief.gets_in()


def test_the_last_second_factor_cannot_be_removed(visitor: Visitor, cast: Cast, secret: str) -> None:
    visitor.both(cast.officer.email, secret)
    (factor,) = factors.of(cast.officer)
    address = f"/account/factors/{factor.id}/remove/"
    assert visitor.client.post(address).status_code == 422
    visitor.add_passkey(Passkey())
    assert visitor.client.post(address).status_code == 302
    assert [each.is_passkey for each in factors.of(cast.officer)] == [True]


def test_nobody_removes_what_is_another_persons(visitor: Visitor, cast: Cast, secret: str) -> None:
    theirs = factors.of(cast.officer)[0]
    visitor.client.force_login(cast.supervisor)
    assert visitor.client.post(f"/account/factors/{theirs.id}/remove/").status_code == 302
    assert factors.has_app(cast.officer)


def test_s3_stepping_in_counts_in_the_demonstration_only(
    client: Client, cast: Cast, settings: object
) -> None:
    Person.objects.filter(pk=cast.officer.pk).update(email="olu@demo.handrail.example")
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    client.post(f"/demonstration/{cast.officer.pk}/")
    assert client.get("/home/").status_code == 200
    assert "device" not in client.cookies
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    assert client.get("/home/").status_code == 302
    assert Session.objects.of(cast.officer).count() == 1
