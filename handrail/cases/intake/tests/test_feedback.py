"""A referrer gets feedback in fixed sentences, and learns nothing else of the case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case, Receipt, Referral
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import client_of, fill
from handrail.ledger.models import Entry
from handrail.organisations.models import Person

PAGE = "cases:own-referrals"
RECEIVED = "Your referral was received. Thank you."


def page_of(person: Person, name: str = PAGE) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name)).content.decode()


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.spoc, **{"family-name": "Quillfeather"})


def test_who_referred_sees_reference_and_day_and_what_they_were_told_and_no_more(
    cast: Cast, case: Case
) -> None:
    referral = case.referrals.get()
    page = page_of(cast.spoc)
    assert referral.reference in page
    assert "None yet" in page
    assert "There is feedback" not in page_of(cast.spoc, "web:home")
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    page = page_of(cast.spoc)
    assert RECEIVED in page
    for other in ("Quillfeather", case.reference, case.stage.title, cast.officer.name, str(case.pk)):
        assert other not in page
    assert "There is feedback on 1" in page_of(cast.spoc, "web:home")


def test_nobody_else_sees_it(cast: Cast, case: Case) -> None:
    reference = case.referrals.get().reference
    assert reference not in page_of(cast.officer)
    assert reference not in page_of(cast.stranger)


def test_why_it_is_withheld_is_recorded_and_not_told(cast: Cast, case: Case) -> None:
    why = {"feedback": "withheld", "feedback-withheld": "They would tell the person."}
    take(case, "feedback", cast.officer, **why)
    assert "None yet" in page_of(cast.spoc)
    assert "They would tell" not in page_of(cast.spoc)
    answers = Entry.objects.filter(chain=case.pk).latest("number").content.content["answers"]
    assert answers["feedback-withheld"] == "They would tell the person."
    with pytest.raises(InvalidAnswers):
        take(case, "feedback", cast.officer, feedback="withheld", **{"feedback-withheld": ""})


def test_only_sentences_of_the_policy_can_be_said(cast: Cast, case: Case) -> None:
    with pytest.raises(InvalidAnswers):
        take(case, "feedback", cast.officer, **{"feedback-sentences": "He was adopted by Channel."})


def test_of_a_restricted_case_no_more_is_said_than_that_it_was_received(cast: Cast, case: Case) -> None:
    from handrail.cases.case_access import restrictions
    from handrail.cases.models.restriction import Category

    with context.asking(cast.supervisor):
        restrictions.restrict(
            case.pk,
            by=cast.supervisor,
            category=Category.PUBLIC_FIGURE,
            reason="Known to many.",
            named=[cast.officer, cast.supervisor],
        )
    with pytest.raises(InvalidAnswers) as caught:
        take(case, "feedback", cast.officer, **{"feedback-sentences": "looked-at"})
    assert "feedback-sentences" in caught.value.errors
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    assert [turn["said"] for turn in Receipt.objects.get().turns] == [[RECEIVED]]


def test_everybody_who_referred_the_person_is_told(cast: Cast, case: Case) -> None:
    take(case, "further-referral", cast.supervisor)
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    told = Receipt.objects.values_list("person__name", "turns")
    assert {name: [turn["said"] for turn in turns] for name, turns in told} == {
        cast.spoc.name: [[RECEIVED]],
        cast.supervisor.name: [[RECEIVED]],
    }


def test_a_concern_about_a_colleague_leaves_no_receipt(cast: Cast) -> None:
    refer(cast, "staff-concern", cast.spoc)
    assert not Receipt.objects.exists()


def test_somebody_outside_has_none(cast: Cast) -> None:
    refer(cast, "referral")
    assert not Receipt.objects.exists()


def test_the_database_shows_a_receipt_to_its_referrer_and_not_the_referral(
    transactional_db: None, web_connection: psycopg.Connection[Any]
) -> None:
    from handrail.cases.tests.cast import make_cast

    cast = make_cast()
    case = refer(cast, "police-referral", cast.spoc)
    assert Referral.objects.filter(case=case).exists()
    for person, receipts, referrals in ((cast.spoc, 1, 0), (cast.stranger, 0, 0), (cast.supervisor, 1, 1)):
        with web_connection.transaction():
            web_connection.execute("SELECT access_enter(%s)", [person.pk])
            [seen] = web_connection.execute("SELECT count(*) FROM cases_receipt").fetchone() or (None,)
            [known] = web_connection.execute("SELECT count(*) FROM cases_referral").fetchone() or (None,)
            changed = web_connection.execute("UPDATE cases_receipt SET turns = '[]'").rowcount
        assert (seen, known) == (receipts, referrals), person
        assert changed == referrals


def ways_offered(case: Case, by: Person) -> str:
    """Return the form's page on how the referrer is told."""
    client = Client()
    client.force_login(by)
    begun = client.post(reverse("cases:begin", args=[case.pk, "feedback"]))
    draft = begun["Location"].split("/")[2]
    page = client.get(reverse("cases:section", args=[draft, "feedback"])).content.decode()
    assert "By phone" in page
    return page


HERE = "They read it in Handrail"


def test_feedback_in_handrail_is_offered_for_who_has_an_account(cast: Cast, case: Case) -> None:
    assert HERE in ways_offered(case, cast.officer)
    take(case, "feedback", cast.officer, **{"feedback-way": "here"})


def out_of_post(cast: Cast) -> None:
    cast.spoc.posts.update(until=timezone.localdate() - timedelta(days=1))


def account_closed(cast: Cast) -> None:
    Person.objects.filter(pk=cast.spoc.pk).update(is_active=False)


@pytest.mark.parametrize("gone", [out_of_post, account_closed])
def test_it_is_not_offered_for_who_has_none_any_more(
    cast: Cast, case: Case, gone: Callable[[Cast], None]
) -> None:
    gone(cast)
    assert HERE not in ways_offered(case, cast.officer)
    with pytest.raises(InvalidAnswers) as caught:
        take(case, "feedback", cast.officer, **{"feedback-way": "here"})
    assert set(caught.value.errors) == {"feedback-way"}


def test_it_is_not_offered_for_who_referred_by_the_public_form(cast: Cast) -> None:
    public = refer(cast, "referral")
    assert HERE not in ways_offered(public, cast.officer)
    take(public, "feedback", cast.officer, **{"feedback-way": "telephone"})


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("enquiry", "Handrail sends nothing to them."),
        ("signposting", "Handrail sends nothing to them."),
        ("custody", "Handrail sends nothing to them."),
        ("ask-for-information", "Handrail sends nothing to them."),
        ("action", "The person you name is told in their notices"),
        ("handover", "The person you name is told in their notices"),
        ("transfer", "told in their notices in Handrail"),
        ("feedback", "Handrail does not send anything to anyone else: tell them yourself."),
    ],
)
def test_what_is_sent_to_whom_is_said_before_a_step_is_begun(
    cast: Cast, case: Case, step: str, says: str
) -> None:
    client = Client()
    client.force_login(cast.supervisor)
    assert says in client.get(reverse("cases:begin", args=[case.pk, step])).content.decode()
    other = client.get(reverse("cases:begin", args=[case.pk, "note"])).content.decode()
    assert "Handrail sends nothing" not in other


@pytest.mark.parametrize(
    ("sends_mail", "says"),
    [(True, "Handrail sends them the link by email."), (False, "make the link and send it yourself.")],
)
def test_who_asks_by_a_link_is_told_what_goes_by_mail_and_where_the_code_is(
    cast: Cast, case: Case, settings: LazySettings, sends_mail: bool, says: str
) -> None:
    settings.SENDS_MAIL = sends_mail
    page = (
        client_of(cast.officer).get(reverse("cases:begin", args=[case.pk, "partner-form"])).content.decode()
    )
    assert f"{says} Then make the code under “Link and code”" in page
    assert "Handrail sends nothing to them" not in page


def test_what_was_sent_is_said_once_more_when_it_is_recorded(cast: Cast, case: Case) -> None:
    client = client_of(cast.officer)
    step = case.pack.step_by_id["signposting"]
    begin = reverse("cases:begin", args=[case.pk, step.id])
    fill(client, begin, step, case.force)
    page = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "“Signposting” is recorded. Handrail sends nothing to them." in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"feedback": "withheld"}, "Handrail tells the referrer nothing."),
        ({"feedback": "given"}, "A referrer with an account reads the sentences"),
    ],
)
def test_feedback_says_no_more_than_happened(
    cast: Cast, case: Case, given: dict[str, str], says: str
) -> None:
    client, step = client_of(cast.officer), case.pack.step_by_id["feedback"]
    fill(client, reverse("cases:begin", args=[case.pk, step.id]), step, case.force, **given)
    page = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert f"“{step.title}” is recorded. {says}" in page
