"""From the first account of a new installation to signing in again, with a real browser and real letters."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import CDPSession, expect

from tests.journeys import site
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

PASSWORD = "three words unrelated"
ANOTHER = "three other words unrelated"
LINK = re.compile(r"http://localhost:\d+/sign-in/link/\S+")


class Letters(Handler):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.kept.append(message)


@dataclass(frozen=True)
class Installation:
    """A Handrail in which nobody can sign in yet, and the mail server of its people."""

    address: str
    environment: dict[str, str]
    letters: Letters

    def account(self, email: str, role: str) -> str:
        """An account made by hand: its one-time link."""
        place = ["--organisation", "west-yorkshire", "--role", role]
        said = self.handrail("account", "create", "--name", "Ada Moss", "--email", email, *place)
        return link_in(said)

    def handrail(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "handrail", *arguments]
        done = subprocess.run(
            command, env=self.environment, check=False, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def letter_to(self, email: str, words: str) -> str:
        """The letter that says these words; the worker sends it within seconds."""
        end = time.monotonic() + 300
        while time.monotonic() < end:
            for letter in self.letters.kept:
                said = str(letter.get_payload(decode=True).decode())  # type: ignore[union-attr]
                if letter["To"] == email and words in said:
                    return said
            time.sleep(0.2)
        pytest.fail(f"No letter “{words}” came for {email}.")


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[0]


@pytest.fixture(scope="module")
def installation(empty: Path) -> Iterator[Installation]:
    letters = Letters()
    post = Controller(letters, hostname="127.0.0.1", port=site.free_port())
    with site.copied(empty) as home:
        environment = site.environment_of(home) | {"HANDRAIL_SMTP_URL": f"smtp://127.0.0.1:{post.port}"}
        post.start()
        with site.served(environment):
            yield Installation(f"http://localhost:{environment['HANDRAIL_PORT']}", environment, letters)
        post.stop()


@pytest.fixture(scope="module")
def address(installation: Installation) -> str:
    """Return the address for `arrive` in this journey."""
    return installation.address


def authenticator(visitor: Visitor) -> CDPSession:
    """A security chip in the visitor's machine, whose finger is always the right one."""
    chip = visitor.context.new_cdp_session(visitor.page)
    chip.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chip.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return chip


def choose_password(visitor: Visitor, link: str, password: str) -> None:
    visitor.go(link)
    assert "link/" in visitor.page.url
    assert visitor.page.url.endswith("/sign-in/link/")
    visitor.page.get_by_label("Choose a password", exact=True).fill(password)
    visitor.press("Continue")


def sign_in(visitor: Visitor, email: str, password: str) -> None:
    visitor.go("/sign-in/")
    visitor.page.get_by_label("Email address").fill(email)
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.press("Sign in", exact=True)


def give_code(visitor: Visitor, code: str) -> None:
    visitor.page.get_by_label("Code", exact=True).fill(code)
    visitor.press("Continue")


def code(secret: str, later: int = 0) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + later)))


def test_the_first_administrator_begins_with_a_passkey_and_comes_back_with_it(
    installation: Installation, arrive: Arrive
) -> None:
    visitor = arrive()
    chip = authenticator(visitor)
    choose_password(visitor, installation.account("ada@example.org", "administrator"), PASSWORD)
    assert visitor.heading == "Add a passkey"
    visitor.press("Add a passkey")
    visitor.page.get_by_label("Name of this passkey").fill("work laptop")
    visitor.page.get_by_role("button", name="Add a passkey").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    visitor.look()
    visitor.press("I have kept them")
    visitor.go("/account/")
    visitor.reads("work laptop")
    visitor.press("Sign out", exact=True)
    visitor.go("/sign-in/?next=/account/")
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your account")
    visitor.press("Sign out everywhere")
    assert visitor.heading == "You are signed out"
    chip.send("WebAuthn.disable")
    installation.letter_to("ada@example.org", "A passkey was added")


def test_without_a_passkey_the_browser_says_what_to_do(installation: Installation, arrive: Arrive) -> None:
    visitor = arrive()
    authenticator(visitor)
    visitor.go("/sign-in/")
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(
        visitor.page.get_by_text("No passkey was used. Try again, or sign in another way.")
    ).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_uses_an_app_and_finds_the_way_back_after_forgetting_the_password(
    installation: Installation, arrive: Arrive, script: bool
) -> None:
    email = f"officer-{script}@example.org".lower()
    visitor = arrive(script=script, on_phone=not script)
    choose_password(visitor, installation.account(email, "prevent-officer"), PASSWORD)
    assert visitor.heading == "Set up a second way to prove who you are"
    visitor.follow("Set up an app")
    secret = visitor.page.locator(".handrail-key").inner_text().replace(" ", "")
    give_code(visitor, "000000")
    visitor.reads("The code is wrong")
    give_code(visitor, code(secret))
    assert visitor.heading == "Your recovery codes"
    recovery = visitor.page.locator("ul.handrail-key li").first.inner_text()
    visitor.press("I have kept them")
    visitor.go("/home/")
    visitor.press("Sign out", exact=True)

    sign_in(visitor, email, PASSWORD)
    assert visitor.heading == "Prove that it is you"
    give_code(visitor, code(secret, 1))
    assert visitor.page.url.endswith("/home/")
    visitor.press("Sign out", exact=True)

    visitor.go("/sign-in/")
    visitor.follow("I have forgotten my password")
    visitor.page.get_by_label("Email address").fill(email)
    visitor.press("Send the link")
    assert visitor.heading == "Check your email"
    letter = installation.letter_to(email, "Somebody asked for another password")
    choose_password(visitor, link_in(letter), ANOTHER)
    assert visitor.heading == "Prove that it is you"
    give_code(visitor, recovery)
    assert visitor.page.url.endswith("/home/")
    visitor.go("/account/")
    visitor.reads("9 left")


def test_a_lost_phone_ends_in_a_new_beginning(installation: Installation, arrive: Arrive) -> None:
    visitor = arrive()
    choose_password(visitor, installation.account("lost@example.org", "prevent-officer"), PASSWORD)
    visitor.go("/account/app/")
    give_code(visitor, code(visitor.page.locator(".handrail-key").inner_text().replace(" ", "")))
    said = installation.handrail("account", "link", "lost@example.org", "--forget-factors")
    visitor.go("/home/")
    assert visitor.heading == "Sign in"
    choose_password(visitor, link_in(said), ANOTHER)
    assert visitor.heading == "Set up a second way to prove who you are"
