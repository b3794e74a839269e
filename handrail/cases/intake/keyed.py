"""What is kept in place of an address: the same for the same address, and told by nobody without the key."""

import hmac
import re
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings

from handrail.written.telephones import digits_in

NETWORK = 64  # bits of an IPv6 address that one household or school has to itself


def keyed(purpose: str, text: str) -> bytes:
    """32 bytes for a text. Digests for different purposes cannot be compared."""
    return hmac.digest(settings.CONTACT_KEY.encode(), f"{purpose}\0{text}".encode(), "sha256")


def email(address: str) -> str:
    """An email address as it is compared: without capitals and blanks."""
    return address.strip().lower()


def organisation(address: str) -> str:
    """What stands after the @ of an email address."""
    return email(address).rpartition("@")[2]


def telephone(number: str) -> str:
    """A telephone number as it is compared: its digits, those of this country without +44; empty for none.

    Of two in one text it is the first.
    """
    digits = next(iter(digits_in(number)), "")
    return re.sub(r"^(00)?440?", "0", digits)


def network(address: str) -> str:
    """The network of a caller: an IPv4 address, or the part of an IPv6 address that one place has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((found, NETWORK), strict=False)) if isinstance(found, IPv6Address) else str(found)
