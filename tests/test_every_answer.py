"""What holds for every address and every client: its headers, and its allowed methods.

Addresses come from the resolver, so a new one is tried without being named here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from handrail.access.pages import pages
from tests.test_every_url import World, address_of, world, world_as_made
from tests.visitors import visitor, visitors

__all__ = ["world", "world_as_made"]

NAMES = [page.name for page in pages()]
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "\r\nX")
BESIDE_GET = ("HEAD", "POST", "PUT")


@dataclass(frozen=True)
class Addresses:
    """Which addresses are tried: all of them, or for each case of a test another share, together all."""

    all: bool

    def for_case(self, case: str, cases: Sequence[str]) -> list[str]:
        return NAMES if self.all else NAMES[list(cases).index(case) :: len(cases)]


@pytest.fixture(params=["a share", pytest.param("all", marks=pytest.mark.whole)])
def addresses(request: pytest.FixtureRequest) -> Addresses:
    return Addresses(request.param == "all")


def assert_guarded(response: Any, what: str) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, what
    assert "frame-ancestors 'none'" in policy, what
    assert "unsafe" not in policy, what
    assert "*" not in policy, what
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers["X-Frame-Options"] == "DENY", what
    assert headers["Referrer-Policy"] == "same-origin", what
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp", what
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", what
    assert "camera=()" in headers["Permissions-Policy"], what
    assert "Access-Control-Allow-Origin" not in headers, what
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains"), what
    for cookie in (each for each in response.cookies.values() if each.value):
        assert cookie["httponly"], (what, cookie.key)
        assert cookie["samesite"] in {"Lax", "Strict"}, (what, cookie.key)
        assert (cookie["path"], cookie["domain"]) == ("/", ""), (what, cookie.key)


@pytest.fixture
def https(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


@pytest.mark.parametrize("method", ["GET", *BESIDE_GET])
def test_every_answer_is_guarded_and_kept_by_nobody(
    method: str, world: World, https: None, addresses: Addresses
) -> None:
    """To nobody and to an officer; where all is tried, to three others too.

    Every address is asked by GET, and by one of the other methods.
    """
    cast, case, draft = world
    clients = visitors(cast)
    for name in NAMES if method == "GET" else addresses.for_case(method, BESIDE_GET):
        for client in clients if addresses.all else clients[:2]:
            response = client.generic(method, address_of(name, case, draft), secure=True)
            assert_guarded(response, f"{method} {name}: {response.status_code}")
            assert response.headers["Cache-Control"] == "no-store"
            kind = response.headers["Content-Type"]
            assert "charset=utf-8" in kind or kind == "application/json", name
        if method == "POST" and name.startswith("sign_in:"):  # the page may have signed the client out
            clients = visitors(cast)


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/no-such-page", {}, 404),
        ("/static/no-such.css", {}, 404),
        ("/", {"headers": {"host": "elsewhere.example"}}, 400),
        ("/?a=%00", {}, 400),
    ],
)
def test_errors_are_guarded(
    path: str, given: dict[str, Any], status: int, client: Client, db: None, https: None
) -> None:
    response = client.get(path, secure=True, **given)
    assert response.status_code == status
    assert_guarded(response, path)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_mistake_of_ours_is_guarded(
    client: Client, db: None, https: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("handrail.config.health.is_late", None)
    response = client.get("/health", secure=True)
    assert response.status_code == 500
    assert_guarded(response, "500")
    assert response.headers["Cache-Control"] == "no-store"


def test_static_files_are_guarded_and_may_be_kept(
    client: Client, tmp_path: Path, settings: LazySettings, https: None
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "one.css").write_text("p { margin: 0 }")
    response = client.get("/static/one.css", secure=True)
    assert response.status_code == 200
    assert_guarded(response, "static")
    assert "max-age" in response.headers["Cache-Control"]
    assert response.getvalue() == b"p { margin: 0 }"


def test_signing_out_clears_what_the_browser_kept(world: World) -> None:
    client = visitor(world[0].officer)
    response = client.post(reverse("sign_in:sign-out"))
    assert {'"cache"', '"storage"'} <= set(response.headers["Clear-Site-Data"].split(", "))


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_no_address_takes_another_method(method: str, world: World, addresses: Addresses) -> None:
    cast, case, draft = world
    clients = (visitor(None), visitor(cast.officer))
    for name in addresses.for_case(method, OTHER_METHODS):
        for client in clients:
            response = client.generic(method, address_of(name, case, draft))
            assert response.status_code == 405, name
            assert response.headers["Allow"] == "GET, HEAD, POST"
            assert b"You cannot do that at this address" in response.content


@pytest.mark.parametrize(
    ("name", "method", "taken"),
    [("cases:discard", "GET", "POST"), ("cases:case", "POST", "GET")],
)
def test_an_address_that_only_takes_or_only_shows_says_so(
    name: str, method: str, taken: str, world: World
) -> None:
    """The tests of each page ask for the method that it refuses."""
    cast, case, draft = world
    response = visitor(cast.officer).generic(method, address_of(name, case, draft))
    assert response.status_code == 405
    assert response.headers["Allow"] == taken
    assert b"You cannot do that at this address" in response.content


NO_FORMS = [
    "application/json",
    "text/plain",
    "text/xml",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=x; charset=base64",
]


@pytest.mark.parametrize("kind", NO_FORMS)
def test_what_is_no_form_gets_a_clear_answer(kind: str, world: World, addresses: Addresses) -> None:
    _, case, draft = world
    for name in addresses.for_case(kind, NO_FORMS):
        response = Client().generic("POST", address_of(name, case, draft), '{"a": 1}', content_type=kind)
        assert response.status_code == 415, name
        assert b"such as JSON" in response.content


READ_QUERIES = {"web:home", "cases:list", "cases:referrals", "cases:register", "cases:find", "notices:list"}
QUERIES = [
    "page=99999999999999999999999",
    "page=-1&order=nothing",
    "order[]=1&order=%27%3B--",
    "words=%ED%A0%80",
    "q=%FF%FE",
    "force=" + "9" * 3000,
    "check=1&stage=%E2%80%AE&owner=me&state=late&sector=..%2F..%2Fetc%2Fpasswd",
    "words=" + "%25_%5C" * 500,
]


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_breaks_a_page(query: str, world: World, addresses: Addresses) -> None:
    """The pages that read a query are tried with each of these."""
    cast, case, draft = world
    clients = (visitor(None), visitor(cast.lead))
    for name in {*READ_QUERIES, *addresses.for_case(query, QUERIES)}:
        for client in clients:
            response = client.get(f"{address_of(name, case, draft)}?{query}")
            assert response.status_code < 500, name


HIDDEN = ["%00", "%01", "%1B", "%7F"]


@pytest.mark.parametrize("letter", HIDDEN)
def test_hidden_characters_in_an_address_are_refused(letter: str, world: World, addresses: Addresses) -> None:
    cast, case, draft = world
    client = visitor(cast.lead)
    for name in addresses.for_case(letter, HIDDEN):
        for asked in (f"?words={letter}", f"?{letter}=1"):
            assert client.get(f"{address_of(name, case, draft)}{asked}").status_code == 400, name
    assert Client().get(f"/refer/page/{letter}/").status_code == 400


def test_a_hidden_character_in_a_cookie_is_refused_and_does_not_reach_the_database(db: None) -> None:
    for letter in ("\\000", "\\001"):
        response = Client(raise_request_exception=False).get(
            "/refer/answers/", headers={"cookie": f'sessionid="{letter}abcdefgh"'}
        )
        assert response.status_code == 400


def test_a_number_that_no_database_holds_is_no_entry(world: World) -> None:
    client = visitor(world[0].officer)
    assert client.get(f"/cases/{world[1].pk}/entries/{'9' * 40}/").status_code == 404


TAKE_FILES = {"cases:documents", "cases:record-documents"}


def test_too_much_is_refused_before_it_is_read(world: World, settings: LazySettings) -> None:
    _, case, draft = world

    unread = BytesIO(b"x" * 10)
    for name in NAMES:
        takes_file = name in TAKE_FILES
        most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE if takes_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        environ: dict[str, Any] = {
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(most + 1),
            "wsgi.input": unread,
        }
        response = Client().generic("POST", address_of(name, case, draft), **environ)
        assert response.status_code == 413, name
        assert (b"file is too large" if takes_file else b"shorten what you wrote") in response.content
    assert unread.tell() == 0


def test_a_file_that_nobody_asked_for_is_refused(client: Client, db: None) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc\r\n--x--\r\n'
    response = client.generic("POST", "/sign-in/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


@pytest.mark.parametrize("body", [b"--x\r\nbad", b"--y", b"", b"--x\r\n" * 500])
def test_a_broken_form_is_no_mistake_of_ours(body: bytes, db: None) -> None:
    client = Client(raise_request_exception=False)
    response = client.generic("POST", "/sign-in/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code < 500
