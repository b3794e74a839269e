"""Lanes of the worker: of each lane one job runs at a time, so a slow job holds up its own lane alone."""

from enum import StrEnum
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from socket import gaierror

from procrastinate import RetryDecision, RetryStrategy
from procrastinate.jobs import Job


class Lane(StrEnum):
    """A lane, by the lock that its jobs share in the queue."""

    SEALING = "sealing"
    NOTICES = "notices"
    LETTERS = "letters"  # the e-mails that a round of notices wrote
    MAIL = "mail"  # what a user waits for: links and codes
    MAIL_AGAIN = "mail-again"
    BACKGROUND = "background"  # matching, counting, forgetting


SLOTS = len(Lane)


class TryAgain(RetryStrategy):
    """Three more tries of a mail that could not be sent, out of the way of the mails behind it."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when the job is tried again, in the lane of such jobs; None after the last try."""
        again = super().get_retry_decision(exception=exception, job=job)
        return again and RetryDecision(retry_at=again.retry_at, lock=Lane.MAIL_AGAIN)


# What is raised where the mail server surely has no mail: it was not reached, or said no. After its silence
# nobody knows, and a second try could be a second mail.
NOT_TAKEN = (SMTPResponseException, SMTPRecipientsRefused, ConnectionRefusedError, gaierror)
TRY_AGAIN = TryAgain(max_attempts=4, wait=15, retry_exceptions=NOT_TAKEN)
