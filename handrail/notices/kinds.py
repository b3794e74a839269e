"""The kinds of notice as one table. A room above registers its own kinds when it is loaded.

A notice is about a case, a record of another kind, or an organisation. It contains no personal data: the page
adds what the user may see of the record, and an e-mail only says how many notices wait.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation
from handrail.policy.names import refuse_unfit
from handrail.records.deadlines import ORGANISATION

LONGEST = 40  # characters in the name of a kind


class Kind(models.TextChoices):
    """The kinds of notice that this room creates itself, with their titles."""

    ALLOCATED = "allocated", "A case was given to you"
    REFERRED = "referred", "New for your team"
    ASKED = "asked", "Asked of you, or handed to you"
    REFUSED = "refused", "Refused by the person who was asked"
    ANSWERED = "answered", "Answered by somebody outside, by a link"
    DUE_SOON = "due-soon", "Due soon"
    REVIEW = "review", "A review is due soon"
    OVERDUE = "overdue", "Late"
    ESCALATED = "escalated", "Overdue in your team"
    OPENED = "opened", "Opened by somebody with a reason"
    ALIKE = "alike", "Somebody found a record that may be about the same person"
    LINKED = "linked", "Linked to another record, or unlinked from it"
    SHARED = "shared", "Shared with you, or you were invited to it"
    SOUGHT = "sought", "Somebody looked for a person and was pointed to this record"
    THREAT = "threat", "A threat or harm was stated: act now"


ABOUT_OTHERS = (Kind.ALIKE, Kind.LINKED)
ABOUT_LIMITS = (Kind.DUE_SOON, Kind.REVIEW, Kind.OVERDUE, Kind.ESCALATED, Kind.THREAT)
BEFORE_DUE = (Kind.DUE_SOON, Kind.REVIEW)


@dataclass(frozen=True, slots=True)
class News:
    """Something to notify users of: about an organisation, or about one of its records.

    Only users who may read the record are notified. `about` separates several news about one record, such as
    by the id of a paper.
    """

    organisation: Organisation
    record_kind: str = ORGANISATION
    record: UUID | None = None
    about: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice: its title, its receivers and its e-mail.

    `news` returns the current news at a moment; a notice ends when its news is no longer returned. `told_to`
    is the capability of the receivers. `subject` is the subject of an e-mail with this kind alone, without
    personal data. `page` returns the address that the notice links to, from the id of the record; by default
    the record's own page.
    """

    label: str
    told_to: Capability | None = None
    news: "Callable[[datetime], Iterable[News]] | None" = None
    subject: str = ""
    page: Callable[[UUID], str] | None = None


KINDS: dict[str, NoticeKind] = {kind.value: NoticeKind(kind.label) for kind in Kind}


def register(name: str, kind: NoticeKind) -> None:
    """Add a kind of notice. Raises ValueError for a bad or known name, or without receivers or news."""
    refuse_unfit(name, LONGEST)
    if name in KINDS or kind.told_to is None or kind.news is None:
        raise ValueError(f"This is not a new kind of notice that somebody is told: {name}")
    KINDS[name] = kind


def choosable() -> list[str]:
    """Return the kinds whose e-mail a user can set; stated threats are always mailed at once."""
    return [name for name in KINDS if name != Kind.THREAT]
