"""E-mails about signing in. They contain no names and nothing about what Handrail holds."""

from django.core.mail import EmailMessage

from handrail.sign_in.models import Purpose

SUBJECTS = {
    Purpose.INVITATION: "Start using Handrail",
    Purpose.RESET: "Choose another password for Handrail",
}
WORDS = {
    Purpose.INVITATION: (
        "You have been given an account in Handrail.\n\n"
        "Open this link to choose a password and a second way to prove who you are. It works once, for three"
        " days:\n\n{link}\n\n"
        "If you did not expect this, do nothing, and tell the account administrator of your organisation.\n"
    ),
    Purpose.RESET: (
        "Somebody asked for another password for your Handrail account.\n\n"
        "Open this link to choose one. It works once, for an hour:\n\n{link}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n"
    ),
}
CHANGED = (
    "{what}\n\n"
    "If it was not you, sign in, choose “Sign out everywhere” on the page “Your account”, and tell the"
    " account administrator of your organisation at once.\n"
)


def send_link(to: str, purpose: Purpose, link: str) -> None:
    """Send a one-time link."""
    EmailMessage(SUBJECTS[purpose], WORDS[purpose].format(link=link), to=[to]).send()


def send_notice(to: str, what: str) -> None:
    """Send the notice that a person's way to sign in was changed."""
    EmailMessage("Your Handrail account was changed", CHANGED.format(what=what), to=[to]).send()
