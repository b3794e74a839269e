"""Compare dates of birth, with allowance for common slips."""

from rapidfuzz.distance import OSA

from handrail.subjects.matching.likeness import Fact, Part
from handrail.subjects.matching.outline import Birth, Outline

# Weights in bits; above nought they speak for one person.
SAME, SAME_FIRST_OF_JANUARY, SWAPPED, SLIP, TWO_PARTS = 12.0, 4.0, 10.0, 4.5, 1.0
YEAR, NEAR_YEAR_ALONE, NEAR_YEAR, OTHER, APART, AGE_FITS, AGE_OFF = -1.0, 1.0, -2.0, -5.0, -6.0, 1.5, -4.0
YEAR_ALONE, OTHER_YEAR_ALONE = 1.0, -4.5  # where one of the two has only the year
GENERATION = 15
YEAR_SAID = "Same year of birth; one says 1 January, which is often written where only the year is known"


def compared(asked: Outline, other: Outline) -> Part | None:
    """Compare all dates of both and keep the best weight; compare ages where a date is missing."""
    found = [_pair(one, another) for one in asked.births for another in other.births]
    if not found:
        found = [*_aged(asked, other), *_aged(other, asked)]
    if not found:
        return None
    weight, words = max(found)
    return Part(Fact.BIRTH, weight, words) if words else None


def _pair(one: Birth, another: Birth) -> tuple[float, str]:
    if not (all(one) and all(another)):
        return _in_part(one, another)
    if one == another:
        return _same(one)
    (year, month, day), (other_year, other_month, other_day) = one, another
    if year == other_year and (month, day) == (other_day, other_month):
        return SWAPPED, "Same date of birth with day and month swapped"
    if OSA.distance(_digits(one), _digits(another), score_cutoff=1) <= 1:
        if _is_unknown(one) and _is_unknown(another):
            return NEAR_YEAR_ALONE, "Year of birth is one digit off"
        return SLIP, "Date of birth is one digit off"
    agreed = (year == other_year) + (month == other_month) + (day == other_day)
    if agreed == 2 and not (year != other_year and _is_unknown(one)):
        return TWO_PARTS, "Date of birth agrees in two of day, month and year"
    alone = _is_unknown(one) or _is_unknown(another)
    if year == other_year:
        return (YEAR_ALONE, YEAR_SAID) if alone else (YEAR, "Same year of birth, another day")
    return _years_apart(abs(year - other_year), alone=alone)


def _in_part(one: Birth, another: Birth) -> tuple[float, str]:
    """Compare dates of which one is partial: an unknown part neither agrees nor contradicts."""
    both = [(a, b) for a, b in zip(one, another, strict=True) if a and b]
    years = abs(one[0] - another[0]) if one[0] and another[0] else None
    if years:
        return _years_apart(years, alone=True)
    if any(a != b for a, b in both):
        return YEAR, "Same year of birth, another day" if years == 0 else "Another day of birth"
    if len(both) > 1:
        return TWO_PARTS, "Date of birth agrees in two of day, month and year"
    return (AGE_FITS, "Same year of birth, as far as it is known") if years == 0 else (0.0, "")


def _years_apart(years: int, *, alone: bool) -> tuple[float, str]:
    """Compare dates in different years; `alone` says that only the year of one may be known."""
    if years <= 1:
        return NEAR_YEAR, "Born a year apart"
    if years >= GENERATION:
        return APART, "Born a generation apart"
    return (OTHER_YEAR_ALONE, "Different year of birth") if alone else (OTHER, "Different date of birth")


def _same(birth: Birth) -> tuple[float, str]:
    if _is_unknown(birth):
        return (
            SAME_FIRST_OF_JANUARY,
            "Same date of birth, 1 January, which is often written where only the year is known",
        )
    return SAME, "Same date of birth"


def _is_unknown(birth: Birth) -> bool:
    """Return whether day and month are a usual placeholder."""
    return birth[1] <= 1 and birth[2] <= 1


def _digits(birth: Birth) -> str:
    return f"{birth[0]:04}{birth[1]:02}{birth[2]:02}"


def _aged(aged: Outline, born: Outline) -> list[tuple[float, str]]:
    """Compare an approximate age with the other side's dates or ages."""
    if aged.born_between is None:
        return []
    first, last = aged.born_between
    years = [birth[0] for birth in born.births] or list(born.born_between or ())
    return [_age(max(first - year, year - last, 0)) for year in years]


def _age(years: int) -> tuple[float, str]:
    """Return the weight of a year of birth that lies `years` outside the possible years."""
    if years <= 1:
        return AGE_FITS, "Age fits"
    return (AGE_OFF, "Age does not fit") if years < GENERATION else (APART, "Born a generation apart")
