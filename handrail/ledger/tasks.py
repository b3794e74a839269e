"""What the background worker does for the record."""

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.ledger.seal import seal


@app.periodic(cron="*/5 * * * *")
@app.task(name="ledger.seal", queueing_lock="ledger.seal")
def seal_the_record(timestamp: int) -> None:
    """Seal what was recorded since the last time; `timestamp` is when this was due, in seconds since 1970."""
    seal(timezone.now())
