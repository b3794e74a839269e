"""Things that agree or not, as numbers that fit the database and from which nothing is read back."""

from hashlib import blake2b

Sign = tuple[str, ...]


def hashed(sign: Sign) -> int:
    """A sign as a signed number of 64 bits, the same in every process."""
    digest = blake2b("\0".join(sign).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
