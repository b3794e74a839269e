"""Requests to an issuer: through which proxy, and what a broken answer leads to."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from handrail.sign_in.oidc import talking
from handrail.sign_in.oidc.talking import NoAnswer, ask
from handrail.sign_in.tests.issuer import FakeIssuer, serving

PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[str]]]:
    """Serve one answer to everything; yield the address, and the first line of each request."""
    asked: list[str] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode().strip())
            self.wfile.write(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


def test_an_issuer_is_asked_through_the_proxy_of_https(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(REFUSED) as (proxy, asked):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(NoAnswer):
            ask("https://issuer.invalid/token", {"code": "secret-code"})
    (line,) = asked
    assert line.split()[:2] == ["CONNECT", "issuer.invalid:443"]


def test_hosts_without_a_proxy_are_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talking, "PATIENCE", 1)
    with answering(REFUSED) as (proxy, asked):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with pytest.raises(NoAnswer):
            ask("https://127.0.0.1:1/token")
    assert asked == []


def test_an_issuer_on_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(REFUSED) as (proxy, asked), serving(FakeIssuer()) as fake:
        monkeypatch.setenv("http_proxy", proxy)
        assert ask(fake.address + DISCOVERY)["issuer"] == fake.address
    assert asked == []


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff",
        b"",
    ],
)
def test_a_broken_answer_is_no_answer(answer: bytes) -> None:
    with answering(answer) as (address, _), pytest.raises(NoAnswer):
        ask(f"{address}/token")
