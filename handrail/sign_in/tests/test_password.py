import re
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.urls import reverse

from handrail.organisations.tests.cast import Cast
from handrail.sign_in.tests.hands import PASSWORD, Visitor, code

SIGN_IN = "/sign-in/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"email": email, "password": password, **more})


def test_somebody_signs_in_whatever_the_capitals_of_the_address(
    visitor: Visitor, cast: Cast, secret: str
) -> None:
    response = visitor.password(f" {cast.officer.email.upper()} ")
    assert (response.status_code, response.headers["Location"]) == (302, reverse("sign_in:code"))
    assert not visitor.gets_in()
    response = visitor.code(code(secret))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("web:home"))
    assert visitor.gets_in()


def test_signing_in_changes_the_key_of_the_session(client: Client, cast: Cast) -> None:
    session = client.session
    session["referral"] = "begun"
    session.save()
    before = session.session_key
    sign_in(client, cast.officer.email)
    assert client.session.session_key != before
    assert client.session["referral"] == "begun"


def test_an_unknown_address_and_a_wrong_password_look_alike(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = Argon2PasswordHasher.encode

    def counted(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    def refused(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", refused)
    pages = []
    for email in (cast.officer.email, "nobody@example.org"):
        response = sign_in(client, email, "another pass phrase")
        assert response.status_code == 422
        pages.append(response.content.decode().replace(email, "").split("<main")[1])
    assert strip_token(pages[0]) == strip_token(pages[1])
    assert hashed == ["another pass phrase"] * 2


def strip_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("", "", ["Enter your email address", "Enter your password"]),
        ("sam", "secret", ["Enter an email address in the correct format"]),
        ("sam\x00@example.org", "secret", ["There is a problem"]),
        ("sam@example.org", "x" * 1001, ["One of them is wrong"]),
        ("sam@example.org", "x\x00y", ["There is a problem"]),
    ],
)
def test_what_is_wrong_is_said_and_the_address_kept(
    client: Client, db: None, email: str, password: str, said: list[str]
) -> None:
    response = sign_in(client, email, password)
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: Sign in" in page
    for words in said:
        assert words in page
    assert password == "" or password not in page
    assert f'value="{email}"' in page or "\x00" in email


def test_a_closed_account_cannot_sign_in(client: Client, cast: Cast) -> None:
    cast.officer.is_active = False
    cast.officer.save(update_fields=["is_active"])
    assert sign_in(client, cast.officer.email).status_code == 422
    assert "_auth_user_id" not in client.session


def test_the_page_that_was_asked_for_comes_next(client: Client, cast: Cast, secret: str) -> None:
    asked = client.get("/cases/?state=late")
    assert asked.headers["Location"] == "/sign-in/?next=/cases/%3Fstate%3Dlate"
    assert 'name="next" value="/cases/?state=late"' in client.get(asked.headers["Location"]).content.decode()
    sign_in(client, cast.officer.email, next="/cases/?state=late")
    assert Visitor(client).code(code(secret)).headers["Location"] == "/cases/?state=late"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"]
)
def test_no_other_site_comes_next(client: Client, cast: Cast, elsewhere: str) -> None:
    assert sign_in(client, cast.officer.email, next=elsewhere).headers["Location"] == reverse("web:home")
    assert client.get(SIGN_IN, {"next": elsewhere}).headers["Location"] == reverse("web:home")


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org"])
def test_no_other_site_comes_after_the_second_proof(
    visitor: Visitor, cast: Cast, secret: str, elsewhere: str
) -> None:
    visitor.password(cast.officer.email, next=elsewhere)
    assert visitor.code(code(secret)).headers["Location"] == reverse("web:home")


def test_signing_out_ends_the_session_and_is_no_link(client: Client, cast: Cast) -> None:
    client.force_login(cast.officer)
    assert client.get("/sign-out/").status_code == 405
    response = client.post("/sign-out/")
    assert "You are signed out" in response.content.decode()
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/home/").status_code == 302


def test_signing_in_and_out_need_the_token_of_their_page(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in (SIGN_IN, "/sign-out/"):
        response = client.post(address, {"email": cast.officer.email, "password": PASSWORD})
        assert response.status_code == 403
        assert "open for too long" in response.content.decode()
