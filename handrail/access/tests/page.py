"""Questions that every page is asked: by its user, a colleague, another force, a visitor; query count.

Each page has a test file of its own, named after it, with a subclass of `PageTests` that declares the
expected answers and adds tests of what the page does. `tests/test_every_page_has_its_tests.py` finds pages
without one.

If a query budget is wrong, the failure lists every statement. `pytest -rP -k queries_that` with a folder or
file lists the statements of pages that pass. What many pages share is declared here and in `OF_CASE`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, ClassVar, get_origin
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from pytest_django.plugin import DjangoDbBlocker

from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast

NOBODY = ""
SHORT = 180
WRITES = re.compile(r"\bINSERT INTO\b|^UPDATE\b|\bDELETE FROM\b")
OF_THE_SESSION = '"sign_in_session"'
# Statements that keep transactions and, in tests alone, change the connection's role.
NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SET LOCAL ROLE", "RESET ROLE")

# Queries common to many pages. A page's own file adds to them: `queries = SIGNED_IN | {"its cases": 1}`.
PUBLIC = {"access_enter, for row security, with what was given to them": 1}
WITH_ACCOUNT = PUBLIC | {"the session, with the person": 1, "their posts": 1}
SIGNED_IN = WITH_ACCOUNT | {"whether they have a notice that is new": 1}


@dataclass(frozen=True, slots=True)
class Answer:
    """The expected answer of a page to one visitor.

    `who` is the visitor's name in the cast, `to` the page they are redirected to. `because` gives the reason
    if a reader would expect another answer.
    """

    who: str
    status: int
    to: str = ""
    because: str = ""

    @property
    def refuses(self) -> bool:
        """Whether asking for the page may change nothing."""
        return self.status >= 400 or self.to == "sign_in:sign-in"


def shown_to(who: str, because: str = "") -> Answer:
    """Expect that the page opens."""
    return Answer(who, 200, because=because)


def hidden_from(who: str, because: str = "") -> Answer:
    """Expect 404."""
    return Answer(who, 404, because=because)


def refused_to(who: str, because: str = "") -> Answer:
    """Expect 403."""
    return Answer(who, 403, because=because)


def leads(who: str, to: str, because: str = "") -> Answer:
    """Expect a redirect to another page."""
    return Answer(who, 302, to, because)


TO_SIGN_IN = leads(NOBODY, "sign_in:sign-in")


class PageTests:
    """Tests that every page runs. A subclass sets the attributes declared here without a value."""

    page: ClassVar[str]
    colleague: ClassVar[Answer]
    other_force: ClassVar[Answer]
    nobody: ClassVar[Answer]
    wrong_method: ClassVar[str]
    queries: ClassVar[Mapping[str, int]]

    user: ClassVar[str] = "officer"
    method: ClassVar[str] = "GET"
    answer: ClassVar[int] = 200
    tells: ClassVar[bool] = True  # whether the user's page shows `kept_from_others`
    cast: Cast
    address: str
    typed: dict[str, Any]

    def parts(self) -> list[Any]:
        """Return the arguments of the page's address."""
        return []

    def sent(self) -> dict[str, Any]:
        """Return what the page's user sends, for a page that takes POST."""
        return {}

    def kept_from_others(self) -> list[str]:
        """Return words that must not be on the page for another force."""
        return []

    def arrange(self) -> None:
        """Create what this page needs beyond the fixtures of its room."""

    @pytest.fixture(autouse=True)
    def arranged(self, cast: Cast) -> None:
        """Return the cast, with what this page needs."""
        self.cast = cast
        self.made_ready()

    def made_ready(self) -> None:
        """Create what the page needs, and set its address and what is sent to it."""
        unsaid = [name for name in declared() if not hasattr(self, name)]
        assert unsaid == [], (
            f"Say {unsaid} in {type(self).__name__}, as handrail/access/tests/page.py describes."
        )
        self.arrange()
        self.address, self.typed = reverse(self.page, args=self.parts()), self.sent()

    def called(self, who: str) -> Person:
        """Return the person with this name in the cast."""
        found: Person = getattr(self.cast, who)
        return found

    def person(self, who: str) -> Person:
        """Return a person of the cast, loaded anew as for a request."""
        return Person.objects.get(pk=self.called(who).pk)

    def client(self, who: str) -> Client:
        """Return a browser that is signed in as a person of the cast."""
        client = Client()
        if who != NOBODY:
            client.force_login(self.person(who))
        return client

    def get(self, query: str = "", *, who: str | None = None) -> Any:
        """Return the page, opened by its user or by `who`."""
        return self.client(self.user if who is None else who).get(self.address + query)

    def post(self, who: str | None = None, /, **sent: Any) -> Any:
        """Return the answer to POST by the page's user or by `who`."""
        return self.client(self.user if who is None else who).post(self.address, sent)

    def follow(self, who: str | None = None, /, **sent: Any) -> Any:
        """Return the page that the answer redirects to."""
        return self.client(self.user if who is None else who).post(self.address, sent, follow=True)

    def ask(self, client: Client, method: str = "") -> Any:
        """Return the answer to a request by the page's own method, or another."""
        if (method or self.method) == "POST":
            return client.post(self.address, self.typed)
        return client.generic(method or self.method, self.address)

    def expect(self, answer: Answer) -> Any:
        """Fail if a visitor gets another answer than expected, or if a refusal changes anything."""
        client = self.client(answer.who)
        with statements() as sent:
            response = self.ask(client)
        assert response.status_code == answer.status, f"{answer.because} {read(response)}"
        assert not (answer.refuses and changes(sent))
        if answer.to:
            assert resolve(urlsplit(response.headers["Location"]).path).view_name == answer.to
        return response

    def test_what_a_colleague_gets(self) -> None:
        self.expect(self.colleague)

    def test_what_another_force_gets(self) -> None:
        words = self.kept_from_others()
        if words and self.tells:
            seen = self.ask(self.client(self.user)).content.decode()
            assert any(word in seen for word in words), (
                "Its user sees nothing that could be kept from others."
            )
        text = self.expect(self.other_force).content.decode()
        assert [word for word in words if word in text] == []

    def test_without_row_security_the_page_answers_them_as_well(self) -> None:
        with page_alone():
            self.expect(self.colleague)
            text = self.expect(self.other_force).content.decode()
        assert [word for word in self.kept_from_others() if word in text] == []

    def test_what_nobody_signed_in_gets(self) -> None:
        response = self.expect(self.nobody)
        if self.nobody is TO_SIGN_IN:
            back = parse_qs(urlsplit(response.headers["Location"]).query)["next"]
            assert back == [self.address], "Signing in does not lead back."

    def test_the_wrong_method_is_refused_and_changes_nothing(self) -> None:
        client = self.client(self.user)
        with statements() as sent:
            response = self.ask(client, self.wrong_method)
        assert response.status_code == 405
        assert self.method in response.headers["Allow"].split(", ")
        assert self.wrong_method not in response.headers["Allow"].split(", ")
        assert not changes(sent)

    def test_it_makes_the_queries_that_it_declares(self) -> None:
        client = self.client(self.user)
        with taken_back(client) if self.method == "POST" else nullcontext():
            self.ask(client)
        with statements() as sent:
            response = self.ask(client)
        assert response.status_code == self.answer, read(response)
        said = numbered(sent)
        print(f"\n{self.page}: {said}")
        declared = sum(self.queries.values())
        assert len(sent) == declared, f"{self.page} declares {declared} queries and makes {said}"


def declared() -> list[str]:
    """Return the names of what each class of page tests declares."""
    hints = {
        name: hint for name, hint in vars(PageTests)["__annotations__"].items() if name not in vars(PageTests)
    }
    return [name for name, hint in hints.items() if get_origin(hint) is ClassVar]


@contextmanager
def made_once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what the block creates for all tests of a folder, and roll it back after the last."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def page_alone() -> Iterator[None]:
    """Call pages as the superuser, without row security, to test the view's own checks."""

    @contextmanager
    def unasked(person: Person | None) -> Iterator[None]:
        with transaction.atomic():
            yield

    with patch("handrail.access.context.asking", unasked):
        yield


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that Django sends to the database while the block runs, as the web role would.

    Left out: lines of the log of reads, which have a connection of their own, and resetting the current user,
    which only happens in tests, as they go on in the same transaction.
    """
    sent: list[str] = []
    nobody_asks = False

    def listen(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal nobody_asks
        if nobody_asks and statement.startswith("RELEASE SAVEPOINT"):
            sent.pop()
        nobody_asks = "access_enter" in statement and parameters == [None]
        if not statement.startswith(NOT_COUNTED):
            sent.append(statement)
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(listen):
        yield sent


@contextmanager
def taken_back(client: Client) -> Iterator[None]:
    """Roll the block back and restore the browser's cookies."""
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)


def read(response: Any) -> str:
    """Return the start of a page's text, for the message of a failed test."""
    _, _, main = response.content.decode(errors="replace").partition("<main")
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:500]


def changes(sent: list[str]) -> list[str]:
    """Return the statements that write anything but the session."""
    return [one for one in sent if WRITES.search(one) and OF_THE_SESSION not in one]


def numbered(sent: list[str]) -> str:
    """Return the number of statements, and each on a line, shortened."""
    return "\n".join([f"{len(sent)}:", *(f"  {number:2} {short(one)}" for number, one in enumerate(sent, 1))])


def short(statement: str) -> str:
    """Return a shortened statement, without its list of columns."""
    plain = " ".join(statement.split())
    head, found, rest = plain.partition(" FROM ")
    return (f"{head[:30]} … FROM {rest}" if found and len(head) > 30 else plain)[:SHORT]
