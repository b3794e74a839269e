"""Short constructors of made-up people for the tests of matching."""

from handrail.subjects.matching import Commonness, Known, Likeness, Name, Outline, Place, compare, outline_of

ZERLINDA = ("Zerlinda", "Quillfeather", "2001-02-03", "12 Sycamore Road", "Borchester", "BX4 7QQ")


def outline(given: str = "", family: str = "", born: str = "", *where: str, gender: str = "") -> Outline:
    """Return an outline of one name, one date of birth and one address, with fixed town and postcode."""
    places = (Place(*where),) if where else ()
    return outline_of(Known((Name(given, family),), (born,) if born else (), None, gender, places))


def alike(one: Outline, other: Outline) -> Likeness:
    """Compare two people with default frequencies."""
    return compare(one, other, Commonness.usual())
