"""What somebody with a link, a code, a browser of another, or the logs of the site does not get."""

import io
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.organisations.tests.cast import Cast
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import CannotBeTaken
from handrail.records.form_links.tests.pages.page import KIND, WORDS, Meetings, receive
from handrail.records.form_links.views import ARRIVED

ONE, OTHER = "the-secret-of-one", "the-secret-of-the-other"
TO, EMAIL, SAID = "Ida Marsh", "head@school.example", "Gladly, if it is after four"


def link_of(cast: Cast, secret: str) -> FormLink:
    now = timezone.now()
    until = timezone.localdate(now) + timedelta(days=7)
    asks = {"kind": KIND, "record": uuid4(), "number": 1, "by": cast.officer}
    to = {"to": TO, "email": EMAIL, "words": WORDS, "until": until, "made_at": now}
    return FormLink.objects.create(**asks, **to, digest=acts.digest(secret))


@pytest.fixture
def meetings() -> Meetings:
    meetings = Meetings()
    receive(meetings)
    return meetings


@pytest.fixture
def link(cast: Cast, meetings: Meetings) -> FormLink:
    return link_of(cast, ONE)


@pytest.fixture
def client(link: FormLink) -> Client:
    """A browser that followed the link and gave no code."""
    client = Client()
    client.get(reverse("form_links:arrive", args=[ONE]))
    return client


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the site's own log writes."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream


def gives(client: Client, code: str) -> int:
    status: int = client.post(reverse("form_links:code"), {"code": code}).status_code
    return status


def opens_the_form(client: Client) -> bool:
    return WORDS in client.get(reverse("form_links:form")).text


def test_the_code_of_another_link_opens_nothing_and_counts_as_a_try(
    cast: Cast, client: Client, link: FormLink
) -> None:
    code, others = acts.new_code(link), acts.new_code(link_of(cast, OTHER))
    assert gives(client, others) == 422
    link.refresh_from_db()
    assert link.tries == 1
    assert (gives(client, code), opens_the_form(client)) == (302, True)


def test_a_browser_that_opened_one_link_opens_no_other(cast: Cast, client: Client, link: FormLink) -> None:
    other = link_of(cast, OTHER)
    gives(client, acts.new_code(link))
    acts.new_code(other)
    assert opens_the_form(client)
    session = client.session
    session[ARRIVED] = OTHER
    session.save()
    assert not opens_the_form(client)
    client.get(reverse("form_links:arrive", args=[ONE]))
    assert not opens_the_form(client)


def test_the_session_of_before_the_code_is_no_way_in(client: Client, link: FormLink) -> None:
    before = {name: cookie.value for name, cookie in client.cookies.items()}
    gives(client, acts.new_code(link))
    fixed = Client()
    for name, value in before.items():
        fixed.cookies[name] = value
    assert (opens_the_form(client), opens_the_form(fixed)) == (True, False)


def test_an_answer_is_taken_once_also_of_two_who_loaded_the_link_before(
    link: FormLink, meetings: Meetings
) -> None:
    one, two = (FormLink.objects.get(pk=link.pk) for _ in range(2))
    acts.answer(one, {"comes": [SAID]})
    with pytest.raises(CannotBeTaken):
        acts.answer(two, {"comes": ["Twice"]})
    link.refresh_from_db()
    assert link.receipt == one.receipt


def test_a_form_of_another_site_sends_nothing(client: Client, link: FormLink, meetings: Meetings) -> None:
    gives(client, acts.new_code(link))
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse("form_links:form"), {"comes": SAID}).status_code == 403
    assert gives(client, "00000000") == 403
    link.refresh_from_db()
    assert (meetings.taken, link.tries) == ([], 0)


def test_no_page_is_kept_by_a_browser_or_told_to_another_site(client: Client, link: FormLink) -> None:
    arrived = client.get(reverse("form_links:arrive", args=[ONE]))
    asked = client.get(reverse("form_links:code"))
    gives(client, acts.new_code(link))
    form = client.get(reverse("form_links:form"))
    sent = client.post(reverse("form_links:form"), {"comes": SAID})
    receipt = client.get(reverse("form_links:receipt"))
    for page in (arrived, asked, form, sent, receipt):
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert ONE not in str(page.headers)
    link.refresh_from_db()
    assert link.receipt in receipt.text
    for word in (WORDS, TO, EMAIL, SAID):
        assert word not in receipt.text


def test_the_log_of_the_site_tells_neither_secret_nor_code_nor_a_word(
    client: Client, link: FormLink, written: io.StringIO
) -> None:
    code, form = acts.new_code(link), reverse("form_links:form")
    for method in (client.get, client.post, client.put):
        method(reverse("form_links:arrive", args=[ONE]))
    gives(client, "12345678")
    gives(client, code)
    client.get(form)
    client.post(form, {"comes": SAID}, headers={"X-Autosave": "1"})
    client.post(form, {"comes": SAID})
    logged = written.getvalue()
    assert "form link opened" in logged
    assert "form link answered" in logged
    assert "form_links:arrive" in logged
    for word in (ONE, code, code.replace(" ", ""), "12345678", WORDS, TO, EMAIL, SAID):
        assert word not in logged
