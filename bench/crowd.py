"""Measure many users at once: requests a second of the real server, and waiting times.

The web is started as `handrail up` starts it, on a free port, over the existing cases; the worker is not.
Each of 32 people goes from home to a list, to a case in the list, searches a name, and returns home; each
request follows the last answer at once. The client is one thread over open sockets; its share of a
processor is measured and reported.
"""

import os
import re
import selectors
import socket
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count, islice, zip_longest
from statistics import quantiles
from subprocess import PIPE, Popen
from time import perf_counter, process_time
from unittest.mock import patch
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from bench.readers import client_of
from bench.timing import Crowd, Waits
from handrail.commands import children, up
from handrail.commands.supervision import Part
from handrail.config.database import Role as As
from handrail.config.environment import home
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role

PEOPLE = 32
FORCES = 8  # the forces with the most cases
WARM_UP = 4.0  # seconds
MEASURED = 12.0
SILENCE = 20.0  # seconds without any answer before the run is given up
CHUNK = 1 << 16
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
COOKIE = re.compile(rb"set-cookie: csrf=([^;\r]+)", re.IGNORECASE)
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
LINKED = re.compile(rb'href="(/cases/[0-9a-f-]{36}/)"[^>]*>([^<]+)<')
HOME, LIST, CASE, FIND = "home", "list", "case", "find"

Request = tuple[str, bytes]
Answers = Generator[Request, bytes, None]


def measure(size: int) -> Crowd:
    """Serve the existing cases, let all visitors request pages for some seconds, and stop."""
    everybody = people()
    visits = [visit(signed_in(person), cases) for person, cases in everybody]
    with serving() as port:
        loop = Loop([Visitor(port, asks) for asks in visits])
        loop.run(WARM_UP)
        loop.forget()
        start, before = perf_counter(), process_time()
        loop.run(MEASURED)
        took, client = perf_counter() - start, process_time() - before
        loop.close()
    pages = {name: waits_of(loop.waits[name]) for name in (HOME, LIST, CASE, FIND) if loop.waits[name]}
    done = sum(w.requests for w in pages.values())
    return Crowd(size, len(everybody), done / took, loop.errors, client / took, pages)


def waits_of(milliseconds: list[float]) -> Waits:
    """Return the median and 95th percentile of waits in milliseconds."""
    marks = quantiles(milliseconds, n=20, method="inclusive") if len(milliseconds) > 1 else milliseconds * 19
    return Waits(len(milliseconds), marks[9], marks[18])


# The users


def people() -> list[tuple[Person, str]]:
    """Return three officers to each supervisor in the largest forces, each with the address of their list."""
    forces = Organisation.objects.forces().annotate(size=Count("cases")).order_by("-size", "slug")[:FORCES]
    whole, own = reverse("cases:list"), f"{reverse('cases:list')}?owner=me"
    officers = islice(holders(Role.PREVENT_OFFICER, forces), PEOPLE * 3 // 4)
    supervisors = islice(holders(Role.PREVENT_SUPERVISOR, forces), PEOPLE // 4)
    return [*((person, own) for person in officers), *((person, whole) for person in supervisors)]


def holders(role: Role, forces: Iterable[Organisation]) -> Iterator[Person]:
    """Yield holders of a role: the first of each force, then the second of each, and so on."""
    posts = list(Post.objects.filter(role=role).select_related("person", "organisation").order_by("pk"))
    rows = [[post.person for post in posts if post.force_id == force.pk] for force in forces]
    return (person for row in zip_longest(*rows) for person in row if person)


def signed_in(person: Person) -> str:
    """Return the session cookie of a person who has just signed in with a passkey."""
    return client_of(person).cookies["session"].value


# The server


@contextmanager
def serving() -> Iterator[int]:
    """Run the web as `handrail up` does until the block ends; yield its port.

    Its log goes to a file in the folder of the bench.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with (
        patch.dict(os.environ, {"HANDRAIL_BIND": "127.0.0.1", "HANDRAIL_PORT": str(port)}),
        (home() / "web.log").open("a") as log,
    ):
        web = Popen(
            [sys.executable, "-m", "handrail", "run-web"],
            env=children.environment_of(As.WEB),
            stdin=PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            up.await_first_answer([Part("web", lambda: None, lambda: children.ending(web))])
            yield port
        finally:
            children.end(web)


# The requests


def visit(session: str, cases: str) -> Answers:
    """Simulate one person at a browser: yields requests, receives pages, never ends.

    `cases` is the address of the person's list.
    """
    start, find = reverse("web:home"), reverse("cases:find")
    page = yield FIND, asked("GET", find, f"session={session}")
    cookie, token = COOKIE.search(page), TOKEN.search(page)
    assert cookie, "No cookie against forged forms came."
    assert token, "The page to find somebody has no form."
    cookies = f"session={session}; csrf={cookie[1].decode()}"
    for turn in count():
        yield HOME, asked("GET", start, cookies)
        page = yield LIST, asked("GET", cases, cookies)
        links = LINKED.findall(page)
        assert links, "Somebody has no case in their list."
        address, name = links[turn % len(links)]
        yield CASE, asked("GET", address.decode(), cookies)
        typed = {"csrfmiddlewaretoken": token[1].decode(), "words": unescape(name.decode()).strip()}
        yield FIND, asked("POST", find, cookies, urlencode(typed).encode())


def asked(method: str, address: str, cookies: str, body: bytes = b"") -> bytes:
    """Return a request as a browser sends it."""
    lines = [f"{method} {address} HTTP/1.1", "Host: localhost", f"Cookie: {cookies}", "Accept: text/html"]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class Visitor:
    """One person, their open connection, and the answer being received."""

    port: int
    asks: Answers
    wire: socket.socket | None = None
    name: str = ""
    sent: bytes = b""
    since: float = 0.0
    came: bytearray = field(default_factory=bytearray)

    def ask(self, answer: bytes | None) -> None:
        """Send the request that follows an answer, or the first request."""
        self.name, self.sent = next(self.asks) if answer is None else self.asks.send(answer)
        self.since = perf_counter()
        self.came.clear()
        self.send()

    def send(self) -> None:
        """Send the request, on a new connection where none is open."""
        if self.wire is None:
            self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=SILENCE)
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire.sendall(self.sent)

    def hear(self) -> bool:
        """Read what has arrived; return True when the answer is complete. Raises ConnectionError."""
        assert self.wire
        part = self.wire.recv(CHUNK)
        if not part:
            raise ConnectionError
        self.came += part
        end = self.came.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = LENGTH.search(self.came, 0, end)
        return len(self.came) >= end + 4 + (int(length[1]) if length else 0)


class Loop:
    """All visitors in one thread. `waits` are milliseconds by page, `errors` what went wrong."""

    def __init__(self, visitors: list[Visitor]) -> None:
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.errors = 0
        self.ready = selectors.DefaultSelector()
        for visitor in visitors:
            visitor.ask(None)
            self.watch(visitor)

    def forget(self) -> None:
        """Restart the measurement."""
        self.waits.clear()
        self.errors = 0

    def run(self, seconds: float) -> None:
        """Send and receive for so many seconds."""
        end = perf_counter() + seconds
        while perf_counter() < end:
            heard = self.ready.select(SILENCE)
            assert heard, f"Nobody got an answer for {SILENCE:.0f} seconds."
            for key, _ in heard:
                self.serve(key.data)

    def serve(self, visitor: Visitor) -> None:
        """Read what arrived for a visitor, and send their next request when the answer is complete."""
        try:
            if not visitor.hear():
                return
        except ConnectionError:
            self.again(visitor)
            return
        self.waits[visitor.name].append((perf_counter() - visitor.since) * 1000)
        self.errors += not visitor.came.startswith(b"HTTP/1.1 200")
        answer = bytes(visitor.came)
        if b"connection: close" in answer[:1024].lower():
            self.leave(visitor)
            visitor.ask(answer)
            self.watch(visitor)
        else:
            visitor.ask(answer)

    def again(self, visitor: Visitor) -> None:
        """Retry on a new connection; one that broke off inside an answer counts as an error."""
        self.errors += bool(visitor.came)
        self.leave(visitor)
        visitor.came.clear()
        visitor.send()
        self.watch(visitor)

    def watch(self, visitor: Visitor) -> None:
        """Register a visitor's socket for events."""
        assert visitor.wire
        self.ready.register(visitor.wire, selectors.EVENT_READ, visitor)

    def leave(self, visitor: Visitor) -> None:
        """Close a visitor's connection."""
        assert visitor.wire
        self.ready.unregister(visitor.wire)
        visitor.wire.close()
        visitor.wire = None

    def close(self) -> None:
        """Close every connection."""
        for key in list(self.ready.get_map().values()):
            self.leave(key.data)
        self.ready.close()
