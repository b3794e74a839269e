"""The notice to administrators of the nation that the record is not being sealed."""

from collections.abc import Iterator
from datetime import datetime

from handrail.ledger.seal import is_late
from handrail.notices.kinds import News, NoticeKind
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation

NAME = "sealing-late"


def news(at: datetime) -> Iterator[News]:
    """Yield the news for the nation while an entry waits for too long to be sealed."""
    if is_late(at):
        yield from map(News, Organisation.objects.filter(kind=Kind.NATION))


NOTICE = NoticeKind(
    "The record is not being sealed. Tell the people who run the server",
    told_to=Capability.MANAGE_ACCOUNTS,
    news=news,
    subject="Handrail: the record is not being sealed",
)
