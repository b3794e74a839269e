"""Feedback to referrers who have an account, given in the transaction of the act that it follows."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handrail.cases.engine.record import IMPORTED, Record
from handrail.cases.models import Case, Receipt, Referral
from handrail.organisations.models import Person, Post
from handrail.policy.built_in import BUILT_IN
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import PUBLIC
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.packs import pack as pack_by_id


def give_receipts(referrals: Iterable[Referral], by: Person) -> None:
    """Give the user a receipt for each of their referrals."""
    Receipt.objects.bulk_create(receipt_of(referral, by.pk) for referral in referrals)


def receipts_of(record: Record) -> Iterator[Receipt]:
    """Yield the receipts that the acts of a new case give, for writers of many cases at once."""
    referrals, given = [record.opened_by, *record.further], list[Receipt]()
    for act, at in zip(record.acts, record.recorded_at, strict=True):
        if act.act in BUILT_IN:
            continue
        pack = pack_by_id(act.pack)
        step = pack.step_by_id[act.act]
        kind = kind_of(step)
        if kind.brings_referral or kind.opens_case:
            referral = referrals.pop(0)
            if act.role != PUBLIC and not kind.in_confidence and IMPORTED not in act.content:
                given.append(receipt_of(referral, act.actor))
        meant = meanings(pack.form_of(step), act.content["answers"])
        if sentences := said_by(meant, pack):
            for receipt in given:
                receipt.said, receipt.told_on = sentences, timezone.localdate(at)
    yield from given


def receipt_of(referral: Referral, referrer: UUID) -> Receipt:
    """Return the unsaved receipt of a referral."""
    of = {"reference": referral.reference, "received_on": referral.received_on}
    return Receipt(referral=referral, person_id=referrer, **of)


def tell(case: Case, meant: Mapping[Meaning, Any], *, on: date) -> None:
    """Give every referrer of a case the feedback that the answers of a step choose."""
    if said := said_by(meant, case.pack):
        Receipt.objects.filter(referral__case=case).update(said=said, told_on=on)


def reach_somebody(case: Case) -> bool:
    """Return whether a referrer of this case has an active account in which to read the feedback."""
    receipts = Receipt.objects.filter(referral__case=case, person__is_active=True)
    return receipts.filter(Exists(Post.objects.current().filter(person=OuterRef("person")))).exists()


def said_by(meant: Mapping[Meaning, Any], pack: Pack) -> list[str]:
    """Return the feedback that the answers of a step choose, in the sentences of the policy."""
    asked = (form.meaning(Meaning.FEEDBACK) for form in pack.forms)
    codes = next((question.codes for question in asked if question and question.codes), None)
    labels = pack.codes_by_id[codes].labels if codes else {}
    return [labels[code] for code in meant.get(Meaning.FEEDBACK, ()) if code in labels]


def told_since(person: Person, day: date) -> "QuerySet[Receipt]":
    """Return receipts of the user's referrals with feedback since a day, in no order."""
    return Receipt.objects.of(person).filter(told_on__gte=day).order_by()
