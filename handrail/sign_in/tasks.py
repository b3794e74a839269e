"""Background tasks of signing in: sending e-mails.

They run outside the request, so a page takes equally long for an unknown address.
"""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from handrail.organisations.models import Person
from handrail.queue.lanes import Lane
from handrail.sign_in import links, mail, throttle
from handrail.sign_in.models import Purpose

# The module path under which older jobs were queued; the aliases let those jobs find their task.
BEFORE = "handrail.sign_in.tasks"
NOTICES = {
    "password": "The password of your Handrail account was changed.",
    "app": "An app that shows codes was set up for your Handrail account.",
    "passkey": "A passkey was added to your Handrail account.",
    "recovery-codes": "New recovery codes were made for your Handrail account.",
    "removed": "A way to prove who you are was removed from your Handrail account.",
    "outside": "Your organisation’s own sign-in was connected to your Handrail account.",
}


@app.task(name="sign_in.send-link", aliases=[f"{BEFORE}.send_link"], lock=Lane.MAIL)
def send_link(person: str, purpose: str, by: str | None = None) -> None:
    """Create a one-time link and mail it; do nothing without such an open account."""
    make_and_send(UUID(person), Purpose(purpose), UUID(by) if by else None)


def make_and_send(person_id: UUID, purpose: Purpose, by_id: UUID | None) -> None:
    """Create a one-time link and mail it; if the mail fails, the link is rolled back."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return
    with transaction.atomic():
        by = Person.objects.filter(pk=by_id).first() if by_id else None
        mail.send_link(person.email, purpose, links.make(person, purpose, by))


@app.task(name="sign_in.send-notice", aliases=[f"{BEFORE}.send_notice"], lock=Lane.MAIL)
def send_notice(person: str, about: str) -> None:
    """Mail a person that their way to sign in was changed."""
    notify(UUID(person), about)


def notify(person_id: UUID, about: str) -> None:
    """Mail a person that their way to sign in was changed."""
    person = Person.objects.filter(pk=person_id).first()
    if person is not None:
        mail.send_notice(person.email, NOTICES[about])


@app.periodic(cron="47 * * * *")
@app.task(
    name="sign_in.forget-tries",
    aliases=[f"{BEFORE}.forget_tries"],
    queueing_lock="forget-tries",
    lock=Lane.BACKGROUND,
)
def forget_tries(timestamp: int) -> int:
    """Delete allowances that no longer limit anything; return how many."""
    return throttle.forget_unused()
