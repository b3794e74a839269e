"""The policy packs that this Handrail knows, each read once."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings

from handrail.ledger.models import Entry
from handrail.policy.built_in import BUILT_IN
from handrail.policy.load import load_pack
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


class Part(Protocol):
    """A part of a pack that has an id."""

    @property
    def id(self) -> str: ...


AnyPart = TypeVar("AnyPart", bound=Part)


@cache
def pack(pack_id: str) -> Pack:
    """The pack with this id. Raises PackError when it cannot be used."""
    return load_pack(Path(settings.PACKS) / pack_id)


def current_pack() -> Pack:
    """The pack under which new cases are opened."""
    return pack(settings.PACK)


@cache
def known_packs() -> tuple[Pack, ...]:
    """Every pack of the folder of packs, the newest first. Raises PackError when one cannot be used."""
    folders = [path.parent.name for path in Path(settings.PACKS).glob("*/pack.toml")]
    return tuple(sorted(map(pack, folders), key=lambda known: (known.in_force_from, known.id), reverse=True))


def in_any(packs: Iterable[Pack], parts: Callable[[Pack], Iterable[AnyPart]]) -> dict[str, AnyPart]:
    """The parts of several packs by id; where two have one, it is that of the first."""
    found: dict[str, AnyPart] = {}
    for each in packs:
        for part in parts(each):
            found.setdefault(part.id, part)
    return found


def policy_of(entry: Entry) -> tuple[Pack, Step]:
    """The policy under which an entry was recorded, which gives it its words for ever, and its step there."""
    under = pack(entry.pack)
    return under, BUILT_IN.get(entry.act) or under.step_by_id[entry.act]
