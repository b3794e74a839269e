"""Jobs whose worker stopped: run again, but for e-mails, which may have gone out.

A mail is handed over by a job of its own (`Lane.MAIL`). Where its worker stopped, nobody knows whether the
mail server has it. It is not sent twice: the job ends as failed, and the log names it. Whoever waits for the
link or the code asks for another.
"""

import structlog
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from handrail.queue.lanes import Lane

SILENT = 20  # seconds without heartbeat after which a worker counts as stopped; it has one every ten
MAILS = {Lane.MAIL, Lane.MAIL_AGAIN}

log = structlog.get_logger("handrail.queue")


async def settle() -> int:
    """Settle every job of a stopped worker; return how many there were."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT))
    for job in stalled:
        try:
            await _settle(job)
        except ConnectorException:
            log.warning("another worker settled a stalled job", job=job.id, task=job.task_name)
    return len(stalled)


async def _settle(job: Job) -> None:
    if job.lock in MAILS:
        log.error("an e-mail may not have been sent", job=job.id, task=job.task_name)
        await _fail(job)
        return
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:  # the next one of a periodic task waits already
        await _fail(job)


async def _fail(job: Job) -> None:
    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
