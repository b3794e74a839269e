"""The policy packs that this Handrail knows, each read once."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils import timezone

from handrail.ledger.models import Entry
from handrail.policy.built_in import BUILT_IN
from handrail.policy.load import load_pack
from handrail.policy.names import REGISTERED
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


class Part(Protocol):
    """A part of a pack that has an id."""

    @property
    def id(self) -> str: ...


AnyPart = TypeVar("AnyPart", bound=Part)


@cache
def pack(pack_id: str) -> Pack:
    """Return the pack with this id. Raises PackError where it cannot be used."""
    return load_pack(Path(settings.PACKS) / pack_id, REGISTERED)


def current_pack() -> Pack:
    """Return the pack under which new cases are opened."""
    return pack(settings.PACK)


def lineage() -> list[Pack]:
    """Return the pack for new cases and the older ones that it extends, newest first."""
    found = [current_pack()]
    while found[-1].extends:
        found.append(pack(found[-1].extends))
    return found


def pack_on(day: date) -> Pack:
    """Return the pack for what is opened on a day: the newest in force then, or the oldest before any was."""
    packs = lineage()
    return next((known for known in packs if known.in_force_from <= day), packs[-1])


def pack_at(at: datetime | None) -> Pack:
    """Return the pack for what is opened at a moment: the current one without `at`, for now."""
    return pack_on(timezone.localdate(at)) if at else current_pack()


@cache
def known_packs() -> tuple[Pack, ...]:
    """Return every pack in the folder of packs, newest first. Raises PackError where one is unusable."""
    folders = [path.parent.name for path in Path(settings.PACKS).glob("*/pack.toml")]
    return tuple(sorted(map(pack, folders), key=lambda known: (known.in_force_from, known.id), reverse=True))


def in_any(packs: Iterable[Pack], parts: Callable[[Pack], Iterable[AnyPart]]) -> dict[str, AnyPart]:
    """Return the parts of several packs by id; where two packs have an id, the part of the first."""
    found: dict[str, AnyPart] = {}
    for each in packs:
        for part in parts(each):
            found.setdefault(part.id, part)
    return found


def policy_of(entry: Entry) -> tuple[Pack, Step]:
    """Return the pack and step under which an entry was recorded, which give it its words for ever."""
    under = pack(entry.pack)
    return under, BUILT_IN.get(entry.act) or under.step_by_id[entry.act]
