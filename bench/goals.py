"""What the figures have to be, and which of them are not."""

from collections.abc import Iterator, Sequence

from bench.timing import Figure

WITH_GRANTS = ", 1,000 grants"  # how the name of a page ends whose reader was given access to so many cases

GROWS = ("home", "case")  # how the names of the pages begin that may not grow with the number of cases
GROWTH = 0.2
STEP_RATIO = 3.0
CHECKS_RATIO = 3.0
SECURED_RATIO = 4 / 3


def growth(figures: Sequence[Figure], name: str) -> float:
    """By how much its processor time grew from the smallest size to the largest, as a share of the smallest.

    Minutes lie between the sizes, so the time on the clock would also compare how busy the machine was with
    other things; it is used where the system does not tell the processor's.
    """
    same = sorted((f for f in figures if f.name == name), key=lambda f: f.size)
    small, large = same[0], same[-1]
    if not small.processor:
        return large.median / small.median - 1
    return large.processor / small.processor - 1


def without_grants(figure: Figure, figures: Sequence[Figure]) -> Figure:
    """The same page at the same size for somebody to whom nothing was given."""
    name = figure.name.removesuffix(WITH_GRANTS)
    return next(f for f in figures if (f.size, f.name) == (figure.size, name))


def missed(figures: Sequence[Figure]) -> Iterator[str]:
    """A sentence for every goal that is missed."""
    largest = max(f.size for f in figures)
    for figure in figures:
        if figure.name == "a step" and figure.ratio > STEP_RATIO:
            at = f"at {figure.size:,} cases"
            yield f"A step costs {figure.ratio:.1f} times its bare SQL {at} (goal: {STEP_RATIO:.0f})."
        if figure.size != largest:
            continue
        if figure.name == "all checks" and figure.ratio > CHECKS_RATIO:
            yield f"All checks cost {figure.ratio:.1f} times a scan of entries (goal: {CHECKS_RATIO:.0f})."
        if figure.name.startswith("need to know") and figure.ratio > SECURED_RATIO:
            times = f"{figure.ratio:.2f} times the page without (goal: {SECURED_RATIO:.2f})"
            yield f"“{figure.name}” costs {times}."
        if figure.name.endswith(WITH_GRANTS):
            more = figure.median / without_grants(figure, figures).median - 1
            if more > GROWTH:
                yield f"“{figure.name}” costs {more:.0%} more than without (goal: under {GROWTH:.0%})."
        grown = growth(figures, figure.name)
        if figure.name.startswith(GROWS) and grown > GROWTH:
            yield f"“{figure.name}” grows by {grown:.0%} from smallest to largest (goal: under {GROWTH:.0%})."
