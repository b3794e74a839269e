"""What the worker does for the room. Each round catches up with those that were missed."""

from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.notices import rounds, sending, threats


@app.periodic(cron="*/10 * * * *")
@app.task(name="notices.tell", queueing_lock="notices.tell", lock="notices.tell", pass_context=False)
def tell(timestamp: int) -> int:
    """Tell whoever is to be told something; `timestamp` is when this was due, in seconds since 1970."""
    return rounds.run(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.threats", queueing_lock="notices.threats", lock="notices.tell", pass_context=False)
def tell_of_threats(timestamp: int) -> int:
    """Tell of stated threats every minute, at night too; they wait for no round and no morning."""
    return threats.run(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="notices.send", queueing_lock="notices.send", pass_context=False)
def send(timestamp: int) -> int:
    """Send the letters that are due."""
    return sending.send(timezone.now())
