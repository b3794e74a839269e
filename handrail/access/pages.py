"""What a page declares about itself, once, above its view.

    @page(Audience.CASE_READERS, logged_as="the list of cases", menu=Menu("Cases", 20))
    @require_safe
    def cases(request): ...

The log of reads, the menu and the tests find the views through the URL patterns and read these declarations.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from handrail.access import context
from handrail.access.audience import Audience, refuse
from handrail.organisations.models import Person

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]


def everybody(person: Person) -> bool:
    """Offer a page to its whole audience."""
    return True


@dataclass(frozen=True, slots=True)
class Menu:
    """A page's entry in the menu: its title, and its position, lowest first: what is used daily is lowest.

    `offered_to` narrows the page's audience; a public page is offered only to visitors who are not signed in.
    `each` makes several entries, as pairs of a title and the argument of the page's address. `new` counts the
    user's unread items on the page.
    """

    title: str
    order: int
    offered_to: Callable[[Person], bool] = everybody
    each: Callable[[Person], Iterable[tuple[str, str]]] | None = None
    new: Callable[[Person], int] | None = None


def page(
    audience: Audience, *, logged_as: str = "", menu: Menu | None = None
) -> "Callable[[View[Given]], View[Given]]":
    """Declare the audience of a view, and refuse the view to everybody else.

    `logged_as` is the name of the page in the log of reads; a page that shows records needs one.
    """

    def stated(view: "View[Given]") -> "View[Given]":
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            refuse(request, audience)
            with context.asking(request.user if isinstance(request.user, Person) else None):
                return view(request, *args, **kwargs)

        vars(guarded).update(
            audience=audience, logged_as=logged_as, menu=menu, login_required=audience.needs_sign_in
        )
        return guarded

    return stated


@dataclass(frozen=True, slots=True)
class Page:
    """One URL pattern of the site, with the declarations of its view."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def parts(self) -> list[str]:
        """The names of the arguments in the page's address."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @property
    def audience(self) -> Audience | None:
        """The page's audience; None if its view declares none."""
        found: Audience | None = getattr(self.view, "audience", None)
        return found

    @property
    def logged_as(self) -> str:
        """The page's name in the log of reads."""
        return str(getattr(self.view, "logged_as", ""))

    @property
    def menu(self) -> Menu | None:
        """The page's entry in the menu; None if it has none."""
        found: Menu | None = getattr(self.view, "menu", None)
        return found


def pages() -> list[Page]:
    """Return every page of the site, in the order in which URL patterns are matched."""
    return list(_pages_of(get_resolver()))


def in_menu() -> list[tuple[Menu, Page]]:
    """Return the pages with an entry in the menu, in the menu's order."""
    found = [(page.menu, page) for page in _pages_of(get_resolver()) if page.menu]
    return sorted(found, key=lambda entry: entry[0].order)


def called(name: str) -> str:
    """Return a page's name in the log of reads; `name` itself if no view declares one now."""
    return _logged_of(get_resolver()).get(name, name)


@cache
def _logged_of(site: URLResolver) -> dict[str, str]:
    return {page.name: page.logged_as for page in _pages_of(site) if page.logged_as}


@cache
def _pages_of(site: URLResolver) -> tuple[Page, ...]:
    return tuple(_walked(site.url_patterns, "", ""))


def _walked(patterns: Sequence[URLPattern | URLResolver], route: str, namespace: str) -> Iterator[Page]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walked(pattern.url_patterns, here, inner)
        else:
            yield Page(f"{namespace}{pattern.name or ''}", f"/{here}", pattern.callback)
