"""Opening a case that one oversees and does not work on: a reason first, then access for a limited time."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter
from handrail.access.models import Grant, GrantKind
from handrail.cases.errors import NotAllowed
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person


def open_with_reason(case: Case, *, by: Person, purpose: str, reason: str) -> Grant:
    """Let somebody who oversees a case see all of it for a while. Raises NotAllowed where they may not."""
    with transaction.atomic():
        posts = [p for p in by.posts_that_may(Capability.OPEN_WITH_REASON) if p.is_vetted()]
        if case.restricted or not posts or not Case.objects.filter(pk=case.pk).visible_to(by).exists():
            raise NotAllowed("This case is not yours to open.")
        grant = access.give(
            case.pk,
            by,
            GrantKind.OPENED,
            by=by,
            post=next((p for p in posts if p.reaches(case.force)), posts[0]),
            purpose=purpose,
            reason=reason,
            until=timezone.now() + timedelta(hours=case.pack.access.opened_hours),
        )
        enter(by)
    return grant
