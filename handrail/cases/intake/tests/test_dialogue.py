"""A dialogue with whoever referred: questions back and answers, which show nothing of a case."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.case_access import restrictions
from handrail.cases.errors import InvalidAnswers
from handrail.cases.intake import dialogue
from handrail.cases.intake.models import Contact, ContactKind
from handrail.cases.intake.tests.asking import CANARIES, QUESTION, SAID, ask, send_answer, thread_page
from handrail.cases.models import Case, Deadline, FollowUp, Receipt
from handrail.cases.models.restriction import Category
from handrail.cases.person import merging
from handrail.cases.tests.cast import Cast, answer, make_cast, refer, take, what_becomes
from handrail.cases.tests.staff import client_of
from handrail.cases.timeline.entries import chronology
from handrail.ledger import rebuild
from handrail.ledger.models import Entry
from handrail.policy.clock import add_working_days
from handrail.records.form_links import acts, tasks
from handrail.records.form_links.models import FormLink


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast, "police-referral", cast.spoc, **CANARIES)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def test_a_referrer_with_an_account_reads_a_question_and_answers_it_there(cast: Cast, case: Case) -> None:
    ask(case, cast)
    page = thread_page(case, cast.spoc)
    assert QUESTION in page
    listed = client_of(cast.spoc).get(reverse("cases:own-referrals")).text
    assert "We ask you a question." in listed
    shown = send_answer(case, cast.spoc).text
    link = FormLink.objects.get()
    assert link.receipt
    assert link.receipt in shown
    assert "Send your answer" not in shown
    entry = Entry.objects.select_related("content").get(chain=case.pk, act="referrer-answer")
    assert entry.content.content["answers"]["answer"] == SAID
    assert entry.actor == cast.spoc.pk
    assert not FollowUp.objects.open().filter(case=case, kind_id="referrer-question").exists()
    case.refresh_from_db()
    with context.asking(cast.officer):
        told = chronology(case, cast.officer)[0]
    assert (told.by, told.role) == (cast.spoc.name, "")


def test_each_turn_names_the_next_date_which_is_a_limit_of_the_policy(cast: Cast, case: Case) -> None:
    asked = ask(case, cast)
    limit = case.pack.limit_by_id["referrer-hears-again"]
    day = add_working_days(timezone.localdate(asked.recorded_at), limit.working_days or 0, case.pack.calendar)
    assert f"You will hear from us again by {day:%-d %b %Y}" in thread_page(case, cast.spoc)
    assert Deadline.objects.get(case=case, limit_id=limit.id).due == day
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    page = thread_page(case, cast.spoc)
    assert page.index(QUESTION) < page.index("Your referral was received. Thank you.")
    assert "If there is more that we can tell you" in page
    assert Deadline.objects.get(case=case, limit_id=limit.id).ended


def test_a_question_that_ended_is_answered_no_more(cast: Cast, case: Case) -> None:
    asked = ask(case, cast)
    receipt = Receipt.objects.get(referral__case=case)
    address = reverse("cases:own-referral", args=[receipt.pk])
    link = FormLink.objects.get()
    answer(case, "referrer-question-close", cast.officer, asked.number)
    late = client_of(cast.spoc).post(address, {"question": str(link.pk), "answer": SAID}, follow=True).text
    assert "Nothing was sent." in late
    assert "This question does not need an answer any more." in late
    assert not Entry.objects.filter(act="referrer-answer").exists()


def test_an_empty_answer_is_asked_for_again(cast: Cast, case: Case) -> None:
    ask(case, cast)
    sent = send_answer(case, cast.spoc, "")
    assert (sent.status_code, "Enter your answer" in sent.text) == (422, True)


def test_only_questions_of_the_policy_are_asked(cast: Cast, case: Case) -> None:
    with pytest.raises(InvalidAnswers):
        ask(case, cast, question="Has Channel adopted him?")


def test_a_question_is_for_one_referrer_and_no_other_learns_of_it(cast: Cast, case: Case) -> None:
    take(case, "further-referral", cast.supervisor)
    ask(case, cast)
    assert QUESTION in thread_page(case, cast.spoc)
    assert QUESTION not in thread_page(case, cast.supervisor)


def test_a_question_of_somebody_else_cannot_be_answered(cast: Cast, case: Case) -> None:
    ask(case, cast)
    other = refer(cast, "police-referral", cast.second_officer)
    address = reverse(
        "cases:own-referral",
        args=[Receipt.objects.get(referral__case=other, person=cast.second_officer).pk],
    )
    question = {"question": str(FormLink.objects.get().pk), "answer": SAID}
    assert "Nothing was sent." in client_of(cast.second_officer).post(address, question, follow=True).text
    assert not Entry.objects.filter(act="referrer-answer").exists()


def closed(case: Case, cast: Cast) -> None:
    Case.objects.filter(pk=case.pk).update(stage_id="closed", closed_on=timezone.localdate())


def restricted(case: Case, cast: Cast) -> None:
    named = [cast.officer, cast.supervisor]
    reason = "Known to many."
    with context.asking(cast.supervisor):
        restrictions.restrict(
            case.pk, by=cast.supervisor, category=Category.PUBLIC_FIGURE, reason=reason, named=named
        )


def merged(case: Case, cast: Cast) -> None:
    into = refer(cast, **{"given-name": "Zerlinda", "family-name": "Quillfeather"})
    became = what_becomes(case, cast.supervisor)
    case.refresh_from_db()
    with context.asking(cast.supervisor):
        merging.merge(
            case.pk, into.pk, by=cast.supervisor, reason="Same", seen_version=case.version, became=became
        )


def written_of(case: Case) -> str:
    """Return the answers of the referral that opened a case, in one text."""
    opened = Entry.objects.select_related("content").get(chain=case.pk, number=1)
    return " ".join(map(str, opened.content.content["answers"].values()))


def without_tokens(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", page)


@pytest.mark.parametrize("become", [closed, restricted, merged])
def test_what_a_referrer_sees_is_the_same_whatever_becomes_of_the_case(
    cast: Cast, case: Case, become: Callable[[Case, Cast], None]
) -> None:
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    ask(case, cast)
    receipt = Receipt.objects.get(person=cast.spoc)
    pages = [reverse("cases:own-referral", args=[receipt.pk]), reverse("cases:own-referrals")]

    def seen() -> list[str]:
        client = client_of(cast.spoc)
        return [without_tokens(client.get(page).content.decode()) for page in pages]

    before = seen()
    assert QUESTION in before[0]
    become(case, cast)
    assert seen() == before
    assert all(canary in written_of(case) for canary in CANARIES.values())
    for canary in (*CANARIES.values(), case.reference, str(case.pk), cast.officer.name, case.stage.title):
        assert not any(canary in page for page in before), canary
    question = {"question": str(FormLink.objects.get().pk), "answer": SAID}
    assert "We have received your answer" in client_of(cast.spoc).post(pages[0], question, follow=True).text
    assert Entry.objects.filter(act="referrer-answer").count() == 1


def test_what_is_stored_is_compared_with_the_entries(cast: Cast, case: Case) -> None:
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    ask(case, cast)
    send_answer(case, cast.spoc)
    assert rebuild.check().differences == []
    receipt = Receipt.objects.get()
    assert [len(turn["said"]) for turn in receipt.turns] == [1, 1]
    receipt.turns[1]["said"] = ["Has Channel adopted him?"]
    receipt.save()
    [found] = rebuild.check().differences
    assert (found.table, found.column) == ("cases_receipt", "turns")


def test_without_account_or_confirmed_address_the_telephone_is_the_only_way(
    cast: Cast, settings: LazySettings
) -> None:
    settings.SENDS_MAIL = True
    public = refer(cast, "referral")
    begin = reverse("cases:begin", args=[public.pk, "ask-referrer"])
    page = client_of(cast.officer).get(begin).content.decode()
    assert dialogue.NO_WAY_BUT_THE_TELEPHONE in page
    assert "by a link to the email address" not in page
    asked = ask(public, cast, to=dialogue.TELEPHONE)
    assert not FormLink.objects.exists()
    actions = client_of(cast.officer).get(reverse("cases:actions", args=[public.pk])).text
    assert "Record an answer by phone" in actions
    assert "Link and code" not in actions
    answer(public, "referrer-question-close", cast.officer, asked.number, how="by-phone", said=SAID)
    assert not FollowUp.objects.open().filter(case=public, kind_id="referrer-question").exists()


def test_from_outside_a_referrer_answers_by_a_link_with_a_code(cast: Cast, settings: LazySettings) -> None:
    settings.SENDS_MAIL = True
    told = CANARIES | {"concern-described": CANARIES["what-happened"], "referrer-email": "who@school.example"}
    public = refer(cast, "referral", **told)
    Contact.objects.create(
        case=public,
        kind=ContactKind.EMAIL,
        who=b"w",
        subject=b"s",
        received_on=timezone.localdate(),
        confirmed=True,
    )
    page = client_of(cast.officer).get(reverse("cases:begin", args=[public.pk, "ask-referrer"])).text
    assert "by a link to the email address that they confirmed" in page
    ask(public, cast, to=dialogue.OUTSIDE)
    assert "Link and code" in client_of(cast.officer).get(reverse("cases:actions", args=[public.pk])).text
    link = FormLink.objects.get()
    assert link.email == "who@school.example"
    assert tasks.send_link(str(link.pk))
    sent = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}"
    found = re.search(r"/answer/\S+", sent)
    assert found
    client = Client()
    client.get(found[0])
    link.refresh_from_db()
    client.post(reverse("form_links:code"), {"code": acts.new_code(link)})
    form = client.get(reverse("form_links:form")).content.decode()
    assert QUESTION in form
    assert "You will hear from us again by" in form
    assert all(canary in written_of(public) for canary in CANARIES.values())
    for canary in (*CANARIES.values(), public.reference, str(public.pk)):
        assert canary not in sent + form
    client.post(reverse("form_links:form"), {"answer": SAID})
    assert Entry.objects.get(act="referrer-answer").chain == public.pk
    assert rebuild.check().differences == []


def test_the_database_shows_a_question_to_whom_it_was_asked_alone(
    transactional_db: None, web_connection: psycopg.Connection[Any]
) -> None:
    cast = make_cast()
    case = refer(cast, "police-referral", cast.spoc)
    ask(case, cast)
    for person, expected in ((cast.spoc, 1), (cast.stranger, 0), (cast.officer, 1)):
        with web_connection.transaction():
            web_connection.execute("SELECT access_enter(%s)", [person.pk])
            [seen] = web_connection.execute("SELECT count(*) FROM form_links_formlink").fetchone() or (None,)
            [cases] = web_connection.execute("SELECT count(*) FROM cases_case").fetchone() or (None,)
        assert seen == expected, person
        assert cases == (0 if person in (cast.spoc, cast.stranger) else 1)


def test_a_day_without_limit_names_no_next_date(cast: Cast, case: Case) -> None:
    silent = case.pack.model_copy(update={"dialogue": None})
    step = case.pack.step_by_id["ask-referrer"]
    answers = {"questions": ["who-else"], "referrer": dialogue.TELEPHONE}
    on = date(2026, 3, 2)
    assert dialogue.kept(silent, step, answers, on) == {}
    assert dialogue.kept(case.pack, step, answers, on) == {"hears_by": "2026-03-23"}
