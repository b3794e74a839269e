"""Decisions of made-up cases: functions of a history, and outcomes drawn by weight."""

from collections.abc import Callable

from handrail.demo import shares
from handrail.demo.history import History

Decision = Callable[[History], str]
Consequence = Callable[[History], None]


def drawn(**weights: float) -> Decision:
    """Return a decision drawn by these weights; in a keyword an underscore stands for an id's hyphen."""
    choice = shares.Choice.of({name.replace("_", "-"): weight for name, weight in weights.items()})

    def draw(history: History) -> str:
        return str(choice.draw(history.random))

    return draw
