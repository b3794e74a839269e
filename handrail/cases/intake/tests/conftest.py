"""A browser outside with a referral filled in, and a real mail server."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Email
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse

from handrail.cases.intake import acknowledgement, confirming
from handrail.cases.tests.cast import Cast, typed_for
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft

MAIL = "a.teacher@school.example"


class Received(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Email] = []

    def handle_message(self, message: Email) -> None:
        self.mails.append(message)


@pytest.fixture
def mail(settings: LazySettings) -> Iterator[Received]:
    """Run a mail server, with Handrail set up to send through it."""
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_PORT = port
    settings.SENDS_MAIL = True
    yield received
    controller.stop()


@dataclass
class Visit:
    """A browser of a visitor outside, and the referral that it fills in."""

    draft: Draft
    client: Client = field(default_factory=Client)

    def at(self, page: str) -> str:
        """Return the address of a page about this referral."""
        return reverse(f"cases:refer-{page}", args=[self.draft.pk])

    def send(self, **given: str) -> Any:
        return self.client.post(self.at("answers"), given)

    def type_code(self, code: str) -> Any:
        return self.client.post(self.at("confirm"), {"code": code})


@pytest.fixture
def visit(cast: Cast) -> Callable[..., Visit]:
    """Return a function that fills in a referral: `visit(email, given_name=..., family_name=...)`."""

    def begin(email: str = MAIL, phone: str = "", origin: str = "192.0.2.7", **names: str) -> Visit:
        client = Client(REMOTE_ADDR=origin)
        client.post(reverse("cases:refer"))
        draft = Draft.objects.get(pk=client.session["referral"])
        form = draft.pack.form_by_id["referral"]
        given = {Meaning.FORCE: str(cast.force.pk), Meaning.REFERRER_EMAIL: email}
        given |= {Meaning.REFERRER_PHONE: phone, Meaning.GIVEN_NAME: "Amber", Meaning.FAMILY_NAME: "Roe"}
        given |= {Meaning(f"subject.{name}"): text for name, text in names.items()}
        answers = {question.id: text for m, text in given.items() if (question := form.meaning(m))}
        draft.typed = typed_for(draft.pack, draft.pack.step_by_id["referral"], cast.force, **answers)
        draft.save()
        return Visit(draft, client)

    return begin


SENDS = {"outside.send-code": confirming.make_and_send, "outside.send-acknowledgement": acknowledgement.send}


@contextmanager
def as_jobs() -> Iterator[None]:
    """Use a database connection with the worker's rights."""
    serving = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "handrail_jobs"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = serving


def work() -> int:
    """Do the queued jobs, as the worker; return how many emails were sent."""
    with as_jobs():
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'outside.%'")
            found = [(task, json.loads(args)) for task, args in cursor.fetchall()]
            cursor.execute("DELETE FROM procrastinate_jobs")
        assert all(set(args) == {"draft"} for _, args in found), "ids only"
        return sum(SENDS[task](UUID(args["draft"])) for task, args in found)
