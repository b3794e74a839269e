"""A user's home postcode, stored as a keyed digest so that nobody can read it.

The digest serves one check only: whether a user opened the case of a person at the user's own address.
"""

import hashlib

from django.conf import settings


def home_key() -> bytes:
    """Return the key of the digests, which is derived from SECRET_KEY and not in the database."""
    return hashlib.sha256(b"handrail homes\0" + settings.SECRET_KEY.encode()).digest()


def digest_of_home(postcode: str) -> bytes | None:
    """Return the digest of a postcode, ignoring case and blanks; None for an empty postcode."""
    plain = "".join(postcode.upper().split())
    return hashlib.sha256(home_key() + plain.encode()).digest() if plain else None
