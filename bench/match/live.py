"""The live method with keys and outlines in memory."""

from bench.match.asking import SHOWN, Near, Task, outline
from bench.people.errors import Asked
from handrail.subjects.matching import Outline
from handrail.subjects.matching.index import Index


class Live:
    """Handrail's method without its database."""

    name = "live, in memory"

    def __init__(self, task: Task) -> None:
        self.ids: list[str] = []
        self.index = Index(self._outline(*person) for person in task.people())

    def _outline(self, person: str, known: Asked) -> Outline:
        self.ids.append(person)
        return outline(known)

    def near(self, asked: Asked) -> list[Near]:
        """Return the most alike people, best first; one more than shown, as one may be the query itself."""
        found = self.index.near(outline(asked), SHOWN + 1)
        return [Near(self.ids[near.number], near.likeness.weight) for near in found]
