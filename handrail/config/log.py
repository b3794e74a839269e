"""The log: one line of JSON for each event, with allowed keys only.

Typed text, people's details and request parameters are never logged. A request is logged by the name of its
page, not by its address.
"""

import logging
import logging.config
import re
import sys
import time
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, WrappedLogger

from handrail.config.headers import Answer

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "request",
        "page",
        "method",
        "status",
        "milliseconds",
        "exception",
        "job",
        "task",
        "count",
        "process",
        "size",
        "version",
    }
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def only_allowed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop every key that is not on the list of allowed keys."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def place_of_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and lines of code, because its message may quote a record."""
    error = event.pop("exc_info", None)
    found = _exception(error)
    if found is not None:
        event["exception"] = {"type": type(found).__qualname__, "at": _places(found)}
    return event


def _exception(info: Any) -> BaseException | None:
    if info is True:
        return sys.exception()
    if isinstance(info, tuple):
        return info[1] if len(info) > 1 else None
    return info if isinstance(info, BaseException) else None


def _places(error: BaseException) -> list[str]:
    places, frame = [], error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{code.co_filename}:{frame.tb_lineno} {code.co_name}")
        frame = frame.tb_next
    return places


def template_of_message(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Log a library's message as its template, without the values that were filled in.

    A message without a template may have had a header of the request put into it, as Django does with a host
    that is not allowed. Of such a message the line of code is logged that wrote it.
    """
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and not event.get("_from_structlog"):
        template = str(record.msg)
        event["event"] = _place(record) if event["event"] == template else template
    return event


def _place(record: logging.LogRecord) -> str:
    return f"{record.module}:{record.lineno} {record.funcName}"


def without_control(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace the control characters of every text, which a terminal or a reader of lines would obey."""
    return {key: CONTROL.sub(" ", value) if isinstance(value, str) else value for key, value in event.items()}


def configure() -> None:
    """Send the logs of Handrail and of libraries to standard error, as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    finish: list[Any] = [place_of_exception, template_of_message, only_allowed, without_control]
    finish.append(structlog.processors.JSONRenderer())
    json = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": shared, "processors": finish}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": json},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["console"], "level": "WARNING"},
            "loggers": {"handrail": {"level": "INFO"}, "django": {"level": "WARNING"}},
        }
    )


class RequestLog:
    """Middleware that logs each request: page name, duration and status."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.log = structlog.get_logger("handrail.requests")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=uuid4().hex):
            response = self.answer(request)
            match = request.resolver_match
            self.log.info(
                "request",
                method=request.method if request.method in METHODS else "other",
                page=match.view_name if match else None,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - start) * 1000, 1),
            )
        return response
