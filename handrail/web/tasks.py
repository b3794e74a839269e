"""Background tasks that clean up: ended sessions, old jobs."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.queue.lanes import Lane
from handrail.sign_in.models import Session

# The module path under which older jobs were queued; the aliases let those jobs find their task.
BEFORE = "handrail.web.tasks"
KNOWN_FOR = timedelta(days=4)  # how long an ended session keeps its person: a long weekend
KEPT = 14 * 24  # hours that finished jobs are kept for inspection


@app.periodic(cron="*/15 * * * *")
@app.task(
    name="web.forget-ended-sessions",
    aliases=[f"{BEFORE}.forget_sessions"],
    queueing_lock="forget-ended-sessions",
    lock=Lane.BACKGROUND,
)
def forget_sessions(timestamp: int) -> None:
    """Delete ended sessions with their data."""
    forget_ended_sessions()


@app.periodic(cron="37 3 * * *")
@app.task(name="web.tidy-up", aliases=[f"{BEFORE}.tidy_up"], queueing_lock="tidy-up", lock=Lane.BACKGROUND)
async def tidy_up(timestamp: int) -> None:
    """Delete jobs that finished KEPT hours ago."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT, include_failed=True)


def forget_ended_sessions() -> None:
    """Delete ended sessions.

    An ended session of a signed-in user keeps its person for KNOWN_FOR, without data. So what the user then
    sends from a page that stayed open can be kept for them, and for nobody else, when they sign in again.
    """
    now = timezone.now()
    ended = Session.objects.filter(expire_date__lt=now)
    ended.filter(Q(person=None) | Q(expire_date__lt=now - KNOWN_FOR)).delete()
    ended.exclude(session_data="").update(session_data="")
