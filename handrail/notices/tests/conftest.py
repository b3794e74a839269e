"""A real mail server that can be away, refuse or fall silent, and a case that is late."""

import socket
from asyncio import Transport
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings

from handrail.cases.tests.cast import Cast, make_cast


@dataclass
class MailServer:
    """A mail server that keeps each message. It gives the replies in `answers` first, one a message."""

    port: int
    came: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    running: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 Taken"
        if answer.startswith("250"):
            self.came.append(f"To: {envelope.rcpt_tos[0]}\n" + (envelope.original_content or b"").decode())
        if answer == "250 and silence" and isinstance(server.transport, Transport):
            server.transport.abort()
        return answer

    def start(self) -> None:
        self.running = Controller(self, hostname="127.0.0.1", port=self.port)
        self.running.start()

    def stop(self) -> None:
        if self.running:
            self.running.stop()
            self.running = None

    def to(self, address: str) -> list[str]:
        return [letter for letter in self.came if letter.startswith(f"To: {address}\n")]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    """Run a mail server and set Handrail up to send through it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        made = MailServer(free.getsockname()[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.SENDS_MAIL = True
    made.start()
    yield made
    made.stop()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
