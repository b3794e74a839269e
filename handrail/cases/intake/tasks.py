"""Tasks of the worker for referrers from outside."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.cases.intake import acknowledgement, confirming
from handrail.cases.intake.models import RateLimitHit
from handrail.queue.lanes import TRY_AGAIN, Lane


@app.task(name="outside.send-code", lock=Lane.MAIL, retry=TRY_AGAIN)
def send_code(draft: str) -> bool:
    """Send the code that a draft asked for; return whether it was sent."""
    return confirming.make_and_send(UUID(draft))


@app.task(name="outside.send-acknowledgement", lock=Lane.MAIL, retry=TRY_AGAIN)
def send_acknowledgement(draft: str) -> bool:
    """Send the acknowledgement of a referral to its sender; return whether it was sent."""
    return acknowledgement.send(UUID(draft))


@app.periodic(cron="5/10 * * * *")
@app.task(name="outside.acknowledge-left", queueing_lock="outside.acknowledge-left", lock=Lane.BACKGROUND)
def acknowledge_left(timestamp: int) -> int:
    """Queue each acknowledgement for which the queue had no room; return how many were queued."""
    return acknowledgement.send_left(timezone.now()) if confirming.can_be_asked() else 0


@app.periodic(cron="47 * * * *")
@app.task(name="outside.forget-passages", queueing_lock="outside.forget-passages", lock=Lane.BACKGROUND)
def forget_passages(timestamp: int) -> int:
    """Delete passages that no limit counts any more; return how many. `timestamp` is when this was due."""
    deleted, _ = RateLimitHit.objects.forgettable().delete()
    return deleted
