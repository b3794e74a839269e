"""Short ways to say what is known of somebody made up."""

from handrail.subjects.matching import Commonness, Known, Likeness, Name, Outline, Place, compare, outline_of

ZERLINDA = ("Zerlinda", "Quillfeather", "2001-02-03", "12 Sycamore Road", "Borchester", "BX4 7QQ")


def outline(given: str = "", family: str = "", born: str = "", *where: str, gender: str = "") -> Outline:
    """An outline of one name, one date of birth and one address, town and postcode."""
    places = (Place(*where),) if where else ()
    return outline_of(Known((Name(given, family),), (born,) if born else (), None, gender, places))


def alike(one: Outline, other: Outline) -> Likeness:
    """The two compared where nothing is counted."""
    return compare(one, other, Commonness.usual())
