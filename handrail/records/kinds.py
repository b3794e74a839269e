"""The kinds of record. The room that keeps one registers it when Django starts; nothing here names any.

A new kind is a model that is `Recorded`, a `RecordKind` beside it, and a call of `register` in the `ready` of
its room's AppConfig. Rooms below it find it by its name, which stands in drafts and chains.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack


class Recorded(Protocol):
    """A record of any kind, whose columns follow from the entries on its own chain."""

    @property
    def pk(self) -> Any:
        """The id of the record and of its chain."""

    @property
    def reference(self) -> str:
        """What it is called over the telephone; it tells nothing."""

    @property
    def force(self) -> Organisation:
        """The force that answers for it."""

    @property
    def pack(self) -> Pack:
        """The policy that it is under."""

    @property
    def version(self) -> int:
        """The number of the last entry of its chain."""

    @property
    def stage_id(self) -> str:
        """Its stage, as an entry names it; for a kind without stages one word for all entries."""

    @property
    def called(self) -> str:
        """What a page calls it for a reader who sees it."""

    @property
    def listed_as(self) -> str:
        """What a row of a list calls it, to tell it from others."""

    @property
    def marking(self) -> Marking:
        """How the record as a whole is marked."""

    @property
    def level(self) -> int:
        """How far readers of the record as a whole have to be vetted."""


AnyRecord = TypeVar("AnyRecord", bound=Model)


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[AnyRecord]):
    """A kind of record: its name, its model, which of it a user reaches, and where its page is.

    `visible_to` gives the records of which a user sees at least the state, `read_by` those that they read
    whole, `changed_by` those to which they may add.
    """

    name: str
    label: str
    model: type[AnyRecord]
    visible_to: Callable[[Person], QuerySet[AnyRecord]]
    read_by: Callable[[Person], QuerySet[AnyRecord]]
    changed_by: Callable[[Person], QuerySet[AnyRecord]]
    address: Callable[[UUID], str]


_kinds: dict[str, RecordKind[Any]] = {}


def register(kind: RecordKind[Any]) -> None:
    """Add a kind of record. Raises ValueError where another one has its name or its model."""
    for known in _kinds.values():
        if known != kind and (known.name == kind.name or known.model is kind.model):
            raise ValueError(f"There is a kind of record “{known.name}” already.")
    _kinds[kind.name] = kind


def kind_named(name: str) -> RecordKind[Any]:
    """Return the kind of this name. Raises KeyError without one."""
    return _kinds[name]


def kind_of(record: Recorded) -> RecordKind[Any]:
    """Return the kind of a record. Raises LookupError for a model that no room registered."""
    for kind in _kinds.values():
        if isinstance(record, kind.model):
            return kind
    raise LookupError(f"No kind of record is registered for {type(record).__name__}.")


def kinds() -> tuple[RecordKind[Any], ...]:
    """Return every kind of record, in the order of their names."""
    return tuple(_kinds[name] for name in sorted(_kinds))
