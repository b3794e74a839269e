"""The goals for the figures, and sentences for goals that are missed."""

from collections.abc import Iterator, Sequence
from itertools import chain

from bench.timing import Crowd, Figure, Kind

WITH_GRANTS = ", 1,000 grants"  # suffix of the name of a page whose reader has a thousand grants

RATIOS = {
    Kind.PAGE: 5.0,
    Kind.LIST: 4.0,
    Kind.SECURED: 4 / 3,
    Kind.GRANTED: 4 / 3,
    Kind.STEP: 3.0,
    Kind.IMPORT: 5.0,
    Kind.CHECKS: 3.0,
}
FLOORS = {
    Kind.PAGE: "its floor",
    Kind.LIST: "its floor",
    Kind.SECURED: "the page without row security and read lines",
    Kind.GRANTED: "the page without row security and read lines",
    Kind.STEP: "its bare SQL",
    Kind.IMPORT: "COPY",
    Kind.CHECKS: "one scan of the entries",
}
QUERIES = 15
GROWTH = 0.2
GRANTED = 0.2
A_SECOND = 250


def missed(figures: Sequence[Figure], crowds: Sequence[Crowd] = ()) -> Iterator[str]:
    """Yield a sentence for every goal that is missed."""
    return chain(ratios(figures), queries(figures), grown(figures), granted(figures), crowded(crowds))


def ratios(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield things whose cost is too many times their floor.

    The checks are judged at the largest size only: at others their floor, a scan of every entry, is too
    short.
    """
    largest = max(f.size for f in figures)
    for f in figures:
        goal = RATIOS[f.kind]
        if f.ratio > goal and (f.kind is not Kind.CHECKS or f.size == largest):
            at = f"at {f.size:,} cases (goal: {goal:.2f})"
            yield f"“{f.name}” costs {f.ratio:.2f} times {FLOORS[f.kind]} {at}."


def queries(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield pages that make too many queries."""
    for f in figures:
        if f.kind in {Kind.PAGE, Kind.LIST} and f.queries > QUERIES:
            yield f"“{f.name}” makes {f.queries} queries at {f.size:,} cases (goal: {QUERIES})."


def grown(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield pages whose cost grows too much with the number of cases."""
    for name in dict.fromkeys(f.name for f in figures if f.kind in {Kind.PAGE, Kind.LIST}):
        more = growth(figures, name)
        if more >= GROWTH:
            yield f"“{name}” grows by {more:.0%} from smallest to largest (goal: under {GROWTH:.0%})."


def growth(figures: Sequence[Figure], name: str) -> float:
    """Return the growth of a cost from the smallest size to the largest, as a share of the smallest."""
    same = sorted((f for f in figures if f.name == name), key=lambda f: f.size)
    return more(same[-1], same[0])


def more(one: Figure, than: Figure) -> float:
    """Return how much more processor time `one` takes than `than`, as a share of `than`.

    Minutes lie between the two, so wall time would also measure other load of the machine. It is used only
    where the system does not report processor time.
    """
    if not than.processor:
        return one.median / than.median - 1
    return one.processor / than.processor - 1


def granted(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield pages that cost too much for a reader with a thousand grants."""
    for f in figures:
        if f.kind is Kind.GRANTED:
            dearer = more(f, without_grants(f, figures))
            if dearer > GRANTED:
                at = f"at {f.size:,} cases (goal: at most {GRANTED:.0%})"
                yield f"“{f.name}” costs {dearer:.0%} more than without grants {at}."


def without_grants(figure: Figure, figures: Sequence[Figure]) -> Figure:
    """Return the figure of a page at an equal size for a reader without grants."""
    name = figure.name.removesuffix(WITH_GRANTS)
    return next(f for f in figures if (f.size, f.name) == (figure.size, name))


def crowded(crowds: Sequence[Crowd]) -> Iterator[str]:
    """Yield crowds that are served too slowly, or with errors."""
    for crowd in crowds:
        if crowd.a_second < A_SECOND:
            rate = f"{crowd.a_second:.0f} requests a second at {crowd.size:,} cases (goal: {A_SECOND})"
            yield f"{crowd.people} people at once are served {rate}."
        if crowd.errors:
            yield f"{crowd.errors} of their requests end with an error at {crowd.size:,} cases (goal: 0)."
