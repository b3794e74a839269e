"""The notice to administrators of the nation that a queue of the worker is full."""

from collections.abc import Iterator
from datetime import datetime

from handrail.notices.kinds import News, NoticeKind
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Kind, Organisation
from handrail.queue.jobs import is_full

NAME = "queue-full"


def news(at: datetime) -> Iterator[News]:
    """Yield the news for the nation while jobs of one kind have no room."""
    if is_full():
        yield from map(News, Organisation.objects.filter(kind=Kind.NATION))


NOTICE = NoticeKind(
    "Handrail cannot keep up with its emails or its search for matches. Tell the people who run the server",
    told_to=Capability.MANAGE_ACCOUNTS,
    news=news,
    subject="Handrail: work is waiting for too long",
)
