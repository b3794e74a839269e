"""Where somebody who works with Handrail lives, kept so that nobody can read it.

The postcode itself is not kept. Of it stays a keyed digest, which tells one thing only: whether somebody
opened the case of a person at their own address.
"""

import hashlib

from django.conf import settings


def home_key() -> bytes:
    """The key of the digests; it stays outside the database."""
    return hashlib.sha256(b"handrail homes\0" + settings.SECRET_KEY.encode()).digest()


def digest_of_home(postcode: str) -> bytes | None:
    """What is kept of a postcode, the same for any capitals and blanks; None where none is given."""
    plain = "".join(postcode.upper().split())
    return hashlib.sha256(home_key() + plain.encode()).digest() if plain else None
