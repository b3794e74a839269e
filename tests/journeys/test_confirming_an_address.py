"""A referrer confirms an email address by a real e-mail, and the assessor is told so."""

import re
import time
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler

from tests.journeys import site
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE

ABOUT = {"given-name": "Robin", "family-name": "Featherstonehaugh", "date-of-birth": "27 3 2009"}
PATIENCE = 300  # seconds until the worker has sent a letter


class Letters(Handler):
    """Keeps the codes and the subjects that arrive."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[str] = []
        self.subjects: list[str] = []
        self.port = site.free_port()

    def handle_message(self, message: Message) -> None:
        self.codes += re.findall(r"\b\d{6}\b", str(message.get_payload()))
        self.subjects.append(str(message["Subject"]))


@pytest.fixture(scope="module")
def letters() -> Iterator[Letters]:
    kept = Letters()
    post = Controller(kept, hostname="127.0.0.1", port=kept.port)
    post.start()
    yield kept
    post.stop()


@pytest.fixture(scope="module")
def address(letters: Letters, populated: Path) -> Iterator[str]:
    """Run a site that sends e-mails, and yield the address for `arrive`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HANDRAIL_SMTP_URL", f"smtp://127.0.0.1:{letters.port}")
        with site.running(populated) as address:
            yield address


def test_a_teacher_confirms_an_address_and_the_assessor_sees_it(arrive: Arrive, letters: Letters) -> None:
    # Given a teacher whose referral is written
    teacher = arrive(on_phone=True)
    teacher.go("/refer/")
    teacher.press("Start a referral")
    email = {"referrer-email": "a.teacher@school.example"}
    teacher.fill_all("West Yorkshire Police", "Education", **ABOUT, **email)
    teacher.press("Send the referral")

    # When a code is asked for, a wrong one is said to be wrong
    assert teacher.heading == "Type the code from your email"
    code = awaited(letters, 1)
    teacher.page.get_by_label("Code", exact=True).fill(f"{(int(code) + 1) % 10**6:06}")
    teacher.press("Confirm and send the referral")
    teacher.reads("Enter the code from the newest email")

    # And a new one can be had, but not without end
    for number in (2, 3, 4):
        teacher.press("Send a new code")
        code = awaited(letters, number)
    teacher.press("Send a new code")
    assert teacher.heading == "You have asked for several codes"
    teacher.follow("Type the code that you have")

    # Then the code sends the referral
    teacher.page.get_by_label("Code", exact=True).fill(code)
    teacher.press("Confirm and send the referral")
    assert teacher.heading == "Referral received"
    reference = REFERENCE.findall(teacher.main.inner_text())[0]

    # And the receipt follows, on the page and by email
    teacher.reads("Who to ring")
    await_until(lambda: letters.subjects[-1] == "Your receipt from Handrail")

    # And whoever assesses it is told
    officer = arrive()
    officer.step_in("FIMU officer")
    officer.find(reference)
    officer.follow("People", within="main nav")
    officer.reads("The sender’s email address is confirmed")
    officer.reads("No other referral came from this contact.")


def awaited(letters: Letters, number: int) -> str:
    """The code of so many letters, which the worker sends within seconds."""
    await_until(lambda: len(letters.codes) >= number)
    return letters.codes[-1]


def await_until(came: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not came():
        assert time.monotonic() < end, "No letter came."
        time.sleep(0.1)
