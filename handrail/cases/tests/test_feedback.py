"""Whoever referred hears back, in fixed sentences, and learns nothing else of the case."""

from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case, Receipt, Referral
from handrail.cases.tests.cast import Cast, refer, take
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
    from handrail.cases import restricting
    from handrail.cases.restriction import Category

    with context.asking(cast.supervisor):
        restricting.restrict(
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
    assert Receipt.objects.get().said == [RECEIVED]


def test_everybody_who_referred_the_person_is_told(cast: Cast, case: Case) -> None:
    take(case, "further-referral", cast.supervisor)
    take(case, "feedback", cast.officer, **{"feedback-sentences": "received"})
    told = Receipt.objects.values_list("person__name", "said")
    assert {(name, tuple(said)) for name, said in told} == {
        (cast.spoc.name, (RECEIVED,)),
        (cast.supervisor.name, (RECEIVED,)),
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
            changed = web_connection.execute("UPDATE cases_receipt SET said = '{}'").rowcount
        assert (seen, known) == (receipts, referrals), person
        assert changed == referrals
