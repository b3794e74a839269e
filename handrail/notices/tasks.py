"""Background tasks of notices. Each round catches up on missed ones."""

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.notices import rounds, sending, threats
from handrail.queue.lanes import Lane


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.tell", queueing_lock="notices.tell", lock=Lane.NOTICES, pass_context=False)
def tell(timestamp: int) -> int:
    """Run a round; `timestamp` is when it was due, in seconds since 1970."""
    return rounds.run(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.threats", queueing_lock="notices.threats", lock=Lane.NOTICES, pass_context=False)
def tell_of_threats(timestamp: int) -> int:
    """Notify users of stated threats, every minute at any hour."""
    return threats.run(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.send", queueing_lock="notices.send", lock=Lane.LETTERS, pass_context=False)
def send(timestamp: int) -> int:
    """Send the e-mails that are due."""
    return sending.send(timezone.now())
