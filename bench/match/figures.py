"""Figures of the answers: recall, precision, and fairness between origins."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from bench.match.asking import SHOWN, Near, Question


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, and its time in milliseconds."""

    question: Question
    near: tuple[Near, ...]
    took: float

    @property
    def found(self) -> float:
        """The share of the true person's records that are shown, of those that fit on the list."""
        shown = {near.person for near in self.near[:SHOWN]}
        return len(shown & self.question.true) / min(SHOWN, len(self.question.true))


def recall(answers: Sequence[Answer]) -> float:
    """Return the share of questions whose true person is shown."""
    return sum(answer.found for answer in answers) / len(answers)


def pairs(answers: Iterable[Answer]) -> list[tuple[float, bool]]:
    """Return every scored pair that is shown, as weight and truth, heaviest first."""
    scored = ((near.weight, near.person in a.question.true) for a in answers for near in a.near[:SHOWN])
    return sorted(scored, key=lambda pair: -pair[0])


def threshold(answers: Iterable[Answer], precision: float) -> float:
    """Return the lowest weight with at least this precision; infinite where there is none."""
    lowest, right = float("inf"), 0
    scored = pairs(answers)
    for number, (weight, same) in enumerate(scored, start=1):
        right += same
        tied = number < len(scored) and scored[number][0] == weight
        if not tied and right >= precision * number:
            lowest = weight
    return lowest


def recall_from(answers: Sequence[Answer], lowest: float) -> float:
    """Return the share of true records that are shown with at least this weight."""
    kept = [Answer(a.question, tuple(n for n in a.near if n.weight >= lowest), a.took) for a in answers]
    return recall(kept)


def precision_from(answers: Iterable[Answer], lowest: float) -> tuple[float, int]:
    """Return the precision of pairs with at least this weight, and their number."""
    kept = [same for weight, same in pairs(answers) if weight >= lowest]
    return (sum(kept) / len(kept) if kept else 1.0), len(kept)


def alarmed(answers: Sequence[Answer], lowest: float) -> float:
    """Return the share of questions with any result of at least this weight."""
    return sum(any(near.weight >= lowest for near in answer.near) for answer in answers) / len(answers)


def by(answers: Iterable[Answer], what: Callable[[Question], str]) -> dict[str, list[Answer]]:
    """Return the answers in groups."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[what(answer.question)].append(answer)
    return groups


def spread(answers: Iterable[Answer]) -> tuple[float, str, str]:
    """Return the range of recall between origins, the origin found least and the one found most."""
    shares = {origin: recall(group) for origin, group in by(answers, lambda q: q.origin).items()}
    least, most = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    return shares[most] - shares[least], least, most


def times(answers: Sequence[Answer]) -> tuple[float, float]:
    """Return the median and the 95th percentile of the milliseconds."""
    if len(answers) < 2:
        return answers[0].took, answers[0].took
    cuts = quantiles((answer.took for answer in answers), n=20, method="inclusive")
    return cuts[9], cuts[-1]
