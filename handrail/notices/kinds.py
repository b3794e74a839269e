"""The kinds of notice as one table. A room above registers its own when it is loaded.

A notice is about a case, about a record of another kind, or about an organisation. It names nobody: the page
adds what its reader may see of the record, and a letter says how much there is to look at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation
from handrail.records.deadlines import ORGANISATION

LONGEST = 40  # letters of the name of a kind


class Kind(models.TextChoices):
    """The kinds that this room tells by itself, with what each is called."""

    ALLOCATED = "allocated", "A case was given to you"
    REFERRED = "referred", "New for your team"
    ASKED = "asked", "Asked of you, or handed to you"
    REFUSED = "refused", "Refused by whoever was asked"
    ANSWERED = "answered", "Answered by somebody outside, by a link"
    DUE_SOON = "due-soon", "Due soon"
    REVIEW = "review", "A review is due soon"
    OVERDUE = "overdue", "Late"
    ESCALATED = "escalated", "Late with somebody you answer for"
    OPENED = "opened", "Opened by somebody with a reason"
    ALIKE = "alike", "Somebody found a record that may be of the same person"
    LINKED = "linked", "Linked with another record, or taken apart from it"
    SHARED = "shared", "Shared with you, or you were invited to it"
    SOUGHT = "sought", "Somebody looked for a person and was pointed to this record"
    THREAT = "threat", "A threat or harm was stated: act now"


ABOUT_OTHERS = (Kind.ALIKE, Kind.LINKED)
ABOUT_LIMITS = (Kind.DUE_SOON, Kind.REVIEW, Kind.OVERDUE, Kind.ESCALATED, Kind.THREAT)
BEFORE_DUE = (Kind.DUE_SOON, Kind.REVIEW)


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell in an organisation: about it, or about a record that only its readers are told of.

    `about` tells one thing to tell of a record from another, such as the id of a paper.
    """

    organisation: Organisation
    record_kind: str = ORGANISATION
    record: UUID | None = None
    about: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice: what it is called, who is told, and how a letter tells of it.

    `news` gives what there is to tell at a moment, `told_to` the capability of those who are told. A notice
    is over when its news is given no more. `subject`: that of a letter with nothing else in it, and nothing
    about anybody. `page`: the address to which it leads, from the id of the record; without one, its own.
    """

    label: str
    told_to: Capability | None = None
    news: "Callable[[datetime], Iterable[News]] | None" = None
    subject: str = ""
    page: Callable[[UUID], str] | None = None


KINDS: dict[str, NoticeKind] = {kind.value: NoticeKind(kind.label) for kind in Kind}


def register(name: str, kind: NoticeKind) -> None:
    """Add a kind of notice. Raises ValueError where there is one of this name, or it tells nobody."""
    if name in KINDS or kind.told_to is None or kind.news is None or len(name) > LONGEST:
        raise ValueError(f"This is no new kind of notice that somebody is told: {name}")
    KINDS[name] = kind


def choosable() -> list[str]:
    """Return the kinds of which a user chooses how they are mailed: a stated threat goes out at once."""
    return [name for name in KINDS if name != Kind.THREAT]
