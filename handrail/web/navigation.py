"""What stands around every page: who is signed in, where they may go, and under which policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from handrail.access.audience import Audience
from handrail.access.pages import Menu, Page, in_menu
from handrail.cases.packs import current_pack
from handrail.organisations.models import Person
from handrail.policy.schema.pack import Pack


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the navigation; `current` when it leads to the page that is open, `new` things behind it."""

    title: str
    address: str
    current: bool
    new: int = 0


@dataclass(frozen=True)
class Shell:
    """The surroundings of one page."""

    person: Person | None
    path: str

    @cached_property
    def places(self) -> list[Place]:
        """Where this person may go, in the order of the navigation."""
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
        """The address to which the name of the service leads."""
        return reverse("web:home" if self.person else "web:start")

    @property
    def posts(self) -> str:
        """The posts that the person holds today, in words."""
        return "; ".join(str(post) for post in self.person.current_posts) if self.person else ""

    @property
    def policy(self) -> Pack:
        """The policy under which new cases are opened."""
        return current_pack()

    @property
    def demonstration(self) -> bool:
        """Whether everybody here is made up."""
        return bool(settings.DEMONSTRATION)


def is_offered(menu: Menu, page: Page, person: Person | None) -> bool:
    """Whether the menu of a person has a page; None is a visitor, to whom public pages alone are offered."""
    audience = page.audience or Audience.PUBLIC
    if person is None or not audience.needs_sign_in:
        return person is None and not audience.needs_sign_in
    return audience.includes(person) and menu.offered_to(person)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The surroundings of the page that was asked for, as `shell` in every template; a context processor.

    One name only: Django lets what a context processor gives replace what the view gave.
    """
    user = getattr(request, "user", None)
    return {"shell": Shell(user if isinstance(user, Person) else None, request.path)}
