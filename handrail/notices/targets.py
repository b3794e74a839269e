"""What notices are about, where that is no case: loaded for a page, one statement for each kind of record."""

from collections.abc import Iterable

from handrail.notices.kinds import KINDS
from handrail.notices.models import Notice
from handrail.organisations.models import Organisation
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kind_named


def find_targets(notices: Iterable[Notice]) -> None:
    """Give each of these notices the record or the organisation that it is about; row security says which."""
    of_kind: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.record:
            of_kind.setdefault(notice.record_kind, []).append(notice)
    for kind, told in of_kind.items():
        model = Organisation if kind == ORGANISATION else kind_named(kind).model
        found = model._default_manager.in_bulk([notice.record for notice in told])
        for notice in told:
            notice.target = found.get(notice.record)


def called(notice: Notice) -> str:
    """Return what a notice's record or organisation is called, without anything about anybody."""
    if notice.target is None or isinstance(notice.target, Organisation):
        return str(notice.target or "")
    return f"{kind_named(notice.record_kind).label} {notice.target}"


def address(notice: Notice) -> str:
    """Return the address to which a notice leads; empty where it leads nowhere."""
    page = KINDS[notice.kind].page
    if page is None and notice.record_kind != ORGANISATION:
        page = kind_named(notice.record_kind).address
    return page(notice.record) if page and notice.record else ""
