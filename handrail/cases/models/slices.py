"""Slices of compiled querysets, for the pages of a list."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from handrail.cases.models.compiled import Compiled, compiled
from handrail.govuk.paging import COUNTED


@dataclass(frozen=True)
class Slices:
    """A list for a paginator. `listed` is called with `about` and the first and last place of a slice."""

    listed: "Compiled[Any]"
    counting: "Compiled[Any]"
    about: tuple[Hashable, ...]

    def __getitem__(self, part: slice) -> list[Any]:
        return self.listed(*self.about, part.start, part.stop)

    def __len__(self) -> int:
        """Return the number of rows, at most one more than `COUNTED`."""
        return self.counting.count(*self.about)


def sliced(make: "Callable[..., QuerySet[Any]]") -> Callable[..., Slices]:
    """Return a function whose result `paged` can slice; `make` must meet the rules of `compiled`."""

    @compiled()
    def listed(*about: Any) -> "QuerySet[Any]":
        *made_with, first, last = about
        return make(*made_with)[first:last]

    @compiled()
    def counting(*about: Any) -> "QuerySet[Any]":
        return make(*about).order_by().values_list("pk", flat=True)[: COUNTED + 1]

    return lambda *about: Slices(listed, counting, about)
