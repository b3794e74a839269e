"""Feedback to referrers who have an account, given in the transaction of the act that it follows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from handrail.cases.models import Case, Receipt, Referral
from handrail.organisations.models import Person, Post
from handrail.policy.schema.form import Meaning


def give_receipts(referrals: Iterable[Referral], by: Person) -> None:
    """Give the user a receipt for each of their referrals."""
    for referral in referrals:
        Receipt(
            referral=referral, person=by, reference=referral.reference, received_on=referral.received_on
        ).save(force_insert=True)


def tell(case: Case, meant: Mapping[Meaning, Any], *, on: date) -> None:
    """Give every referrer of a case the feedback that the answers of a step choose."""
    sentences = meant.get(Meaning.FEEDBACK)
    if not sentences:
        return
    labels = sentences_of(case)
    said = [labels[code] for code in sentences if code in labels]
    Receipt.objects.filter(referral__case=case).update(said=said, told_on=on)


def reach_somebody(case: Case) -> bool:
    """Return whether a referrer of this case has an active account in which to read the feedback."""
    receipts = Receipt.objects.filter(referral__case=case, person__is_active=True)
    return receipts.filter(Exists(Post.objects.current().filter(person=OuterRef("person")))).exists()


def sentences_of(case: Case) -> dict[str, str]:
    """Return the feedback sentences of the case's policy, by code."""
    asked = (form.meaning(Meaning.FEEDBACK) for form in case.pack.forms)
    codes = next((question.codes for question in asked if question and question.codes), None)
    return case.pack.codes_by_id[codes].labels if codes else {}


def told_since(person: Person, day: date) -> "QuerySet[Receipt]":
    """Return receipts of the user's referrals with feedback since a day, in no order."""
    return Receipt.objects.of(person).filter(told_on__gte=day).order_by()
