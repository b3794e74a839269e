"""Tasks of the worker for forms that are answered by a link."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.organisations.models import Organisation, Person
from handrail.queue.lanes import TRY_AGAIN, Lane
from handrail.records.form_links import acts
from handrail.records.form_links.acts import new_address
from handrail.records.form_links.models import FormLink, LinkDraft

SUBJECT = "A form for you to answer"
TEXT = """{by} of {force} asks you to answer a form. You do not need an account.

{address}

You also need an 8-digit code. {by} will tell you the code by phone, never by email. If you do not
have a code, call them on a number that you know.

You can answer the form once, until {until:%-d %B %Y}. Do not forward this email.

If you do not know what this is about, do not open the link, and tell {force}.
"""


@app.task(name="form-links.send", lock=Lane.MAIL, retry=TRY_AGAIN)
def send_link(link: str) -> bool:
    """Email the link with this id to its respondent; return whether the email was sent.

    The secret is made here, so that the queue of jobs never holds it.
    """
    found = FormLink.objects.unanswered().select_related("by").filter(pk=UUID(link)).first()
    if found is None or found.is_over() or not settings.SENDS_MAIL:
        return False
    force, address = _force_of(found.by), new_address(found)
    text = TEXT.format(by=found.by.name, force=force, address=address, until=found.until)
    send_mail(SUBJECT, text, None, [found.email])
    return True


@app.periodic(cron="*/10 * * * *")
@app.task(name="form-links.send-left", queueing_lock="form-links.send-left", lock=Lane.BACKGROUND)
def send_left(timestamp: int) -> int:
    """Queue the email of each link for which the queue had no room; return how many were queued."""
    return acts.send_left(timezone.now()) if settings.SENDS_MAIL else 0


@app.periodic(cron="27 3 * * *")
@app.task(name="form-links.forget-drafts", queueing_lock="form-links.forget-drafts", lock=Lane.BACKGROUND)
def forget_link_drafts(timestamp: int) -> int:
    """Delete drafts of links that take no answer at the time that this was due; return how many."""
    deleted, _ = LinkDraft.objects.forgettable(datetime.fromtimestamp(timestamp, UTC)).delete()
    return deleted


def _force_of(person: Person) -> str:
    """Return the name of a user's force, or “the police”.

    A team's name would tell the readers of a shared mailbox what the form is about.
    """
    forces = [post.force_id for post in person.current_posts if post.force_id]
    force = Organisation.objects.filter(pk__in=forces[:1]).first()
    return force.name if force else "the police"
