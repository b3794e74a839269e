"""What the worker does for forms that are answered by a link."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from handrail.records.form_links.acts import new_address
from handrail.records.form_links.models import FormLink

SUBJECT = "A form for you to answer"
TEXT = """{by} of {force} asks you to answer a form. You need no account.

{address}

You also need a code of eight digits. {by} tells you the code by telephone, and never by email. If you have
none, call the number on which you know them.

The form can be answered once, until {until:%-d %B %Y}. Do not forward this email.

If you do not know what this is about, do not open the link, and tell {force}.
"""


@app.task(name="form-links.send", retry=RetryStrategy(max_attempts=4, wait=15))
def send_link(link: str) -> bool:
    """Send the link of this id to whom it is for, and return whether it went out.

    The secret is made here, so that the queue never holds it.
    """
    found = FormLink.objects.unanswered().select_related("by").filter(pk=UUID(link)).first()
    if found is None or found.is_over() or not settings.SENDS_MAIL:
        return False
    post = next(iter(found.by.current_posts), None)
    force = post.organisation.name if post else "the police"
    text = TEXT.format(by=found.by.name, force=force, address=new_address(found), until=found.until)
    send_mail(SUBJECT, text, None, [found.email])
    return True
