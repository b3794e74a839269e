"""Background tasks of the log of reads."""

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.access import sealing
from handrail.queue.lanes import Lane


@app.periodic(cron="4-59/5 * * * *")  # a minute before the ledger is sealed
@app.task(name="access.seal-log", queueing_lock="access.seal-log", lock=Lane.SEALING)
def seal_the_log(timestamp: int) -> int:
    """Put the digest of each new line on record; `timestamp` is when this was due. Return how many."""
    return sealing.seal(timezone.now())
