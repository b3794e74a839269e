"""The figures as printed tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean

from bench.match import figures
from bench.match.asking import SHOWN, Task
from bench.match.running import Run
from handrail.subjects.matching.likeness import STRONG_FROM

HARDEST = "moved, no birth, misspelt"


def overview(runs: Sequence[Run]) -> Iterator[str]:
    """Yield a row for each method: recall, precision, time; the last row is the floor."""
    floor = figures.times(runs[-1].answers)[0]
    yield (
        f"{'':18}{'asked':>7}{'top ten':>9}{'febrl':>8}{'at .99':>8}{'febrl':>8}{'at .95':>8}"
        f"{'p50 ms':>9}{'p95 ms':>9}{'x floor':>9}{'built s':>9}"
    )
    for run in runs:
        yield _row(run, floor)


def _row(run: Run, floor: float) -> str:
    answers, plain = run.answers, [a for a in run.answers if a.question.error == "febrl"]
    high, low = figures.threshold(answers, 0.99), figures.threshold(answers, 0.95)
    median, p95 = figures.times(answers)
    shares = (
        f"{figures.recall(answers):9.4f}{figures.recall(plain) if plain else float('nan'):8.4f}"
        f"{figures.recall_from(answers, high):8.4f}"
        f"{figures.recall_from(plain, figures.threshold(plain, 0.99)) if plain else float('nan'):8.4f}"
        f"{figures.recall_from(answers, low):8.4f}"
    )
    speed = f"{median:9.2f}{p95:9.2f}{median / floor:9.1f}{run.built:9.1f}"
    return f"{run.method:18}{len(answers):>7,}{shares}{speed}"


def grouped(runs: Sequence[Run], what: str) -> Iterator[str]:
    """Yield recall by error, origin or circumstance: a row each, two columns for each method."""
    groups = [figures.by(run.answers, lambda question: str(getattr(question, what))) for run in runs]
    yield f"{what:28}" + "".join(f"{run.method:>18}{'of':>7}" for run in runs)
    for name in sorted(groups[0]):
        cells = (
            f"{figures.recall(g[name]):18.4f}{len(g[name]):>7,}" if name in g else " " * 25 for g in groups
        )
        yield f"{name:28}" + "".join(cells)


def fairness(run: Run) -> str:
    """Return the range of recall between the origins, in words."""
    apart, least, most = figures.spread(run.answers)
    return (
        f"{run.method}: {apart * 100:.1f} points between {least} (found least often) and {most} (most often)"
    )


def precision(run: Run, strangers: Run) -> Iterator[str]:
    """Yield the precision of strong matches: beside siblings, twins, namesakes, in shared buildings."""
    yield f"{'circumstance':14}{'recall':>8}{'strong':>8}{'right':>8}{'nobody there':>14}{'strong hit':>12}"
    absent = figures.by(strangers.answers, lambda question: question.circumstance)
    for name, answers in sorted(figures.by(run.answers, lambda question: question.circumstance).items()):
        right, many = figures.precision_from(answers, STRONG_FROM)
        none = absent.get(name, [])
        share = f"{figures.alarmed(none, STRONG_FROM):12.3f}" if none else ""
        yield f"{name:14}{figures.recall(answers):8.4f}{many:>8,}{right:8.4f}{len(none):>14,}{share}"


def ceiling(task: Task) -> float:
    """Return the best recall for the hardest error that the name alone allows, if spelt right.

    Of people with equal names, ten are shown.
    """
    hard = [question for question in task.questions if question.error == HARDEST]
    wanted = {person for question in hard for person in question.true}
    named: Counter[tuple[str, str]] = Counter()
    true: list[tuple[str, str]] = []
    for person, known in task.people():
        name = known.given_name, known.family_name
        named[name] += 1
        if person in wanted:
            true.append(name)
    return mean(min(1.0, SHOWN / named[name]) for name in true) if true else 1.0
