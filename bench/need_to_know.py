"""Measure the cost of row security and the log of reads: each page with both and with neither."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bench.goals import WITH_GRANTS
from bench.pages import RUNS, Page, pages
from bench.readers import Readers
from bench.timing import Figure, Kind, compare
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.models import Case
from handrail.config.tests.asking import AS_TOLD

PREFIX = "need to know: "
GRANTS = 1_000  # live grants of one reader, far more than realistic


def measure(size: int, who: Readers) -> Iterator[Figure]:
    """Yield every page at this size; then the officer's home with a thousand grants."""
    for page in pages(who):
        yield secured(size, page, page.name, Kind.SECURED)
    home = next(page for page in pages(who) if page.reader is who.officer)
    give(who)
    yield secured(size, home, f"{home.name}{WITH_GRANTS}", Kind.GRANTED)
    Grant.objects.all().delete()


def secured(size: int, page: Page, name: str, kind: Kind) -> Figure:
    """Return the figure of a page with row security and its log line, over the page without both."""
    connection = connections.create_connection("default")

    def bare(turn: int) -> bytes:
        with neither(connection):
            return page.fetch(turn)

    figure = compare(size, PREFIX + name, page.fetch, bare, kind=kind, runs=RUNS)
    connection.close()
    return figure


@contextmanager
def neither(bare: BaseDatabaseWrapper) -> Iterator[None]:
    """Turn off row security and the log of reads, on a separate connection with its own plans.

    The connection stays the superuser's, and no user is set. Per-page caches work as usual.
    """
    usual = connections["default"]
    with (
        patch("handrail.access.context.asking", AS_TOLD),
        patch("handrail.access.context.enter", lambda person: None),
        patch("handrail.access.reading._write", lambda line: None),
    ):
        connections["default"] = bare
        yield
        connections["default"] = usual


def give(who: Readers) -> None:
    """Give the officer invitations to a thousand cases of other forces."""
    now = timezone.now()
    elsewhere = Case.objects.exclude(force=who.force).order_by("pk").values_list("pk", flat=True)
    Grant.objects.bulk_create(
        Grant(
            record=record,
            person=who.officer.person,
            kind=GrantKind.INVITED,
            reason="Measured",
            by=who.supervisor.person,
            since=now,
            until=now + timedelta(days=1),
        )
        for record in elsewhere[:GRANTS]
    )
