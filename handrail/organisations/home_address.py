"""A user's home postcode, stored as a keyed digest so that nobody can read it.

The digest serves one check only: whether a user opened the case of a person at the user's own address.
"""

import hashlib

from handrail.organisations.secret_keys import derived_keys


def home_keys() -> list[bytes]:
    """Return the keys of the digests, the current one first; none of them is in the database."""
    return derived_keys("homes")


def digest_of_home(postcode: str) -> bytes | None:
    """Return the digest of a postcode, ignoring case and blanks; None for an empty postcode."""
    plain = "".join(postcode.upper().split())
    return hashlib.sha256(home_keys()[0] + plain.encode()).digest() if plain else None
