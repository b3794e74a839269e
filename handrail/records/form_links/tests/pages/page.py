"""Page tests for a person outside with a link and its code, asked by a kind of record made for the tests."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from handrail.access.tests.page import PageTests
from handrail.policy.answers import Typed
from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.form import Form, Kind, Question, Section
from handrail.records.form_links import acts, receivers
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, WrongAnswers
from handrail.records.form_links.views import ANSWERED, ARRIVED, OPENED

SECRET, CODE = "the-secret-of-a-link", "code"
WORDS = "Who can come to the meeting?"
NO_LINK = "They came by no link."
KIND = "meeting"
FORM = Form(
    id="attendance",
    title="Whether you can come",
    source=LOCAL_CHOICE,
    note="For tests.",
    sections=(
        Section(
            id="comes",
            title="Coming",
            questions=(Question(id="comes", kind=Kind.TEXT, label="Do you come?"),),
        ),
    ),
)


class Meetings:
    """A receiver that keeps answers in a list."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_over = False

    def asked(self, link: FormLink) -> AskedForm:
        if self.is_over:
            raise CannotBeTaken("The meeting was held.")
        return AskedForm(FORM, lambda question: ())

    def take(self, link: FormLink, typed: Typed, at: datetime) -> None:
        if not any(typed.get("comes", ())):
            raise WrongAnswers({"comes": "Say whether you come"})
        self.taken += typed["comes"]


def receive(meetings: Meetings) -> None:
    """Let this test's meetings receive answers; no room registers their kind."""
    receivers._receivers[KIND] = meetings


class LinkTests(PageTests):
    """Tests of a page whose visitor came by the link and gave the code."""

    user = "visitor"
    tells = False
    link: FormLink
    meetings: Meetings

    def arrange(self) -> None:
        self.meetings = Meetings()
        receive(self.meetings)
        now = timezone.now()
        self.link = FormLink.objects.create(
            kind=KIND,
            record=uuid4(),
            number=1,
            by=self.cast.officer,
            to="Ida Marsh",
            email="head@school.example",
            words=WORDS,
            until=timezone.localdate(now) + timedelta(days=7),
            made_at=now,
            sent_at=now,
            digest=acts.digest(SECRET),
        )
        acts.new_code(self.link)

    def client(self, who: str) -> Client:
        if who != self.user:
            return super().client(who)
        client = Client()
        session = client.session
        session[ARRIVED], session[OPENED], session[ANSWERED] = SECRET, self.link.code, str(self.link.pk)
        session.save()
        return client
