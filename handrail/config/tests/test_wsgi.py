"""What the web server hands over, before Django has read it."""

from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from handrail.config.wsgi import READABLE, application

ODD = [
    "text/plain; charset=base64",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset*=base64''x",
    "text/plain; x*=nonsense''y",
    "multipart/form-data; boundary*=nonsense''y",
    'multipart/form-data; boundary="' + "x" * 5000 + '"',
    "; ; ;",
    "\xff\xfe",
    "text/plain;" * 2000,
]
USUAL = [
    "",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded;charset=UTF-8",
    'application/x-www-form-urlencoded; charset="utf-8"',
    "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "multipart/form-data; boundary=---------------------------41184676334",
    'multipart/form-data; charset=utf-8; boundary="__x__"',
]


def status(method: str, kind: str) -> int:
    environ: dict[str, Any] = RequestFactory().generic(method, "/no-such-page?words=a", "a=b").environ
    environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "3", "wsgi.input": BytesIO(b"a=b")}
    started: list[str] = []
    list(application(environ, lambda status, headers: started.append(status)))
    return int(started[0].split(maxsplit=1)[0])


@pytest.mark.parametrize("kind", ODD)
def test_a_content_type_that_nobody_can_read_gets_an_answer_of_ours(kind: str) -> None:
    assert status("GET", kind) == 404
    assert status("POST", kind) == 415


@pytest.mark.parametrize("kind", USUAL)
def test_what_browsers_send_is_passed_on_as_it_is(kind: str) -> None:
    assert READABLE.fullmatch(kind)
    assert status("GET", kind) == 404
