"""Receipts of referrers who have an account, given in the transaction of the act that they follow."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from handrail.cases.engine.record import IMPORTED, Record
from handrail.cases.intake import dialogue
from handrail.cases.models import Case, Receipt, Referral
from handrail.organisations.models import Person
from handrail.policy.built_in import BUILT_IN
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
        if turn := dialogue.turn_of(pack, step, act.content, timezone.localdate(at)):
            dialogue.tell(given, turn)
    yield from given


def receipt_of(referral: Referral, referrer: UUID) -> Receipt:
    """Return the unsaved receipt of a referral."""
    of = {"reference": referral.reference, "received_on": referral.received_on}
    return Receipt(referral=referral, person_id=referrer, **of)


def reach_somebody(case: Case) -> bool:
    """Return whether a referrer of this case has an active account in which to read the feedback."""
    return dialogue.with_account(case).exists()


def told_since(person: Person, day: date) -> "QuerySet[Receipt]":
    """Return receipts of the user's referrals with a turn since a day, in no order."""
    return Receipt.objects.of(person).filter(told_on__gte=day).order_by()
