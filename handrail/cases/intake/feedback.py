"""Keeping what a referrer may know, and telling them, in the transaction of the act that it follows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from handrail.cases.models import Case, Receipt, Referral
from handrail.organisations.models import Person, Post
from handrail.policy.schema.form import Meaning


def keep(referrals: Iterable[Referral], by: Person) -> None:
    """Let somebody who made referrals see that each was received."""
    for referral in referrals:
        Receipt(
            referral=referral, person=by, reference=referral.reference, received_on=referral.received_on
        ).save(force_insert=True)


def tell(case: Case, meant: Mapping[Meaning, Any], *, on: date) -> None:
    """Tell everybody who referred the person of a case what the answers of a step say they are told."""
    sentences = meant.get(Meaning.FEEDBACK)
    if not sentences:
        return
    labels = sentences_of(case)
    said = [labels[code] for code in sentences if code in labels]
    Receipt.objects.filter(referral__case=case).update(said=said, told_on=on)


def reach_somebody(case: Case) -> bool:
    """Whether anybody who referred the person of a case has an account by which they still read it here."""
    receipts = Receipt.objects.filter(referral__case=case, person__is_active=True)
    return receipts.filter(Exists(Post.objects.current().filter(person=OuterRef("person")))).exists()


def sentences_of(case: Case) -> dict[str, str]:
    """What a referrer may be told, by code, in the words of the case's policy."""
    asked = (form.meaning(Meaning.FEEDBACK) for form in case.pack.forms)
    codes = next((question.codes for question in asked if question and question.codes), None)
    return case.pack.codes_by_id[codes].labels if codes else {}


def told_since(person: Person, day: date) -> "QuerySet[Receipt]":
    """The receipts of somebody's referrals on which feedback has come since a day, in no order."""
    return Receipt.objects.of(person).filter(told_on__gte=day).order_by()
