"""Audiences: the groups of users that a page can be for. Every view names one with `@page(...)`."""

from enum import Enum

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from handrail.organisations.capabilities import SEES_CASES, SEES_REGISTERS, WORKS_CASES, Capability
from handrail.organisations.models import Person


class Audience(Enum):
    """A group of users who may open a page. Which records the page then shows them is decided elsewhere."""

    PUBLIC = "Anybody, signed in or not."
    SIGNED_IN = "Anybody who is signed in; the page shows what is theirs."
    CASE_READERS = "Those whose posts let them see some cases; the page shows only cases that they may see."
    SAFEGUARDERS = "Those who see the safeguarding part of every case of their force."
    CASE_WORKERS = "Those whose posts give them cases to work on."
    SEEKERS = "Those who are told that another force holds a record of a person."
    REGISTER_READERS = "Those who record advice or disruption without a case, read it, or oversee who does."
    CHECK_READERS = "Those who answer for how others keep to policy."
    INVITERS = "Those who may let others see a case."
    SAMPLERS = "Those who choose the cases that an inspector may read."
    REVIEWERS = "Those who review who opened a case outside their caseload."
    AUDITORS = "Those who read the log of reads."
    ACCOUNT_MANAGERS = "Those who make and close accounts, and give and end posts."
    DUTY_KEEPERS = "Those who say who is on duty in their force."
    CONCERN_TAKERS = "Those who take confidential concerns about colleagues, or about who is being vetted."
    DEMONSTRATION = "Anybody, on an installation that holds made-up people only."

    @property
    def needs_sign_in(self) -> bool:
        """Whether a visitor who is not signed in is sent to sign in first."""
        return self not in {Audience.PUBLIC, Audience.DEMONSTRATION}

    def includes(self, person: Person) -> bool:
        """Whether a signed-in user belongs to the audience, by the posts they hold today."""
        wanted = NEEDED.get(self)
        return wanted is None or person.may(*wanted)


NEEDED: dict[Audience, frozenset[Capability]] = {
    Audience.CASE_READERS: SEES_CASES,
    Audience.SAFEGUARDERS: frozenset({Capability.SAFEGUARD}),
    Audience.CASE_WORKERS: WORKS_CASES,
    Audience.SEEKERS: frozenset({Capability.FIND_PEOPLE}),
    Audience.REGISTER_READERS: SEES_REGISTERS,
    Audience.CHECK_READERS: frozenset({Capability.READ_CHECKS}),
    Audience.INVITERS: frozenset({Capability.INVITE, Capability.SHARE, Capability.RESTRICT}),
    Audience.SAMPLERS: frozenset({Capability.CHOOSE_SAMPLE}),
    Audience.REVIEWERS: frozenset({Capability.REVIEW_OPENINGS}),
    Audience.AUDITORS: frozenset({Capability.READ_LOG}),
    Audience.ACCOUNT_MANAGERS: frozenset({Capability.MANAGE_ACCOUNTS}),
    Audience.DUTY_KEEPERS: frozenset({Capability.KEEP_DUTY_LIST}),
    Audience.CONCERN_TAKERS: frozenset({Capability.TAKE_STAFF_CONCERNS, Capability.TAKE_VETTING_CONCERNS}),
}


def refuse(request: HttpRequest, audience: Audience) -> None:
    """Raise Http404 or PermissionDenied if the user is outside the audience.

    Visitors who are not signed in have been redirected to sign in before this call.
    """
    if audience is Audience.DEMONSTRATION and not settings.DEMONSTRATION:
        raise Http404
    if audience.needs_sign_in and not (isinstance(request.user, Person) and audience.includes(request.user)):
        raise PermissionDenied
