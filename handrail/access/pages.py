"""Pages: what each says of itself, once, above its view.

    @page(Audience.CASE_READERS, logged_as="the list of cases", menu=Menu("Cases", 20))
    @require_safe
    def cases(request): ...

The log of reads, the menu and the tests read it from the views, which they find by the addresses of the site.
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
    """The entry of a page in the menu: its title, and its order among the others, the lowest first.

    `offered_to` narrows the audience of the page; a public page is offered to visitors who are not signed in.
    `each` makes one entry for each of several things, as pairs of a title and what stands in the address.
    `new` counts what a person has not read there.
    """

    title: str
    order: int
    offered_to: Callable[[Person], bool] = everybody
    each: Callable[[Person], Iterable[tuple[str, str]]] | None = None
    new: Callable[[Person], int] | None = None


def page(
    audience: Audience, *, logged_as: str = "", menu: Menu | None = None
) -> "Callable[[View[Given]], View[Given]]":
    """State for whom a view is, and refuse it to everybody else.

    `logged_as` is what the log of reads calls a page that shows records.
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
    """One address of the site, with what its view says of itself."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def parts(self) -> list[str]:
        """The names of what stands in the address."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @property
    def audience(self) -> Audience | None:
        """For whom the page is; None where its view does not say."""
        found: Audience | None = getattr(self.view, "audience", None)
        return found

    @property
    def logged_as(self) -> str:
        """What the log of reads calls the page."""
        return str(getattr(self.view, "logged_as", ""))

    @property
    def menu(self) -> Menu | None:
        """The page's entry in the menu."""
        found: Menu | None = getattr(self.view, "menu", None)
        return found


def pages() -> list[Page]:
    """Every page of the site, in the order in which addresses are matched."""
    return list(_pages_of(get_resolver()))


def in_menu() -> list[tuple[Menu, Page]]:
    """The pages that have an entry in the menu, in its order."""
    found = [(page.menu, page) for page in _pages_of(get_resolver()) if page.menu]
    return sorted(found, key=lambda entry: entry[0].order)


def called(name: str) -> str:
    """What the log of reads calls the page of this name; the name itself where no page says it any more."""
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
