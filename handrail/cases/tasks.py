"""What the worker does for the room."""

from uuid import UUID

from procrastinate.contrib.django import app

from handrail.cases.models import Draft
from handrail.cases.packs import current_pack
from handrail.cases.person.matches import background
from handrail.subjects import counting


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget-drafts", pass_context=False)
def forget_drafts(timestamp: int) -> int:
    """Delete the drafts that nobody came back to within the days that the pack gives."""
    deleted, _ = Draft.objects.forgettable(current_pack().draft_days).delete()
    return deleted


@app.task(name="cases.look-for", pass_context=False)
def look_for(subject: str) -> int:
    """Look for records like the one of a referral that has just come."""
    return background.look_for(UUID(subject))


@app.periodic(cron="*/2 * * * *")
@app.task(name="cases.look-beyond", queueing_lock="cases.look-beyond", pass_context=False)
def look_beyond(timestamp: int) -> int:
    """Look for records like those that were imported or changed; `timestamp` is when this was due."""
    return background.look_beyond()


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="count-names", pass_context=False)
def count_names(timestamp: int) -> int:
    """Count how common names, towns and addresses are, so that a common one says less."""
    return counting.count()
