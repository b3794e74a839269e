"""Comparison of a running site's records with their entries, for what one journey wrote.

The check runs in this process, since starting another one after each journey would take minutes. It runs in a
thread of its own, since the browser's event loop is in the main one, where Django refuses to ask a database.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import connection
from django.db.models import Max

from handrail.config import embedded
from handrail.config.database import DATABASE, Role
from handrail.ledger import rebuild
from handrail.ledger.models import Entry

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Moment:
    """A moment of a site's database: its oldest open transaction, and its last entry."""

    transaction: int
    entry: int


def moment_of(home: Path) -> Moment:
    """Return the present moment of the site in this home folder."""
    return asked(home, lambda: Moment(rebuild.now(), Entry.objects.aggregate(last=Max("pk"))["last"] or 0))


def compare(home: Path, before: Moment) -> None:
    """Fail where what a site wrote since a moment differs from its entries, or was not compared."""

    def checked() -> tuple[rebuild.Report, int]:
        grown = Entry.objects.filter(pk__gt=before.entry).values("chain").distinct().count()
        return rebuild.check(since=before.transaction), grown

    report, grown = asked(home, checked)
    assert not report.differences, "\n".join(map(str, report.differences))
    assert report.compared >= grown, f"{grown} chains have grown, and {report.compared} were compared."


def asked(home: Path, ask: Callable[[], Answer]) -> Answer:
    """Return what a function finds in the database of the site in this home folder, read as its worker."""

    def found() -> Answer:
        given = {**embedded.address(home), "user": Role.JOBS.login}
        named = {key.upper(): value for key, value in given.items()}
        options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
        connection.settings_dict = connection.settings_dict | named | {"NAME": DATABASE, "OPTIONS": options}
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(found).result()
