"""Paging of lists: the page that a request asks for, and links to the other pages."""

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = 25
COUNTED = 1_000  # most rows that a list counts and pages; filters reach the rest


class MoreThan(int):
    """A count that was stopped at a limit; there are more rows than this."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


class AtLeast(int):
    """A count of rows that were read up to a limit; there may be more rows than this."""

    def __str__(self) -> str:
        return f"at least {int(self):,}"


def listed(most: int, *lists: Sized) -> int:
    """Return the number of rows of lists; it becomes `AtLeast` where one may have been cut at `most`."""
    found = sum(map(len, lists))
    return AtLeast(found) if any(len(rows) >= most for rows in lists) else found


def counted(rows: "QuerySet[Any]", most: int) -> int:
    """Return the number of rows; more than `most` becomes `MoreThan(most)`."""
    return at_most(rows.order_by()[: most + 1].count(), most)


def at_most(found: int, most: int) -> int:
    """Return `found`, or `MoreThan(most)` if it is above `most`."""
    return MoreThan(most) if found > most else found


class Rows(Protocol):
    """A sequence that loads its rows by slice; its length is counted to one more than its own limit."""

    def __getitem__(self, part: slice) -> list[Any]: ...

    def __len__(self) -> int: ...


Filters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, with the filters that the other pages keep.

    `is_sent`: the filters came by POST, so links to other pages are forms and no address holds the filters.
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
        """Return the number of rows on all pages, or a `MoreThan`."""
        return self.page.paginator.count

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves rows out."""
        return any(self.filters.values())

    def address(self, **changes: str | int) -> str:
        """Return the query string of this list with changed parameters."""
        wanted = {**self.filters, "order": self.order, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value}, doseq=True)

    def inputs(self, **changes: str | int) -> list[tuple[str, str | int]]:
        """Return the inputs of a form that requests this list with changed parameters."""
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
    """Return the page that the request asks for; the nearest one if its number is out of range."""
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
