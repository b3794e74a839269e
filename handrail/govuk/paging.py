"""Lists in pages: the page that a request asks for, and links to the others."""

from collections.abc import Mapping, Sequence
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
    """Rows that come in slices and count themselves, to one more than the most that their list counts."""

    def __getitem__(self, part: slice) -> list[Any]: ...

    def __len__(self) -> int: ...


Filters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and the filters that made it, which the other pages keep.

    `is_sent` where the filters came in the body of a form: they are sent again, and stand in no address.
    """

    page: "Page[Any]"
    filters: Filters
    order: str = ""
    is_sent: bool = False

    @property
    def rows(self) -> list[Any]:
        """Return the rows of this page."""
        return list(self.page)

    @property
    def count(self) -> int:
        """Return how many rows all pages have, or that it is more than a list counts."""
        return self.page.paginator.count

    def address(self, **changes: str | int) -> str:
        """Return the query of the same list with something changed."""
        wanted = {**self.filters, "order": self.order, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value}, doseq=True)

    def inputs(self, **changes: str | int) -> list[tuple[str, str | int]]:
        """Return the inputs of a form that asks for the same list with something changed."""
        wanted = {**self.filters, **changes}
        listed = ((name, [one] if isinstance(one, str | int) else one) for name, one in wanted.items())
        return [(name, value) for name, values in listed for value in values]


def paged(
    rows: "QuerySet[Any] | Sequence[Any] | Rows",
    request: HttpRequest,
    filters: Filters | None = None,
    order: str = "",
    *,
    size: int = PAGE,
    most: int = COUNTED,
) -> Listing:
    """Return the page of the rows that the request asks for; the nearest where there is no such page."""
    pages: Paginator[Any] = Paginator(rows, size)  # type: ignore[arg-type] # it asks for slices alone
    pages.count = _count(rows, most)
    is_sent = request.method == "POST"
    page = pages.get_page((request.POST if is_sent else request.GET).get("page"))
    page.object_list = list(page.object_list)
    kept = {name: value for name, value in (filters or {}).items() if value}
    return Listing(page, kept, order, is_sent)


def _count(rows: "QuerySet[Any] | Sequence[Any] | Rows", most: int) -> int:
    if isinstance(rows, QuerySet):
        return counted(rows, most)
    return len(rows) if isinstance(rows, Sequence) else at_most(len(rows), most)
