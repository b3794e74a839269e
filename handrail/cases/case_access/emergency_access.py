"""Access with a reason (“break glass”): open a case outside the user's caseload for a limited time."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter, writing
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.case_access.keeping_out import keep_out
from handrail.cases.case_access.who_may_work import near_in_name
from handrail.cases.engine.lock import hold
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person, Post

NOT_THEIRS = "You cannot open this case."


def open_with_reason(case: Case, *, by: Person, purpose: str, reason: str) -> Grant:
    """Give a user who oversees a case access to all of it for the hours that its policy allows.

    Raises NotAllowed where the user may not open the case, also because their name is near to the
    subject's.
    """
    hold(case)
    post = post_that_opens(case, by)
    if not Case.objects.filter(pk=case.pk).visible_to(by).exists():
        raise NotAllowed(NOT_THEIRS)
    with writing(case.pk):  # row security hides the subject, and the account may be newer than the last check
        near = near_in_name(case, [by])
        keep_out(case, near, by=by, post=post)
    if near:
        raise NotAllowed(NOT_THEIRS)
    with transaction.atomic():
        grant = access.give(
            case.pk,
            by,
            GrantKind.OPENED,
            by=by,
            post=post,
            purpose=purpose,
            reason=reason,
            until=timezone.now() + timedelta(hours=case.pack.access.opened_hours),
        )
        enter(by)
    return grant


def post_that_opens(case: Case, by: Person) -> Post:
    """Return the post that lets a user open a case. Raises NotAllowed where there is none."""
    posts = [p for p in by.posts_that_may(Capability.OPEN_WITH_REASON) if p.is_vetted()]
    if case.restricted or not posts:
        raise NotAllowed(NOT_THEIRS)
    return next((p for p in posts if p.reaches(case.force)), posts[0])
