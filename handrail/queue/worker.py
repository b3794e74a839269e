"""The background worker: runs queued jobs, and settles those of workers that stopped."""

import asyncio
import sys
from typing import cast

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from handrail.queue import stalled

EVERY = 10  # seconds between two looks for stalled jobs

log = structlog.get_logger("handrail.queue")


def run(grace: float) -> None:
    """Run jobs until told to stop; `grace` is how many seconds jobs in progress then get.

    Ends the process with status 1 where the database is gone.
    """
    try:
        with app.replace_connector(cast(DjangoConnector, app.connector).get_worker_connector()):
            asyncio.run(_work(grace))
    except Exception as error:
        log.exception("the worker stopped", exc_info=error)
        sys.exit(1)


async def _work(grace: float) -> None:
    async with app.open_async():
        looking = asyncio.create_task(_look_for_stalled_jobs())
        try:
            await app.run_worker_async(shutdown_graceful_timeout=grace)
        finally:
            looking.cancel()


async def _look_for_stalled_jobs() -> None:
    """Settle stalled jobs at once and every few seconds. A job of the queue could be held up itself."""
    while True:
        try:
            await stalled.settle()
        except ConnectorException as error:
            log.warning("stalled jobs were not looked for", exc_info=error)
        await asyncio.sleep(EVERY)
