"""What row security and the log of reads cost: each page with both, beside the same page with neither."""

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
GRANTS = 1_000  # live grants of one reader, far more than anybody would have


def measure(size: int, who: Readers) -> Iterator[Figure]:
    """Every page at this size; then the officer's home once more with a thousand grants to them."""
    for page in pages(who):
        yield secured(size, page, page.name, Kind.SECURED)
    home = next(page for page in pages(who) if page.reader is who.officer)
    give(who)
    yield secured(size, home, f"{home.name}{WITH_GRANTS}", Kind.GRANTED)
    Grant.objects.all().delete()


def secured(size: int, page: Page, name: str, kind: Kind) -> Figure:
    """A page with row security and its line in the log, over the same page without."""
    connection = connections.create_connection("default")

    def bare(turn: int) -> bytes:
        with neither(connection):
            return page.fetch(turn)

    figure = compare(size, PREFIX + name, page.fetch, bare, kind=kind, runs=RUNS)
    connection.close()
    return figure


@contextmanager
def neither(bare: BaseDatabaseWrapper) -> Iterator[None]:
    """Turn off row security and the log of reads, on a separate connection with plans of its own.

    It stays the superuser's, and nobody enters; what is worked out once for a page is so here too.
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
    """Invite the officer to a thousand cases of other forces."""
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
