"""Comparison of posts with the entries of the acts that gave, renewed and ended them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.access.actions import KIND
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Difference, NotFolded, folding
from handrail.organisations.models import Post
from handrail.organisations.vetting import Vetting

TABLE = Post._meta.db_table
COLUMNS = ("person_id", "organisation_id", "role", "since", "until", "vetting", "vetted_until")


def differences() -> Iterator[Difference]:
    """Yield each post that is not what its entries say, or is gone. Posts that were loaded have none."""
    given: dict[int, Post] = {}
    acts = ("post-given", "vetting-renewed", "post-ended", "account-closed")
    for entry in Entry.objects.filter(kind=KIND, act__in=acts).select_related("content").order_by("pk"):
        try:
            with folding(entry, entry.number):
                _fold(given, entry, entry.content.content)
        except NotFolded as error:
            yield Difference(f"chain {entry.chain}", TABLE, why=str(error))
    stored = Post.objects.in_bulk([*given])
    for pk, expected in given.items():
        post = stored.get(pk)
        wrong = [column for column in COLUMNS if post and getattr(post, column) != getattr(expected, column)]
        yield from (Difference(f"post {pk}", TABLE, column) for column in (wrong if post else [""]))


def without_entry() -> int:
    """Return how many posts no entry gave: those that were loaded, as the demonstration's are."""
    given = Entry.objects.filter(kind=KIND, act="post-given").values_list("content__content__post", flat=True)
    return len({*Post.objects.values_list("pk", flat=True)} - {*given})


def _fold(given: dict[int, Post], entry: Entry, said: dict[str, Any]) -> None:
    """Change the posts so far by one act."""
    if entry.act == "post-given":
        given[said["post"]] = Post(
            person_id=UUID(said["person"]),
            organisation_id=UUID(said["organisation"]),
            role=said["role"],
            since=date.fromisoformat(said["since"]),
            until=_day(said["until"]),
            vetting=Vetting[said["vetting"]],
            vetted_until=_day(said["vetted_until"]),
        )
    elif entry.act == "account-closed":
        for post in (given[pk] for pk in said["posts"] if pk in given):
            post.until = max(post.since, timezone.localdate(entry.happened_at)) - timedelta(days=1)
    elif said["post"] in given:
        post = given[said["post"]]
        if entry.act == "post-ended":
            post.until = _day(said["until"])
        else:
            post.vetting, post.vetted_until = Vetting[said["vetting"]], _day(said["until"])


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
