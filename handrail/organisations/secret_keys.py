"""The keys of digests that outlive a change of SECRET_KEY: derived from the current and each former one."""

import hashlib

from django.conf import settings


def secret_keys() -> list[str]:
    """Return SECRET_KEY, with which new digests are made, then the former ones of older digests."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def derived_keys(purpose: str) -> list[bytes]:
    """Return the keys of 32 bytes for one purpose, the current one first."""
    return [hashlib.sha256(f"handrail {purpose}\0{key}".encode()).digest() for key in secret_keys()]
