"""Hashes of values that are compared for equality: they fit a bigint and cannot be read back."""

from hashlib import blake2b

Sign = tuple[str, ...]


def hashed(sign: Sign) -> int:
    """Return the hash of a sign as a signed 64-bit number, equal in every process."""
    digest = blake2b("\0".join(sign).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
