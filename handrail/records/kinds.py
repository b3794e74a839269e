"""The registry of kinds of record; nothing here names any of them.

A new kind is a model that satisfies `Recorded`, a `RecordKind` beside it, and a call of `register` in the
`ready` of its room's AppConfig. Drafts and chains of the ledger hold the name of a kind, by which rooms below
find it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from handrail.ledger.models import LONGEST_KIND
from handrail.organisations.models import Organisation, Person
from handrail.policy.names import refuse_unfit
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack


class Recorded(Protocol):
    """A record of any kind; its columns follow from the entries on its own chain."""

    @property
    def pk(self) -> Any:
        """The id of the record and of its chain."""

    @property
    def reference(self) -> str:
        """The reference used over the telephone; it reveals nothing about the record."""

    @property
    def force(self) -> Organisation:
        """The force that answers for the record."""

    @property
    def pack(self) -> Pack:
        """The policy that the record is under."""

    @property
    def version(self) -> int:
        """The number of the last entry on the record's chain."""

    @property
    def stage_id(self) -> str:
        """The stage, as entries name it; a constant for a kind without stages."""

    @property
    def called(self) -> str:
        """What pages call the record, for a reader with access to it."""

    @property
    def listed_as(self) -> str:
        """What a row of a list calls the record, to tell it from others."""

    @property
    def marking(self) -> Marking:
        """The protective marking of the record as a whole."""

    @property
    def level(self) -> int:
        """The vetting level needed to read the record as a whole."""


AnyRecord = TypeVar("AnyRecord", bound=Model)


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[AnyRecord]):
    """A kind of record: its name, its model, the records each user may reach, and the address of its page.

    `visible_to` returns the records of which a user sees at least the state, `read_by` those that they read
    in full, `changed_by` those that they may add to.
    """

    name: str
    label: str
    model: type[AnyRecord]
    visible_to: Callable[[Person], QuerySet[AnyRecord]]
    read_by: Callable[[Person], QuerySet[AnyRecord]]
    changed_by: Callable[[Person], QuerySet[AnyRecord]]
    address: Callable[[UUID], str]


_kinds: dict[str, RecordKind[Any]] = {}


# Names that stand for a kind elsewhere: the chains of acts on access and of the log of reads, and rows about
# an organisation.
RESERVED = frozenset({"access", "log", "organisation"})


def register(kind: RecordKind[Any]) -> None:
    """Register a kind of record.

    Raises ValueError for a bad name, and where another kind has the name or the model.
    """
    refuse_unfit(kind.name, LONGEST_KIND)
    if kind.name in RESERVED:
        raise ValueError(f"“{kind.name}” is the name of something that is no kind of record.")
    for known in _kinds.values():
        if known != kind and (known.name == kind.name or known.model is kind.model):
            raise ValueError(f"There is a kind of record “{known.name}” already.")
    _kinds[kind.name] = kind


def kind_named(name: str) -> RecordKind[Any]:
    """Return the kind with this name. Raises KeyError where there is none."""
    if name not in _kinds:
        raise KeyError(f"No room has registered a kind of record “{name}”.")
    return _kinds[name]


def kind_of(record: Recorded) -> RecordKind[Any]:
    """Return the kind of a record. Raises LookupError for a model that no room registered."""
    for kind in _kinds.values():
        if isinstance(record, kind.model):
            return kind
    raise LookupError(f"No kind of record is registered for {type(record).__name__}.")


def kinds() -> tuple[RecordKind[Any], ...]:
    """Return every kind of record, sorted by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))
