"""Lists in pages: the page that a request asks for, and links to the others."""

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = 25
COUNTED = 1_000  # what a list counts and turns over; filters lead to the rest


class MoreThan(int):
    """A count that was broken off: there is more than this."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


def counted(rows: "QuerySet[Any]", most: int) -> int:
    """Return how many rows there are, counted no further than `most`; beyond it reads as more than that."""
    return at_most(rows.order_by()[: most + 1].count(), most)


def at_most(found: int, most: int) -> int:
    """Return what was counted up to one more than `most`, as a page says it."""
    return MoreThan(most) if found > most else found


class Rows(Protocol):
    """Rows that come in slices and count themselves, to one more than `COUNTED` at most."""

    def __getitem__(self, part: slice) -> list[Any]: ...

    def __len__(self) -> int: ...

    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and the filters that made it, for the links to other pages."""

    page: "Page[Any]"
    filters: dict[str, str]
    order: str

    def address(self, **changes: str | int) -> str:
        """Return the query of the same list with something changed."""
        wanted = {**self.filters, "order": self.order, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


def paged(rows: "QuerySet[Any] | Rows", request: HttpRequest, filters: dict[str, str], order: str) -> Listing:
    """Return the page of the rows that the request asks for; the nearest where there is no such page."""
    pages: Paginator[Any] = Paginator(rows, PAGE)  # type: ignore[arg-type] # it asks for slices alone
    pages.count = counted(rows, COUNTED) if isinstance(rows, QuerySet) else at_most(rows.count(), COUNTED)
    page = pages.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    return Listing(page, {name: value for name, value in filters.items() if value}, order)
