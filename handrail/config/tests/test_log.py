import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from handrail.config import log


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log's own handler, writing where a test can read."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before if before is not None else handler.stream)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_key_that_is_not_allowed_is_dropped(written: io.StringIO) -> None:
    structlog.get_logger("handrail.test").info("sealed", count=3, name="Amina Yusuf", notes="something typed")
    (line,) = lines(written)
    assert (line["event"], line["count"], line["level"]) == ("sealed", 3, "info")
    assert set(line) <= log.ALLOWED
    assert "Amina" not in written.getvalue()


def test_a_library_logs_its_words_and_not_what_was_filled_in(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("no such case: %s", "Amina Yusuf")
    (line,) = lines(written)
    assert line["event"] == "no such case: %s"
    assert "Amina" not in written.getvalue()


@pytest.mark.parametrize("how", ["structlog", "library"])
def test_an_exception_is_logged_by_type_and_place_without_its_message(written: io.StringIO, how: str) -> None:
    try:
        raise ValueError("Amina Yusuf, born 2008")
    except ValueError:
        if how == "structlog":
            structlog.get_logger("handrail.test").exception("failed")
        else:
            logging.getLogger("some.library").exception("failed")
    (line,) = lines(written)
    assert line["exception"]["type"] == "ValueError"
    assert "test_log.py" in line["exception"]["at"][0]
    assert "Amina" not in written.getvalue()


def test_a_request_is_logged_without_address_or_query(written: io.StringIO, rf: RequestFactory) -> None:
    answer = log.RequestLog(lambda request: HttpResponse(status=418))
    request: WSGIRequest = rf.get("/find/Amina", {"name": "Yusuf"})
    request.resolver_match = None
    answer(request)
    (line,) = lines(written)
    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 418)
    assert "Amina" not in written.getvalue()
    assert "Yusuf" not in written.getvalue()
    assert line["request"]


@pytest.mark.parametrize("odd", ["GET\r\n{}", "GET\x1b[2J", "G\u2028ET"])
def test_whatever_stands_in_a_request_is_one_line_of_the_log(
    written: io.StringIO, rf: RequestFactory, odd: str
) -> None:
    request = rf.generic(odd, "/%0d%0a{}?x=%0a", headers={"user-agent": odd})
    log.RequestLog(lambda request: HttpResponse())(request)
    text = written.getvalue()
    assert len(text.splitlines()) == 1
    assert text.isascii()
    assert json.loads(text)["method"] == "other"


def test_a_header_that_a_library_puts_into_its_words_is_not_logged(
    written: io.StringIO, client: Client
) -> None:
    """Django tells of a host that is not allowed in words of its own, with the header in them."""
    assert client.get("/health", headers={"host": "amina-yusuf.example"}).status_code == 400
    (line,) = [line for line in lines(written) if line["logger"] == "django.security.DisallowedHost"]
    assert re.fullmatch(r"\w+:\d+ \w+", line["event"])
    assert "amina" not in written.getvalue()


def test_no_text_of_a_line_can_move_a_terminal_or_turn_what_is_read(written: io.StringIO) -> None:
    structlog.get_logger("handrail.test").info("sent\x1b[2J\r\n", page="a\u202eb", task="c\x9bd")
    (line,) = lines(written)
    assert (line["event"], line["page"], line["task"]) == ("sent [2J  ", "a b", "c d")
