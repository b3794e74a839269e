"""Acts that are the same on every kind of record, beside its own process: a higher marking, a document.

A room registers a `SharedActs` beside its kind of record, which says what such acts do on it. The pages of
these acts take the kinds that did.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from handrail.access.errors import NotAllowed
from handrail.ledger.models import Entry
from handrail.ledger.record import Act, append
from handrail.organisations.models import Person, Post
from handrail.records.kinds import Recorded, kind_of
from handrail.records.marking import Marked


class SharedActs:
    """What the shared acts do on one kind of record. A room overrides what differs for its kind."""

    kind: ClassVar[str]

    def closed(self, record: Any) -> str:
        """Return why nothing is added to the record any more; "" while something may be."""
        return ""

    def fold(self, record: Any, act: Act) -> None:
        """Apply an act, new or read from its entry, to a record in memory."""
        record.version += 1
        if isinstance(record, Marked):
            record.mark(act.content)

    def write(self, record: Any, act: Act, at: datetime) -> Entry:
        """Write an act on a locked record: its columns and its entry. The caller holds the transaction."""
        self.fold(record, act)
        marked = ["marking_id", "level"] if isinstance(record, Marked) else []
        record.save(update_fields=["version", *marked])
        return append(act, recorded_at=at)


_shared: dict[str, SharedActs] = {}


def register_shared_acts(acts: SharedActs) -> None:
    """Register what the shared acts do on a kind of record."""
    _shared[acts.kind] = acts


def takes_shared_acts(kind: str) -> bool:
    """Return whether a room registered what the shared acts do on the kind with this name."""
    return kind in _shared


def acts_of(record: Recorded) -> SharedActs:
    """Return the `SharedActs` of a record's kind. Raises KeyError where no room registered one."""
    return _shared[kind_of(record).name]


def lock(record: Recorded, by: Person) -> Any:
    """Return the record, loaded anew and locked until the transaction ends.

    Raises NotAllowed unless `by` may add to it.
    """
    rows = kind_of(record).changed_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise NotAllowed("You cannot add to this, or you no longer can.")
    return found


def write(record: Recorded, act: Act, at: datetime) -> Entry:
    """Write a shared act on a locked record, as its kind does, and return the entry."""
    return acts_of(record).write(record, act, at)


def post_on(record: Recorded, person: Person, roles: Collection[str] | None = None) -> Post | None:
    """Return a vetted post of the user that reaches the record's force, or None; `roles` narrows which."""
    posts = (post for post in person.current_posts if post.is_vetted() and post.reaches(record.force))
    return next((post for post in posts if roles is None or post.role in roles), None)
