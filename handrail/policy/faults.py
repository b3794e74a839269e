"""A fault of a pack, and helpers for the wording of faults."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.pack import Pack


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one part of a pack."""

    list: str
    id: str
    message: str


class Part(Protocol):
    """A part of a pack that has an id and names its source."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


class Argued(Protocol):
    """Anything that names its source."""

    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


def source_faults(pack: Pack, part: Argued) -> Iterator[str]:
    """Yield the faults in the source of a part."""
    if part.source not in pack.source_by_id:
        yield f"Source “{part.source}” is not in pack.toml. {one_of(pack.source_by_id)}"
    if part.source == LOCAL_CHOICE and not part.note:
        yield "A local choice needs a note that says what was chosen and why."


def repeated(parts: Iterable[object]) -> list[str]:
    """Return the ids that more than one of these parts has."""
    counts = Counter(getattr(part, "id") for part in parts)  # noqa: B009
    return [name for name, count in counts.items() if count > 1]


def one_of(known: Iterable[str]) -> str:
    """Return the sentence that lists the possible names."""
    return f"There are: {', '.join(sorted(known)) or 'none'}."
