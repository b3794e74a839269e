"""The text of a notice. It contains no personal data: the page adds what the user may see of the case."""

from handrail.cases.models import RegisterEntry
from handrail.notices.kinds import ABOUT_LIMITS, ABOUT_OTHERS, Kind
from handrail.notices.models import Notice
from handrail.records.deadlines import keeping_of


def about(notice: Notice) -> str:
    """Return what a notice is about: a limit, a follow-up, a step, or the title of its kind."""
    if notice.record:
        return _about_record(notice)
    if notice.case is None or notice.kind == Kind.SHARED:
        return notice.label
    pack = notice.case.pack
    if notice.about in pack.follow_up_by_id and notice.number:
        return pack.follow_up_by_id[notice.about].title
    if notice.kind in ABOUT_LIMITS and notice.about in pack.limit_by_id:
        return pack.limit_by_id[notice.about].title
    if notice.kind == Kind.REFERRED and notice.about in pack.step_by_id:
        return pack.step_by_id[notice.about].title
    if notice.kind in ABOUT_OTHERS:
        return "Records that may be about the same person"
    return notice.label


def _about_record(notice: Notice) -> str:
    """Return the text of a notice about an organisation or a record other than a case."""
    target = notice.target
    if notice.kind == Kind.THREAT and isinstance(target, RegisterEntry) and target.pack.threat:
        return target.pack.threat.tag
    keeping = keeping_of(notice.record_kind)
    return (keeping.statement(target, notice.about) if keeping and target else "") or notice.label
