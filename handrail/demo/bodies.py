"""Organisations of the demonstration: councils, and made-up partners, of every force."""

from collections.abc import Iterator

from django.utils.text import slugify

from handrail.demo.data import read
from handrail.demo.names import folded
from handrail.organisations.country import Body
from handrail.organisations.models import Kind

PARTNERS = ("Community Health", "Learning Trust")


def bodies() -> Iterator[Body]:
    """Yield every council and partner of the demonstration, below its force."""
    for force, area in read("councils").items():
        for council in area["councils"]:
            yield Body(slugify(folded(council)), Kind.COUNCIL, council, force)
        town = area["towns"][0][0]
        for partner in PARTNERS:
            name = f"{town} {partner} (made up)"
            yield Body(f"{force}-{slugify(partner)}", Kind.PARTNER, name, force)
