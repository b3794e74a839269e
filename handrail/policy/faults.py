"""A fault of a pack, and the words that all faults are said in."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.schema.pack import Pack


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of a pack."""

    list: str
    id: str
    message: str


class Part(Protocol):
    """A part of a pack that has an id and says where it comes from."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


class Argued(Protocol):
    """What says where it comes from."""

    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...


def source_faults(pack: Pack, part: Argued) -> Iterator[str]:
    """What is wrong with the source of a part."""
    if part.source not in pack.source_by_id:
        yield f"Source “{part.source}” is not in pack.toml. {one_of(pack.source_by_id)}"
    if part.source == LOCAL_CHOICE and not part.note:
        yield "A local choice needs a note that says what was chosen and why."


def repeated(parts: Iterable[object]) -> list[str]:
    """The ids that more than one of these parts has."""
    counts = Counter(getattr(part, "id") for part in parts)  # noqa: B009
    return [name for name, count in counts.items() if count > 1]


def one_of(known: Iterable[str]) -> str:
    """Say what could have been named."""
    return f"There are: {', '.join(sorted(known))}."
