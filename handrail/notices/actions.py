"""What people do with their notices. None of it is part of the record of a case."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from handrail.notices.kinds import Kind, choosable
from handrail.notices.models import Mail, MailChoice, Notice
from handrail.organisations.models import Person


class CannotBeSwitchedOff(ValueError):
    """What is escalated is always told by mail."""


def mark_read(*, by: Person, notice: int | None = None) -> int:
    """Mark one of somebody's notices as read, or all of them; returns how many were not before."""
    notices = Notice.objects.unseen().of(by)
    if notice is not None:
        return notices.filter(pk=notice).update(seen_at=timezone.now())
    return notices.update(seen_at=timezone.now())


def choose_mail(choices: Mapping[str, Mail], *, by: Person) -> None:
    """Keep how somebody wants to be told by mail. Raises CannotBeSwitchedOff."""
    if choices.get(Kind.ESCALATED) is Mail.NEVER:
        raise CannotBeSwitchedOff
    rows = [MailChoice(person=by, kind=kind, mail=mail) for kind, mail in choices.items()]
    with transaction.atomic():
        MailChoice.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["mail"]
        )


def mail_choices(person: Person) -> dict[str, Mail]:
    """How somebody is told by mail each kind of thing of which they choose it."""
    kinds = choosable()
    chosen = MailChoice.objects.filter(person=person, kind__in=kinds).values_list("kind", "mail")
    return dict.fromkeys(kinds, Mail.DIGEST) | {kind: Mail(mail) for kind, mail in chosen}
