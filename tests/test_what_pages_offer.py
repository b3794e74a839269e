"""What a page offers is not refused: every link and every button of the pages that a user reaches is tried.

From the home page on, links are opened and buttons pressed, as a user of each role would. An act that checks
one thing while its page asks another is found as a refusal.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve

from handrail.organisations.roles import Role
from tests.test_matrix import WALKED, asked_of, client_of
from tests.world import World

REFUSED = range(400, 422)  # 422 is the answer to a form without its answers
SAMPLE = (Role.PANEL_CHAIR, Role.FORCE_STRATEGIC_LEAD)  # all that was found at first, in a tenth of the time
LEAVES = frozenset({"sign_in:sign-out", "sign_in:everywhere"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A link or a button on a page."""

    method: str
    address: str
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def leads_to(self) -> ResolverMatch | None:
        """The view behind the address; None where it is no page of this site."""
        parts = urlsplit(self.address)
        try:
            return None if parts.netloc else resolve(parts.path)
        except Resolver404:
            return None


@dataclass
class Offers(HTMLParser):
    """The links of a page, and its forms that ask for nothing but a press of their button."""

    here: str
    found: list[Offer] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] | None = None
        self.hidden: list[tuple[str, str]] = []
        self.asks = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "#")[:1] != "#":
            self.offer("GET", said["href"])
        elif tag == "form":
            self.form, self.hidden, self.asks = said, [], False
        elif tag in {"select", "textarea"} or (tag == "input" and said.get("type") != "hidden"):
            self.asks = True
        elif tag in {"input", "button"} and "name" in said:
            self.hidden.append((said["name"], said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            if not self.asks:
                self.offer(self.form.get("method", "get").upper(), self.form.get("action", ""))
            self.form = None

    def offer(self, method: str, address: str) -> None:
        fields = tuple(self.hidden) if method == "POST" else ()
        self.found.append(Offer(method, urljoin(self.here, address), fields))


@dataclass
class Walk:
    """A user's way from the home page to all that they are offered."""

    client: Client
    relations: dict[str, str]
    tried: set[object] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    count: int = 0

    def go(self) -> None:
        """Try what is offered, page after page."""
        ahead = deque([("", Offer("GET", "/"))])
        while ahead:
            page, offer = ahead.popleft()
            ahead.extend((offer.address, one) for one in self.tries(page, offer))

    def tries(self, page: str, offer: Offer) -> Iterator[Offer]:
        """Try an offer of a page unless its like was tried, and yield what the answer offers."""
        there = offer.leads_to
        if there is None or there.view_name in LEAVES or (key := self.like(offer, there)) in self.tried:
            return
        self.tried.add(key)
        self.count += 1
        response = asked_of(self.client, offer.method, offer.address, dict(offer.fields))
        if response.status_code in REFUSED:
            self.refused.append(f"{page} offers {offer.method} {offer.address}: {response.status_code}")
        elif offer.method != "GET":
            return  # what it made is taken back, so that what it leads to is not there
        elif response.status_code == 302:
            yield Offer("GET", response.headers["Location"])
        elif "html" in response.headers["Content-Type"]:
            offers = Offers(offer.address)
            offers.feed(response.content.decode())
            yield from offers.found

    def like(self, offer: Offer, there: ResolverMatch) -> object:
        """Return what two offers share that need not both be tried."""
        said = {name: self.relations.get(str(value), "") or value for name, value in there.kwargs.items()}
        told = {name: value if isinstance(value, str) else "" for name, value in said.items()}
        return offer.method, there.view_name, frozenset(told.items())


@pytest.mark.parametrize(
    "role", [role if role in SAMPLE else pytest.param(role, marks=pytest.mark.whole) for role in WALKED]
)
def test_nothing_that_a_page_offers_is_refused(world: World, role: Role) -> None:
    world.given_to(role)
    relations = {str(it.case.pk): relation.name for relation, it in world.planted.items()}
    walk = Walk(client_of(world.people[role]), relations)
    walk.go()
    print(f"{role}: {walk.count} tried")
    assert walk.count > 5
    assert not walk.refused, "\n".join(walk.refused)
