"""What the worker tidies up behind the site."""

from datetime import timedelta

from asgiref.sync import sync_to_async
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.sign_in.models import Session

SILENT = 5 * 60  # seconds after which a worker that says nothing is gone
KNOWN_FOR = timedelta(days=4)  # after its end, who was signed in in a session: a long weekend
KEPT = 14 * 24  # hours that finished jobs stay for somebody to look at


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="resume-stalled-jobs")
async def resume_stalled_jobs(timestamp: int) -> int:
    """Give the jobs of a worker that was killed to another; returns how many. Every job may run twice."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="forget-ended-sessions")
async def forget_sessions(timestamp: int) -> None:
    """Forget sessions that have ended, and what was typed in them."""
    await sync_to_async(forget_ended_sessions)()


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="tidy-up")
async def tidy_up(timestamp: int) -> None:
    """Forget jobs that are long done."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT, include_failed=True)


def forget_ended_sessions() -> None:
    """Delete every session past its end.

    Of one in which somebody was signed in, who that was stays for some days without all else, so that what
    they typed into a page that stayed open is kept for them when they sign in again, and for nobody else.
    """
    now = timezone.now()
    ended = Session.objects.filter(expire_date__lt=now)
    ended.filter(Q(person=None) | Q(expire_date__lt=now - KNOWN_FOR)).delete()
    ended.exclude(session_data="").update(session_data="")
