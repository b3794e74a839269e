"""The live method, with the keys and outlines in memory."""

from bench.match.asking import SHOWN, Near, Task, outline
from bench.people.errors import Asked
from handrail.subjects.matching import Outline
from handrail.subjects.matching.index import Index


class Live:
    """What Handrail does, without its database."""

    name = "live, in memory"

    def __init__(self, task: Task) -> None:
        self.ids: list[str] = []
        self.index = Index(self._outline(*person) for person in task.people())

    def _outline(self, person: str, known: Asked) -> Outline:
        self.ids.append(person)
        return outline(known)

    def near(self, asked: Asked) -> list[Near]:
        """The likest, best first; one more than shown, for the one who asks."""
        found = self.index.near(outline(asked), SHOWN + 1)
        return [Near(self.ids[near.number], near.likeness.weight) for near in found]
