"""Background tasks of the room."""

from uuid import UUID

from procrastinate.contrib.django import app

from handrail.cases.person.matches import background
from handrail.queue.lanes import Lane
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack
from handrail.subjects import counting

# The module path under which older jobs were queued; the aliases let those jobs find their task.
BEFORE = "handrail.cases.tasks"


@app.periodic(cron="17 3 * * *")
@app.task(
    name="cases.forget-drafts",
    aliases=[f"{BEFORE}.forget_drafts"],
    queueing_lock="forget-drafts",
    lock=Lane.BACKGROUND,
    pass_context=False,
)
def forget_drafts(timestamp: int) -> int:
    """Delete drafts unchanged for as many days as the pack gives. Return how many rows were deleted."""
    deleted, _ = Draft.objects.forgettable(current_pack().draft_days).delete()
    return deleted


@app.task(name="cases.look-for", lock=Lane.BACKGROUND, pass_context=False)
def look_for(subject: str) -> int:
    """Find possible matches for the subject of a new referral. Return the number of subjects searched."""
    return background.look_for(UUID(subject))


@app.periodic(cron="*/2 * * * *")
@app.task(
    name="cases.look-beyond", queueing_lock="cases.look-beyond", lock=Lane.BACKGROUND, pass_context=False
)
def look_beyond(timestamp: int) -> int:
    """Find possible matches for imported or changed subjects. Return the number of subjects searched."""
    return background.look_beyond()


@app.periodic(cron="41 2 * * *")
@app.task(
    name="cases.count-names",
    aliases=[f"{BEFORE}.count_names"],
    queueing_lock="count-names",
    lock=Lane.BACKGROUND,
    pass_context=False,
)
def count_names(timestamp: int) -> int:
    """Count how often names, towns and addresses occur, so that a common one counts for less in matching."""
    return counting.count()
