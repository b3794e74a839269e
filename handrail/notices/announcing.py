"""Notices of the kinds that rooms above registered.

Each round asks every such kind for its news, notifies the users who have the kind's capability in the
organisation and may read the record, and ends the notices whose news is no longer given.
"""

from collections.abc import Iterator

from handrail.cases.models.kinds import CASE
from handrail.notices.kinds import KINDS, News, NoticeKind
from handrail.notices.models import Notice
from handrail.notices.rules import Day
from handrail.organisations.models import Person
from handrail.organisations.reach import posts_in
from handrail.organisations.roles import roles_that_may
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kind_named


def tell(today: Day) -> int:
    """Create notices for all news of registered kinds; return how many are new."""
    return sum(_tell_kind(name, kind, today) for name, kind in KINDS.items() if kind.news)


def _tell_kind(name: str, kind: NoticeKind, today: Day) -> int:
    told, current = 0, set()
    for news in kind.news(today.at) if kind.news else ():
        for person in _readers(news, kind, today):
            notice, new = Notice.objects.tell(
                today.at,
                person=person,
                kind=name,
                **_about(news),
                about=news.about,
                number=0,
                time=0,
                due=news.due,
            )
            current.add(notice.pk)
            told += int(new)
    Notice.objects.open().filter(kind=name).exclude(pk__in=current).update(over_at=today.at)
    return told


def _about(news: News) -> dict[str, object]:
    """Return the columns of a notice that name its case, record or organisation."""
    if news.record_kind == CASE.name:
        return {"case_id": news.record, "record_kind": "", "record": None}
    return {
        "case": None,
        "record_kind": news.record_kind,
        "record": news.record or news.organisation.pk,
    }


def _readers(news: News, kind: NoticeKind, today: Day) -> Iterator[Person]:
    """Yield the users with the kind's capability in the organisation of the news who may read the record."""
    roles = roles_that_may(kind.told_to) if kind.told_to else ()
    people = {post.person for post in posts_in(news.organisation, today.day) if post.role in roles}
    return (person for person in people if _reads(person, news))


def _reads(person: Person, news: News) -> bool:
    if news.record_kind == ORGANISATION:
        return True
    return kind_named(news.record_kind).read_by(person).filter(pk=news.record).exists()
