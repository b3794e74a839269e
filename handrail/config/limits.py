"""Limits on every request, from any client: method, size, encoding and characters."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from handrail.access.files import page_takes_file
from handrail.access.inputs import BIG_INTEGER, number
from handrail.config.headers import Answer
from handrail.web.errors import BAD_REQUEST, LARGE, LARGE_FILE, NOT_A_FORM, NOT_DONE, Trouble, error_page

METHODS = ("GET", "HEAD", "POST")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii"})
# Control characters: no keyboard types them, and PostgreSQL cannot store the first.
HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Limits:
    """Middleware that refuses requests which no page of Handrail sends, with a page that says what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return _with_methods(error_page(request, NOT_DONE), ", ".join(METHODS))
        trouble = next(troubles(request), None)
        if trouble:
            return error_page(request, trouble)
        response = self.answer(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return _with_methods(error_page(request, NOT_DONE), response.headers["Allow"])
        return response


def troubles(request: HttpRequest) -> Iterator[Trouble]:
    """Yield the reasons to refuse a request. Reads its headers and address only, never its body."""
    if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        taken = page_takes_file(request)
        if not taken or _length(request) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            yield LARGE_FILE if taken else LARGE
    if not _is_readable(request) or (request.method == "POST" and not _is_form(request)):
        yield NOT_A_FORM
    if any(HIDDEN.search(text) for text in _texts(request)):
        yield BAD_REQUEST


def _length(request: HttpRequest) -> int:
    """Return the announced length of the body in bytes; the largest number there is, if it is not readable.

    The server never reads more than was announced.
    """
    announced = number(str(request.META.get("CONTENT_LENGTH") or "0"), BIG_INTEGER)
    return BIG_INTEGER if announced is None else announced


def _is_readable(request: HttpRequest) -> bool:
    """Django decodes the address, too, by the encoding that the headers name, known or not."""
    return (request.content_params or {}).get("charset", "utf-8").lower() in ENCODINGS


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in FORMS if request.content_type else not _length(request)


def _texts(request: HttpRequest) -> Iterator[str]:
    named = chain.from_iterable((name, *values) for name, values in request.GET.lists())
    return chain([request.path], named, request.COOKIES.values())


def _with_methods(response: HttpResponse, methods: str) -> HttpResponse:
    response.headers["Allow"] = methods
    return response
