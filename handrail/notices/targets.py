"""The records and organisations that notices are about, loaded for a page with one query a kind of record."""

from collections.abc import Iterable

from handrail.notices.kinds import KINDS
from handrail.notices.models import Notice
from handrail.organisations.models import Organisation
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kind_named


def find_targets(notices: Iterable[Notice]) -> None:
    """Set `target` of each notice to its record or organisation; None if row security hides it."""
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
    """Return the title of a notice's record or organisation, without personal data."""
    if notice.target is None or isinstance(notice.target, Organisation):
        return str(notice.target or "")
    return f"{kind_named(notice.record_kind).label} {notice.target}"


def address(notice: Notice) -> str:
    """Return the address that a notice links to; "" if there is none."""
    page = KINDS[notice.kind].page
    if page is None and notice.record_kind != ORGANISATION:
        page = kind_named(notice.record_kind).address
    return page(notice.record) if page and notice.record else ""
