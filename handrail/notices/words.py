"""What a notice says, in words. It names nobody: the page adds what its reader may see of the case."""

from handrail.notices.models import ABOUT_LIMITS, ABOUT_OTHERS, Kind, Notice


def about(notice: Notice) -> str:
    """What it is about: the limit, what was asked, the step that brought it, or the kind alone."""
    if notice.case is None or notice.kind == Kind.SHARED:
        return Kind(notice.kind).label
    pack = notice.case.pack
    if notice.about in pack.follow_up_by_id and notice.number:
        return pack.follow_up_by_id[notice.about].title
    if notice.kind in ABOUT_LIMITS and notice.about in pack.limit_by_id:
        return pack.limit_by_id[notice.about].title
    if notice.kind == Kind.REFERRED and notice.about in pack.step_by_id:
        return pack.step_by_id[notice.about].title
    if notice.kind in ABOUT_OTHERS:
        return "Records that may be of the same person"
    return Kind(notice.kind).label
