"""The acknowledgement of a public referral: what lies ahead and whom to ring, on the page and by email.

It names nobody and says nothing of what was written: a mailbox may be shared.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.mail import send_mail
from django.utils import timezone

from handrail.cases.intake import confirming, contacts, keyed
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation
from handrail.policy.clock import add_working_days
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.settings import Ahead, Call
from handrail.queue.jobs import LEFT_FOR, never_queued, queue
from handrail.records.drafts import Draft

DAY = "%A %-d %B %Y"
SUBJECT = "Your receipt from Handrail"
TEXT = """Your reference is {reference}. Sent on {sent}.

What happens next. These are the days that we work to; they move where more has to be asked first.

{ahead}

If you learn something new, send it in the same way as before and give the reference.

Who to call:

{own}{calls}

This receipt does not say what you wrote, nor about whom. Do not answer it: nobody reads what is sent here.
"""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the sender of a referral is told, as at the day on which it was sent."""

    ahead: list[tuple[str, str]]  # a day in words, and what lies ahead by then
    calls: tuple[Call, ...]


def acknowledgement_of(draft: Draft) -> Acknowledgement | None:
    """Return the acknowledgement of a draft that was sent; None under a policy that has none."""
    said = draft.pack.acknowledgement
    if said is None or draft.submitted_at is None:
        return None
    sent = timezone.localdate(draft.submitted_at)
    return Acknowledgement([(_last_day(draft.pack, one, sent), one.says) for one in said.ahead], said.calls)


def _last_day(pack: Pack, ahead: Ahead, sent: date) -> str:
    limits = (pack.limit_by_id[named] for named in ahead.limits)
    day = add_working_days(sent, sum(limit.working_days or 0 for limit in limits), pack.calendar)
    return f"{day:{DAY}}"


def ask(draft: Draft) -> None:
    """Queue the acknowledgement of a draft that is being sent, where its email address is confirmed.

    Call inside the transaction that sends the draft.
    """
    if draft.pack.acknowledgement and confirming.can_be_asked() and contacts.is_confirmed(draft):
        queue("outside.send-acknowledgement", draft=str(draft.pk))


def send_left(at: datetime) -> int:
    """Queue each acknowledgement for which the queue had no room; return how many were queued."""
    sent = Draft.objects.filter(person=None, made_id__isnull=False, submitted_at__gt=at - LEFT_FOR)
    confirmed = {
        draft.pk: draft
        for draft in sent.filter(confirmation__confirmed_at__isnull=False).select_related("confirmation")
    }
    left = never_queued("outside.send-acknowledgement", "draft", confirmed)
    return sum(
        queue("outside.send-acknowledgement", draft=str(pk)) for pk in left if _is_asked_for(confirmed[pk])
    )


def _is_asked_for(draft: Draft) -> bool:
    """Whether the policy has an acknowledgement, and the address in the referral was confirmed."""
    if draft.pack.acknowledgement is None or draft.made_id is None:
        return False
    address = keyed.keyed("email", keyed.email(_address(draft, draft.made_id)))
    return bytes(draft.confirmation.address) == address


def send(draft_id: UUID) -> bool:
    """Email the acknowledgement of a referral; return whether there was one. Raises where sending fails."""
    draft = Draft.objects.select_related("submitted_to").filter(pk=draft_id, person=None).first()
    acknowledgement = acknowledgement_of(draft) if draft else None
    if draft is None or draft.made_id is None or draft.submitted_at is None or acknowledgement is None:
        return False
    text = TEXT.format(
        reference=draft.submitted_reference,
        sent=f"{timezone.localtime(draft.submitted_at):{DAY}}",
        ahead="\n\n".join(f"By {day}, {says}." for day, says in acknowledgement.ahead),
        own=_own_line(draft.submitted_to),
        calls="\n".join(f"{call.title}: {call.how}." for call in acknowledgement.calls),
    )
    send_mail(SUBJECT, text, None, [_address(draft, draft.made_id)])
    return True


def _own_line(force: Organisation | None) -> str:
    """Return the line of a force with its own number and hours; empty where it gave none."""
    return f"{force.name}: {force.public_contact}\n" if force and force.public_contact else ""


def _address(draft: Draft, case: UUID) -> str:
    """Return the email address in the referral's entry: what was typed is gone from a draft that was sent."""
    entry = Entry.objects.select_related("content").get(chain=case, number=1)
    form = draft.pack.form_of(draft.pack.step_by_id[draft.step_id])
    return str(meanings(form, entry.content.content["answers"])[Meaning.REFERRER_EMAIL])
