"""A user's acts on their notices and on their choice of mail. None of them is recorded in the ledger."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from handrail.notices.kinds import Kind, choosable
from handrail.notices.models import Mail, MailChoice, Notice
from handrail.organisations.models import Person


class CannotBeSwitchedOff(ValueError):
    """Mail about escalations cannot be switched off."""


def mark_read(*, by: Person, notice: int | None = None) -> int:
    """Mark one of the user's notices as read, or all of them; return how many were unread before."""
    notices = Notice.objects.unseen().of(by)
    if notice is not None:
        return notices.filter(pk=notice).update(seen_at=timezone.now())
    return notices.update(seen_at=timezone.now())


def choose_mail(choices: Mapping[str, Mail], *, by: Person) -> None:
    """Save how a user wants mail for each kind of notice. Raises CannotBeSwitchedOff."""
    if choices.get(Kind.ESCALATED) is Mail.NEVER:
        raise CannotBeSwitchedOff
    rows = [MailChoice(person=by, kind=kind, mail=mail) for kind, mail in choices.items()]
    with transaction.atomic():
        MailChoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["mail"]
        )


def mail_choices(person: Person) -> dict[str, Mail]:
    """Return the user's mail setting for each kind of notice that has a setting; a digest by default."""
    kinds = choosable()
    chosen = MailChoice.objects.filter(person=person, kind__in=kinds).values_list("kind", "mail")
    return dict.fromkeys(kinds, Mail.DIGEST) | {kind: Mail(mail) for kind, mail in chosen}
