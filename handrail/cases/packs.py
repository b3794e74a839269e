"""The policy packs that this Handrail knows, each read once."""

from functools import cache
from pathlib import Path

from django.conf import settings

from handrail.policy.load import load_pack
from handrail.policy.schema import Pack


@cache
def pack(pack_id: str) -> Pack:
    """The pack with this id. Raises PackError when it cannot be used."""
    return load_pack(Path(settings.PACKS) / pack_id)


def current_pack() -> Pack:
    """The pack under which new cases are opened."""
    return pack(settings.PACK)
