"""The dialogue with whoever referred: fixed sentences and questions of the policy, each with a next date.

A turn holds nothing of a case and does not change with one: it is the same of a case that is open, closed,
restricted or merged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handrail.cases.intake.models import Contact, ContactKind
from handrail.cases.models import Case, Receipt
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.policy.clock import add_working_days
from handrail.policy.questions import meanings
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.form_links.models import FormLink
from handrail.records.packs import policy_of

OUTSIDE, TELEPHONE = "outside", "telephone"
# What the entry of a turn keeps beside its answers: the next date, and of a question the id of its form link.
HEARS_BY, LINK = "hears_by", "link"

HEARS_BY_WORDS = "You will hear from us again by {:%A %-d %B %Y}."
NO_WAY_BUT_THE_TELEPHONE = (
    "You can only ask by phone: nobody who referred has an active account or a confirmed email address."
)


@dataclass(frozen=True, slots=True)
class Referrer:
    """A referrer whom a question reaches through Handrail: by their account, or by a link to their email.

    `id` is what the entry keeps: of a user, their id and the day of their referral.
    """

    id: str
    name: str
    account: UUID | None = None
    email: str = ""

    @property
    def choice(self) -> Code:
        """Return the referrer as a choice of the question who is asked."""
        if self.account:
            label, hint = f"{self.name}, in Handrail", "They read it under “Your referrals”, and answer there"
        else:
            label = f"{self.name}, by a link to the email address that they confirmed"
            hint = "Handrail sends the link. You tell them the code by phone"
        return Code.model_construct(id=self.id, label=label, hint=hint)


def referrers_of(case: Case) -> list[Referrer]:
    """Return the referrers of a case whom a question reaches through Handrail, the latest referral first."""
    receipts = with_account(case).select_related("person").order_by("-received_on", "person__name")
    inside = [Referrer(_id_of(one), one.person.name, account=one.person_id) for one in receipts]
    return [*{one.id: one for one in inside}.values(), *_outside(case)]


def with_account(case: Case | OuterRef) -> "QuerySet[Receipt]":
    """Return the receipts of a case whose referrers have an active account and a post."""
    receipts = Receipt.objects.filter(referral__case=case, person__is_active=True)
    return receipts.filter(Exists(Post.objects.current().filter(person=OuterRef("person"))))


def _id_of(receipt: Receipt) -> str:
    return f"{receipt.person_id} {receipt.received_on}"


def _outside(case: Case) -> list[Referrer]:
    """Return the sender of the public form that opened a case, where their email address is confirmed.

    Nobody, where the first entry, which holds the address, is erased or above the user's vetting.
    """
    if not Contact.objects.filter(case=case, kind=ContactKind.EMAIL, confirmed=True).exists():
        return []
    entry = Entry.objects.select_related("content").filter(chain=case.pk, number=1).first()
    if entry is None or not hasattr(entry, "content"):
        return []
    pack, step = policy_of(entry)
    said = meanings(pack.form_of(step), entry.content.content["answers"])
    name = said.get(Meaning.REFERRER_NAME) or "The sender of the public form"
    return [Referrer(OUTSIDE, str(name), email=str(said[Meaning.REFERRER_EMAIL]))]


def choices_of_referrers(case: Case) -> Sequence[Code]:
    """Return to whom a question can go: the pack's member list “referrers”. The telephone is always a way."""
    reached = [referrer.choice for referrer in referrers_of(case)]
    hint = "Handrail sends nothing" if reached else NO_WAY_BUT_THE_TELEPHONE
    by_phone = Code.model_construct(
        id=TELEPHONE, label="By phone: you ask them, and record their answer", hint=hint
    )
    return [*reached, by_phone]


def asked_of(case: Case, pack: Pack, step: Step, answers: Mapping[str, Any]) -> Referrer | None:
    """Return the referrer whom the answers of a step ask through Handrail; None where there is none."""
    asked = meanings(pack.form_of(step), answers).get(Meaning.ASKED_REFERRER)
    if asked is None:
        return None
    return next((referrer for referrer in referrers_of(case) if referrer.id == asked), None)


def kept(pack: Pack, step: Step, answers: Mapping[str, Any], on: date) -> dict[str, str]:
    """Return what an entry keeps of its turn beside the answers; empty for an entry that is no turn.

    The form link of a question is made after its entry, under the id that is drawn here.
    """
    meant = meanings(pack.form_of(step), answers)
    if not meant.get(Meaning.FEEDBACK):
        return {}
    limit = pack.limit_by_id[pack.dialogue.limit] if pack.dialogue else None
    days = limit.working_days if limit else None
    hears_by = {HEARS_BY: add_working_days(on, days, pack.calendar).isoformat()} if days else {}
    by_link = meant.get(Meaning.ASKED_REFERRER, TELEPHONE) != TELEPHONE
    return hears_by | ({LINK: str(uuid4())} if by_link else {})


def turn_of(pack: Pack, step: Step, content: Mapping[str, Any], on: date) -> dict[str, Any] | None:
    """Return the turn that an entry adds to the dialogue, as a receipt stores it; None where it adds none.

    Keys: `on` and `hears_by` (days, in ISO format), `said` (sentences), and of a question `link` (the id of
    its form link) and `to` (the id of a `Referrer`).
    """
    said = sentences(pack, step, content["answers"])
    to = meanings(pack.form_of(step), content["answers"]).get(Meaning.ASKED_REFERRER)
    if not said or to in (OUTSIDE, TELEPHONE):
        return None
    beside = {key: content[key] for key in (HEARS_BY, LINK) if key in content}
    return {"on": on.isoformat(), "said": said} | beside | ({"to": to} if to else {})


def sentences(pack: Pack, step: Step, answers: Mapping[str, Any]) -> list[str]:
    """Return what the answers of a step tell or ask a referrer, in the sentences of the policy."""
    form = pack.form_of(step)
    question = form.meaning(Meaning.FEEDBACK) if form else None
    if question is None or not question.codes:
        return []
    labels = pack.codes_by_id[question.codes].labels
    return [labels[code] for code in answers.get(question.id, ()) if code in labels]


def words_of(pack: Pack, step: Step, content: Mapping[str, Any]) -> str:
    """Return the questions of an entry, and the next date, as the form behind its link shows them."""
    lines = sentences(pack, step, content["answers"])
    if hears_by := content.get(HEARS_BY):
        lines = [*lines, HEARS_BY_WORDS.format(date.fromisoformat(hears_by))]
    return "\n".join(lines)


def tell(receipts: Iterable[Receipt], turn: Mapping[str, Any]) -> list[Receipt]:
    """Add a turn to the receipts that it is for, without saving; return these. A question is for one."""
    told = [one for one in receipts if turn.get("to", _id_of(one)) == _id_of(one)]
    for receipt in told:
        receipt.turns = [*receipt.turns, dict(turn)]
        receipt.told_on = date.fromisoformat(turn["on"])
    return told


def tell_referrers(case: Case, pack: Pack, step: Step, entry: Entry) -> None:
    """Add the turn of an entry to the receipts of its case. Runs in the transaction of the entry."""
    turn = turn_of(pack, step, entry.content.content, timezone.localdate(entry.recorded_at))
    if turn is None:
        return
    receipts = Receipt.objects.select_for_update().filter(referral__case=case)
    Receipt.objects.bulk_update(tell(receipts, turn), ["turns", "told_on"])


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as the referrer sees it; `link` is the form of a question that was asked."""

    on: date
    said: Sequence[str]
    hears_by: date | None
    link: FormLink | None

    @property
    def is_awaited(self) -> bool:
        """Whether the question still takes an answer."""
        return self.link is not None and self.link.is_open()


@dataclass(frozen=True, slots=True)
class Thread:
    """A referral of a user with its turns, the oldest first."""

    receipt: Receipt
    turns: Sequence[Turn]

    @property
    def awaited(self) -> FormLink | None:
        """The form of the first question that still takes an answer."""
        return next((turn.link for turn in self.turns if turn.is_awaited), None)


def threads_of(receipts: Sequence[Receipt], person: Person) -> list[Thread]:
    """Return the threads of a user's receipts, in order."""
    ids = [turn[LINK] for receipt in receipts for turn in receipt.turns if LINK in turn]
    links = {str(link.pk): link for link in FormLink.objects.filter(pk__in=ids, answerer=person)}
    return [Thread(receipt, [_shown(turn, links) for turn in receipt.turns]) for receipt in receipts]


def _shown(turn: Mapping[str, Any], links: Mapping[str, FormLink]) -> Turn:
    hears_by = date.fromisoformat(turn[HEARS_BY]) if HEARS_BY in turn else None
    return Turn(date.fromisoformat(turn["on"]), turn["said"], hears_by, links.get(turn.get(LINK, "")))
