"""Compare addresses. People move: a different address says little, a shared one much."""

from rapidfuzz.distance import OSA, JaroWinkler

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import Fact, Part
from handrail.subjects.matching.outline import Home, Outline, address_of

# Weights in bits; above nought they speak for one person. In a family a shared home counts less, with a
# minimum.
ADDRESS_MOST, POSTCODE_MOST, NEIGHBOURS_MOST, TOWN_MOST = 12.0, 11.0, 7.0, 5.0
STREET, SLIP, DISTRICT, OTHER = 6.0, 6.0, 5.0, -2.5
FAMILY_OFF, FAMILY_LEAST = 2.0, 2.0


def compared(asked: Outline, other: Outline, commonness: Commonness, *, related: bool) -> Part | None:
    """Compare every address of one with every address of the other; return the best.

    `related` says that the two share a family name and no given name.
    """
    found = [_pair(one, another, commonness) for one in asked.homes for another in other.homes]
    if not found:
        return None
    weight, words = max(found)
    if not words:
        return None
    if related and weight > FAMILY_LEAST:
        weight, words = max(weight - FAMILY_OFF, FAMILY_LEAST), f"{words}, which a family shares"
    return Part(Fact.PLACE, round(weight * 2) / 2, words)


def _pair(one: Home, another: Home, commonness: Commonness) -> tuple[float, str]:
    house = bool(one.number) and one.number == another.number
    street = _alike(one.street, another.street)
    postcode = _postcode(one, another)
    town = bool(one.town) and one.town == another.town
    code_bits = commonness.bits(f"p:{one.postcode}") if one.postcode else 0.0
    town_bits = commonness.bits(f"t:{one.town}") if one.town else 0.0
    if house and street:
        bits = min(commonness.bits(f"a:{address_of(one)}"), commonness.bits(f"a:{address_of(another)}"))
        return min(bits, ADDRESS_MOST), "Same address"
    if postcode == "same":
        if one.number and another.number and not house:
            return min(code_bits, NEIGHBOURS_MOST), "Same postcode, another house"
        return min(code_bits, POSTCODE_MOST), "Same postcode"
    if postcode == "slip":
        return SLIP, "Postcode is one letter or digit off"
    if street:
        return STREET, "Same street"
    if postcode == "district":
        return DISTRICT, "Same postcode district"
    if town:
        return min(town_bits, TOWN_MOST), "Same town"
    comparable = (
        (one.postcode and another.postcode) or (one.town and another.town) or (one.street and another.street)
    )
    return (OTHER, "Different address") if comparable else (0.0, "")


def _postcode(one: Home, another: Home) -> str:
    if not one.postcode or not another.postcode:
        return ""
    if one.postcode == another.postcode:
        return "same"
    if OSA.distance(one.postcode, another.postcode, score_cutoff=1) <= 1:
        return "slip"
    outward = len(one.postcode) > 4 and one.postcode[:-3] == another.postcode[:-3]
    return "district" if outward else "other"


def _alike(one: tuple[str, ...], another: tuple[str, ...]) -> bool:
    """Return whether two addresses are in one street."""
    if not one or not another:
        return False
    return JaroWinkler.similarity(" ".join(one), " ".join(another)) >= 0.9
