"""Background tasks of the ledger."""

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.ledger.seal import seal


@app.periodic(cron="*/5 * * * *")
@app.task(name="ledger.seal", queueing_lock="ledger.seal")
def seal_the_record(timestamp: int) -> None:
    """Seal new entries; `timestamp` is when this run was due, in seconds since 1970."""
    seal(timezone.now())
