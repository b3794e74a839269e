"""What the worker tidies up behind the site."""

from asgiref.sync import sync_to_async
from django.utils import timezone
from procrastinate.contrib.django import app

from handrail.access.sign_in.models import Session

SILENT = 5 * 60  # seconds after which a worker that says nothing is gone
KEPT = 14 * 24  # hours that finished jobs stay for somebody to look at


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="resume-stalled-jobs")
async def resume_stalled_jobs(timestamp: int) -> int:
    """Give the jobs of a worker that was killed to another; returns how many. Every job may run twice."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="tidy-up")
async def tidy_up(timestamp: int) -> None:
    """Forget sessions that have ended and jobs that are long done."""
    await sync_to_async(forget_ended_sessions)()
    await app.job_manager.delete_old_jobs(nb_hours=KEPT, include_failed=True)


def forget_ended_sessions() -> None:
    """Delete every session past its end."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
