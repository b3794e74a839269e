"""How a made-up case decides: functions of its history, and outcomes that are drawn by weight."""

from collections.abc import Callable

from handrail.demo import shares
from handrail.demo.history import History

Decision = Callable[[History], str]
Consequence = Callable[[History], None]


def drawn(**weights: float) -> Decision:
    """A decision that is drawn by these weights; an underscore stands for the hyphen of an id."""
    choice = shares.Choice.of({name.replace("_", "-"): weight for name, weight in weights.items()})

    def draw(history: History) -> str:
        return str(choice.draw(history.random))

    return draw
