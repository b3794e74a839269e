"""Background tasks of the ledger."""

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from handrail.ledger.seal import seal
from handrail.queue.lanes import Lane


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="ledger.seal",
    queueing_lock="ledger.seal",
    lock=Lane.SEALING,
    retry=RetryStrategy(max_attempts=3, wait=30, retry_exceptions={OperationalError}),
)
def seal_the_record(timestamp: int) -> None:
    """Seal new entries; `timestamp` is when this run was due, in seconds since 1970."""
    seal(timezone.now())
