"""Acts that are the same on every kind of record, beside its own process: a higher marking, a document.

A room registers a `SharedActs` beside its kind of record, which says what such acts do on it. The pages of
these acts take the kinds that did.
"""

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

    def write(self, record: Any, act: Act, at: datetime) -> Entry:
        """Write an act on a locked record: its columns and its entry. The caller holds the transaction."""
        record.version += 1
        columns = ["version"]
        if isinstance(record, Marked):
            record.mark(act.content)
            columns += ["marking_id", "level"]
        record.save(update_fields=columns)
        return append(act, recorded_at=at)


_shared: dict[str, SharedActs] = {}


def register_shared_acts(acts: SharedActs) -> None:
    """Register what the shared acts do on a kind of record."""
    _shared[acts.kind] = acts


def shared_acts_of(kind: str) -> SharedActs | None:
    """Return the `SharedActs` of the kind with this name; None where no room registered one."""
    return _shared.get(kind)


def lock(record: Recorded, by: Person) -> Any:
    """Return the record, loaded anew and locked until the transaction ends.

    Raises NotAllowed unless `by` may add to it.
    """
    rows = kind_of(record).changed_by(by).select_for_update(of=("self",))
    found = rows.filter(pk=record.pk).first()
    if found is None:
        raise NotAllowed("This is not yours to add to, or not any more.")
    return found


def write(record: Recorded, act: Act, at: datetime) -> Entry:
    """Write a shared act on a locked record, as its kind does. Raises LookupError where no room says how."""
    return _shared[kind_of(record).name].write(record, act, at)


def post_on(record: Recorded, person: Person) -> Post | None:
    """Return a vetted post of the user that reaches the record's force; None without one."""
    posts = (post for post in person.current_posts if post.is_vetted() and post.reaches(record.force))
    return next(posts, None)
