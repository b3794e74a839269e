"""The layout around every page: the user, the menu and the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from handrail.access.audience import Audience
from handrail.access.pages import Menu, Page, in_menu
from handrail.organisations.models import Person
from handrail.policy.schema.pack import Pack
from handrail.records.packs import current_pack


@dataclass(frozen=True, slots=True)
class Place:
    """A link in the menu. `current`: it leads to the open page. `new`: how many unread items it has."""

    title: str
    address: str
    current: bool
    new: int = 0


# As many entries as stand on one row at 1,280 px: those of the lowest order, which are used daily. Of more,
# the last is “More”, and the others are behind it.
ON_ROW = 8


@dataclass(frozen=True)
class Shell:
    """The data of the layout of one page."""

    person: Person | None
    path: str

    @cached_property
    def places(self) -> list[Place]:
        """The links in the user's menu, in order."""
        if not self.more:
            return self._offered
        address = reverse("web:more")
        here = self.path == address or any(place.current for place in self.more)
        return [*self._offered[: ON_ROW - 1], Place("More", address, here)]

    @cached_property
    def more(self) -> list[Place]:
        """The links that the user's menu has no room for, which the page “More” lists."""
        return self._offered[ON_ROW - 1 :] if len(self._offered) > ON_ROW else []

    @property
    def others(self) -> list[Place]:
        """Every page that the user is offered, but for the home page."""
        return [place for place in self._offered if place.address != self.front]

    @cached_property
    def _offered(self) -> list[Place]:
        offered = [(menu, page) for menu, page in in_menu() if is_offered(menu, page, self.person)]
        return [place for menu, page in offered for place in self._places(menu, page)]

    def _places(self, menu: Menu, page: Page) -> Iterator[Place]:
        person = self.person
        each = menu.each(person) if person and menu.each else [(menu.title, "")]
        new = menu.new(person) if person and menu.new else 0
        for title, key in each:
            address = reverse(page.name, args=[key] if key else [])
            yield Place(title, address, self.path == address, new)

    @property
    def front(self) -> str:
        """The address behind the name of the service."""
        return reverse("web:home" if self.person else "web:start")

    @property
    def posts(self) -> str:
        """The posts that the user holds today, as text."""
        return "; ".join(str(post) for post in self.person.current_posts) if self.person else ""

    @property
    def policy(self) -> Pack:
        """The policy for new cases."""
        return current_pack()

    @property
    def demonstration(self) -> bool:
        """Whether the data is made up."""
        return bool(settings.DEMONSTRATION)


def is_offered(menu: Menu, page: Page, person: Person | None) -> bool:
    """Whether a page is in a user's menu; None is a visitor, who is offered public pages only."""
    audience = page.audience or Audience.PUBLIC
    if person is None or not audience.needs_sign_in:
        return person is None and not audience.needs_sign_in
    return audience.includes(person) and menu.offered_to(person)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Return the layout's data as `shell` in every template; a context processor.

    There is one name only, as a context processor's values replace those of the view.
    """
    user = getattr(request, "user", None)
    return {"shell": Shell(user if isinstance(user, Person) else None, request.path)}
