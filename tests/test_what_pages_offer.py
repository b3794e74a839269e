"""What a page offers can be done: every link and every button of the pages that a user reaches is tried.

From the home page on, links are opened and buttons pressed, as a user of each role would. An act that checks
one thing while its page asks another is found as a refusal. An act that leads to no form, and a question
that offers nothing to choose, are found as dead ends.
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
# All refusals that were found at first, and those who have most to do, in a fraction of the time.
SAMPLE = (Role.PANEL_CHAIR, Role.FORCE_STRATEGIC_LEAD, Role.PREVENT_OFFICER, Role.PREVENT_SUPERVISOR)
LEAVES = frozenset({"sign_in:sign-out", "sign_in:everywhere"})
ACTS = frozenset({"cases:begin", "cases:answer"})  # a link to one of these says that something can be done
GROUPS, FILLED_IN = frozenset({"select", "fieldset"}), frozenset({"input", "select", "textarea"})
NOTHING = "There is nothing to choose from."


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
    """The links of a page, and its forms that ask for nothing but a press of their button.

    `has_form`: its own part has a form to send. `empty` names questions without anything to choose.
    """

    here: str
    found: list[Offer] = field(default_factory=list)
    has_form: bool = False
    empty: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] | None = None
        self.hidden: list[tuple[str, str]] = []
        self.asks = False
        self.in_main = False
        self.choices: list[tuple[str, int]] = []  # open groups of choices, with what each has so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.count_choices(tag, said)
        self.in_main = self.in_main or tag == "main"
        if tag == "a" and said.get("href", "#")[:1] != "#":
            self.offer("GET", said["href"])
        elif tag == "form":
            self.form, self.hidden, self.asks = said, [], False
            self.has_form = self.has_form or (self.in_main and said.get("method") == "post")
        elif tag in {"select", "textarea"} or (tag == "input" and said.get("type") != "hidden"):
            self.asks = True
        elif tag in {"input", "button"} and "name" in said:
            self.hidden.append((said["name"], said.get("value", "")))

    def count_choices(self, tag: str, said: dict[str, str]) -> None:
        """Note the start of a group of choices, and whatever there is to choose or to fill in within it."""
        offers = said["value"] != "" if tag == "option" and "value" in said else tag in FILLED_IN
        if offers and said.get("type") != "hidden":
            self.choices = [(name, count + 1) for name, count in self.choices]
        if tag in GROUPS:
            self.choices.append((said.get("id") or said.get("name", tag), 0))

    def handle_data(self, data: str) -> None:
        if NOTHING in data:
            self.empty.append(NOTHING)

    def handle_endtag(self, tag: str) -> None:
        if tag in GROUPS and self.choices:
            name, count = self.choices.pop()
            self.empty += [] if count else [name]
        self.in_main = self.in_main and tag != "main"
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
    dead_ends: list[str] = field(default_factory=list)
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
        is_act, begins = there.view_name in ACTS, offer.method != "GET"
        response = asked_of(self.client, offer.method, offer.address, dict(offer.fields), follow=is_act)
        if response.status_code in REFUSED:
            self.refused.append(f"{page} offers {offer.method} {offer.address}: {response.status_code}")
        elif response.status_code == 302 and not begins:
            yield Offer("GET", response.headers["Location"])
        elif response.status_code == 200 and "html" in response.headers["Content-Type"]:
            offers = Offers(offer.address)
            offers.feed(response.content.decode())
            self.note_dead_ends(page, offer, offers, is_act=is_act)
            yield from () if begins else offers.found  # what was begun is taken back: its pages are not there

    def note_dead_ends(self, page: str, offer: Offer, offers: Offers, *, is_act: bool) -> None:
        """Note a page of an act that has no form, and each question of a page that offers nothing."""
        found = [f"“{name}” offers nothing to choose" for name in offers.empty]
        if is_act and not offers.has_form:
            found.append("nothing can be done there")
        self.dead_ends += [f"{page} offers {offer.method} {offer.address}: {one}" for one in found]

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
    assert not walk.dead_ends, "\n".join(walk.dead_ends)


@pytest.mark.parametrize(
    ("page", "empty"),
    [
        ('<select name="who"><option value="">Select</option><option value="1">Ann</option></select>', []),
        ('<select name="who"><option value="">Select</option></select>', ["who"]),
        ('<fieldset id="day"><input name="day"></fieldset>', []),
        ('<fieldset id="day"><legend>Day</legend></fieldset>', ["day"]),
        (f"<p>{NOTHING} Ask.</p>", [NOTHING]),
    ],
)
def test_a_question_without_anything_to_choose_is_found(page: str, empty: list[str]) -> None:
    offers = Offers("/")
    offers.feed(page)
    assert offers.empty == empty


def test_a_form_counts_where_it_stands_in_the_page_s_own_part() -> None:
    for page, there in (
        ('<main><form method="post"></form></main>', True),
        ('<header><form method="post"></form></header><main></main>', False),
    ):
        offers = Offers("/")
        offers.feed(page)
        assert offers.has_form is there
