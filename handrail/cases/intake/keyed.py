"""Keyed digests stored in place of addresses: equal for equal addresses, unreadable without the key."""

import hmac
import re
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings

from handrail.written.telephones import digits_in

NETWORK = 64  # bits of an IPv6 address that one household or school has to itself


def keyed(purpose: str, text: str) -> bytes:
    """Return the 32-byte digest of a text. Digests made for different purposes cannot be compared."""
    return hmac.digest(settings.CONTACT_KEY.encode(), f"{purpose}\0{text}".encode(), "sha256")


def email(address: str) -> str:
    """Return an email address in the form that is compared: lower case, no blanks around it."""
    return address.strip().lower()


def organisation(address: str) -> str:
    """Return the domain of an email address."""
    return email(address).rpartition("@")[2]


def telephone(number: str) -> str:
    """Return the first telephone number in a text, in the form that is compared; empty for none.

    The form is digits only, with a leading 0 in place of +44 or 0044.
    """
    digits = next(iter(digits_in(number)), "")
    return re.sub(r"^(00)?440?", "0", digits)


def network(address: str) -> str:
    """Return the network of an IP address: an IPv4 address itself, or the /64 of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((found, NETWORK), strict=False)) if isinstance(found, IPv6Address) else str(found)
