"""A case walked through a pack without a database: its position after each step."""

from dataclasses import dataclass, field
from datetime import date

from handrail.policy import process
from handrail.policy.event import Event
from handrail.policy.position import Deadline, Position, Refusal
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.kind import kind_of


@dataclass
class Story:
    pack: Pack
    position: Position = field(init=False)
    ended: list[Deadline] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.position = process.opening_position(self.pack)

    def take(self, step: str, outcome: str | None = None, *, by: str = "ana", on: date) -> Position:
        """Take a step; fail unless it is allowed to the roles that the pack names for it."""
        found = self.pack.step_by_id[step]
        if not kind_of(found).opens_case:
            refusal = self.refusal(step, outcome, by=by)
            assert refusal is None, refusal
        self.number += 1
        event = Event(step, outcome, by, on, self.number)
        change = process.advance(self.pack, self.position, event)
        self.position = change.position
        self.ended += change.ended
        return self.position

    def refusal(self, step: str, outcome: str | None = None, *, by: str = "ana") -> Refusal | None:
        found = self.pack.step_by_id[step]
        return process.refusal(self.pack, self.position, found, by=by, roles=found.by, outcome=outcome)

    def due(self, limit: str) -> date | None:
        return next((d.due for d in self.position.deadlines if d.limit == limit), None)

    def how_ended(self, limit: str) -> Deadline:
        """Return the last ended deadline of this limit."""
        return [deadline for deadline in self.ended if deadline.limit == limit][-1]
