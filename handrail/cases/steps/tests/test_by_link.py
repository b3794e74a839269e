"""A form that a partner without an account answers by link, on the case that asked."""

import re
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.models import Reading, Verb
from handrail.cases.models import Case, FollowUp
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.timeline.entries import chronology
from handrail.ledger.models import Entry
from handrail.records.form_links import acts, tasks
from handrail.records.form_links.models import MOST_TRIES, FormLink

ANSWERS = {"known": "yes", "said": "Quiet since spring", "worries": "", "who": "Ida Marsh, head"}
WORDS = "What do you know of the boy whom we spoke about?"


def day_parts(day: date) -> dict[str, str]:
    return {f"due-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def pressed(link: FormLink, button: str) -> dict[str, str]:
    """Return what the page of a link sends when a button is pressed."""
    link.refresh_from_db()
    return {button: "yes", "stamp": link.stamp}


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, **{"given-name": "Zerlinda", "family-name": "Quillfeather"})
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


@pytest.fixture
def link(case: Case, cast: Cast, settings: LazySettings) -> FormLink:
    settings.SENDS_MAIL = True
    send(case, cast)
    return FormLink.objects.get()


def send(case: Case, cast: Cast) -> None:
    """Ask a partner by a link that is due in two weeks."""
    until = timezone.localdate() + timedelta(days=14)
    given = {"what": "Ida Marsh, Northfield School", "email": "head@school.example", "words": WORDS}
    take(case, "partner-form", cast.officer, **given, **day_parts(until))


def address_in_mail(link: FormLink) -> str:
    assert tasks.send_link(str(link.pk))
    found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert found
    return re.sub(r"^https?://[^/]+", "", found[0])


def arrived(link: FormLink, client: Client | None = None) -> Client:
    client = client or Client()
    assert client.get(address_in_mail(link)).headers["Location"] == reverse("form_links:code")
    return client


def opened(link: FormLink) -> Client:
    client = arrived(link)
    link.refresh_from_db()
    code = acts.new_code(link)
    sent = client.post(reverse("form_links:code"), {"code": code})
    assert sent.headers["Location"] == reverse("form_links:form")
    return client


def test_a_partner_answers_once_and_the_answer_stands_on_the_case(
    case: Case, cast: Cast, link: FormLink
) -> None:
    client = opened(link)
    page = client.get(reverse("form_links:form")).text
    assert WORDS in page
    assert "Quillfeather" not in page
    assert case.reference not in page
    client.post(reverse("form_links:form"), ANSWERS)
    receipt = client.get(reverse("form_links:receipt")).text
    link.refresh_from_db()
    assert link.receipt in receipt
    entry = Entry.objects.select_related("content").get(chain=case.pk, act="partner-form-answer")
    assert entry.content.content["answers"]["said"] == "Quiet since spring"
    assert entry.content.content["about"] == link.number
    assert entry.content.content["by_link"] == {
        "to": link.to,
        "receipt": link.receipt,
        "link": str(link.pk),
    }
    assert not FollowUp.objects.open().filter(case=case).exists()
    case.refresh_from_db()
    with context.asking(cast.officer):
        told = chronology(case, cast.officer)[0]
    assert (told.by, told.organisation) == ("Ida Marsh, Northfield School, by a link", "")


def test_it_is_answered_once(link: FormLink) -> None:
    client, another = opened(link), None
    client.post(reverse("form_links:form"), ANSWERS)
    client.post(reverse("form_links:form"), ANSWERS)
    assert Entry.objects.filter(act="partner-form-answer").count() == 1
    another = Client()
    another.get(reverse("form_links:arrive", args=["x" * 20]))
    assert another.get(reverse("form_links:code")).status_code == 404
    gone = client.get(reverse("form_links:code"))
    assert (gone.status_code, "only answer it once" in gone.text) == (410, True)


def test_the_link_alone_opens_nothing(link: FormLink) -> None:
    client = arrived(link)
    assert client.get(reverse("form_links:form")).headers["Location"] == reverse("form_links:code")
    page = client.get(reverse("form_links:code")).text
    assert WORDS not in page
    client.post(reverse("form_links:form"), ANSWERS)
    assert not Entry.objects.filter(act="partner-form-answer").exists()


def test_five_wrong_codes_close_it_until_a_new_one_is_made(link: FormLink) -> None:
    client = arrived(link)
    link.refresh_from_db()
    code = acts.new_code(link)
    for _ in range(MOST_TRIES):
        client.post(reverse("form_links:code"), {"code": "not it"})
    assert client.post(reverse("form_links:code"), {"code": code}).status_code == 410
    link.refresh_from_db()
    new = acts.new_code(link)
    assert client.post(reverse("form_links:code"), {"code": new}).status_code == 302


def test_a_new_code_voids_the_one_before_and_only_digests_are_kept(link: FormLink) -> None:
    client = arrived(link)
    link.refresh_from_db()
    first, second = acts.new_code(link), acts.new_code(link)
    kept = " ".join(str(value) for value in FormLink.objects.values_list().get())
    assert all(code.replace(" ", "") not in kept for code in (first, second))
    assert client.post(reverse("form_links:code"), {"code": first}).status_code == 422
    assert client.post(reverse("form_links:code"), {"code": second}).status_code == 302


def test_after_its_day_a_stranger_reads_until_when_it_was(link: FormLink) -> None:
    client = opened(link)
    yesterday = timezone.localdate() - timedelta(days=1)
    FormLink.objects.update(until=yesterday)
    for page in ("form_links:code", "form_links:form"):
        gone = client.get(reverse(page))
        assert gone.status_code == 410
        assert "last date to answer the form was" in gone.text
    client.post(reverse("form_links:form"), ANSWERS)
    assert not Entry.objects.filter(act="partner-form-answer").exists()


def test_withdrawn_on_the_case_it_opens_nothing(case: Case, cast: Cast, link: FormLink) -> None:
    client = opened(link)
    answer(case, "partner-form-close", cast.officer, link.number)
    gone = client.get(reverse("form_links:form"))
    assert (gone.status_code, "no longer need an answer" in gone.text) == (410, True)


def test_ended_in_a_way_that_revokes_nothing_it_still_opens_nothing(
    case: Case, cast: Cast, link: FormLink
) -> None:
    client = opened(link)
    answer(case, "partner-form-close", cast.officer, link.number)
    FormLink.objects.update(revoked_at=None)
    assert client.get(reverse("form_links:form")).status_code == 410
    assert client.post(reverse("form_links:form"), ANSWERS).status_code == 410


def test_an_answer_locks_the_case_before_the_link_as_a_withdrawal_does(link: FormLink) -> None:
    client = opened(link)
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("form_links:form"), ANSWERS)
    locks = [one["sql"] for one in asked.captured_queries if "FOR UPDATE" in one["sql"]]
    assert ["cases_case" in locks[0], "form_links_formlink" in locks[1]] == [True, True], locks


def test_nobody_with_an_account_answers_in_the_place_of_a_partner(
    case: Case, cast: Cast, link: FormLink
) -> None:
    client = Client()
    for user in (cast.officer, cast.supervisor):
        client.force_login(user)
        page = client.post(reverse("cases:answer", args=[case.pk, link.number, "partner-form-answer"]))
        assert page.status_code == 403
        with pytest.raises(NotAllowed):
            answer(case, "partner-form-answer", user, link.number, known="yes", who="Ida Marsh")
    assert not Entry.objects.filter(act="partner-form-answer").exists()


def test_a_case_with_many_links_asks_the_database_no_more_than_one_with_one(
    case: Case, cast: Cast, link: FormLink
) -> None:
    client = Client()
    client.force_login(cast.officer)
    pages = [reverse("cases:actions", args=[case.pk]), reverse("web:home")]
    before = [statements_of(client, page) for page in pages]
    for _ in range(5):
        send(case, cast)
    assert client.get(pages[0]).text.count("/links/") == 6
    assert [statements_of(client, page) for page in pages] == before


def statements_of(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    return len(asked)


def test_what_is_missing_is_said_and_what_was_typed_stays(link: FormLink) -> None:
    client = opened(link)
    page = client.post(reverse("form_links:form"), ANSWERS | {"who": ""})
    assert page.status_code == 422
    assert "Enter your name and role" in page.text
    assert "Quiet since spring" in page.text
    link.refresh_from_db()
    assert link.answered_at is None


def test_the_mail_tells_nothing_of_the_case_and_carries_no_code(case: Case, link: FormLink) -> None:
    address_in_mail(link)
    (sent,) = mail.outbox
    assert sent.subject == "A form for you to answer"
    assert sent.to == ["head@school.example"]
    assert link.by.name in sent.body
    assert case.force.name in sent.body
    for word in (WORDS, "Quillfeather", "Zerlinda", "Prevent"):
        assert word not in sent.body
    link.refresh_from_db()
    assert link.code == ""


def test_that_the_form_was_shown_is_a_line_of_the_case(case: Case, link: FormLink) -> None:
    client = opened(link)
    before = Reading.objects.filter(verb=Verb.DISCLOSED).count()
    client.get(reverse("form_links:form"))
    lines = Reading.objects.filter(verb=Verb.DISCLOSED).order_by("pk")
    assert lines.count() == before + 1
    line = lines.last()
    assert line
    assert (line.records, line.person, line.recipient) == ([case.pk], None, link.to)


def test_somebody_signed_in_who_follows_a_link_is_nobody(cast: Cast, link: FormLink) -> None:
    client = Client()
    client.force_login(cast.stranger)
    arrived(link, client)
    link.refresh_from_db()
    client.post(reverse("form_links:code"), {"code": acts.new_code(link)})
    client.post(reverse("form_links:form"), ANSWERS)
    assert Entry.objects.get(act="partner-form-answer").actor != cast.stranger.pk


def test_without_mail_whoever_asks_passes_the_link_on(
    case: Case, cast: Cast, link: FormLink, settings: LazySettings
) -> None:
    settings.SENDS_MAIL = False
    client = Client()
    client.force_login(cast.officer)
    page = reverse("cases:form-link", args=[case.pk, link.number])
    assert page in client.get(reverse("cases:actions", args=[case.pk])).text
    found = re.search(r"/answer/[\w-]{20,}/", client.post(page, pressed(link, "send")).text)
    assert found
    assert found[0] not in client.get(page).text
    outside = Client()
    assert outside.get(found[0]).status_code == 302
    code = re.search(r"[0-9]{4} [0-9]{4}", client.post(page, pressed(link, "code")).text)
    assert code
    assert outside.post(reverse("form_links:code"), {"code": code[0]}).status_code == 302
