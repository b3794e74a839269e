"""What the worker does for those outside."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from handrail.cases.intake import confirming
from handrail.cases.intake.models import Passage


@app.task(name="outside.send-code", retry=RetryStrategy(max_attempts=4, wait=15))
def send_code(draft: str) -> bool:
    """Send the code that was asked for a draft; gives whether one went out."""
    return confirming.make_and_send(UUID(draft))


@app.periodic(cron="47 * * * *")
@app.task(name="outside.forget-passages", queueing_lock="outside.forget-passages")
def forget_passages(timestamp: int) -> int:
    """Forget how often somebody passed once no limit counts it; `timestamp` is when this was due."""
    deleted, _ = Passage.objects.forgettable().delete()
    return deleted
