"""What a kind of step is, and the registry of kinds."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, TypeVar

from handrail.policy.faults import Fault
from handrail.policy.position import Position
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


class StepKind:
    """What all steps of one kind have in common; the defaults are those of an ordinary step.

    A kind is a subclass in a module of its own beside this one, which says all that the policy knows of it.
    What its steps do on a case stands in the module of the same name in `cases/step_kinds`, where they do
    anything of their own.
    """

    word: ClassVar[str]  # the kind as a pack names it
    means: ClassVar[str]  # one sentence, for the table in packs/README.md
    needs: ClassVar[frozenset[str]] = frozenset()  # the keys that each of its steps gives
    takes: ClassVar[frozenset[str]] = (
        frozenset()
    )  # the keys that its steps may give, and ordinary steps may not

    needs_stages: ClassVar[bool] = True  # it is taken on a case, at the stages that it names
    opens_case: ClassVar[bool] = False
    in_confidence: ClassVar[bool] = False  # the case that it opens is restricted from its first moment
    brings_referral: ClassVar[bool] = False  # it adds a referral to an open case
    begun_from_case: ClassVar[bool] = True  # it is among what somebody can do on the page of a case
    reads_first: ClassVar[bool] = False  # its page shows the timeline and other referrals before the form
    among_notes: ClassVar[bool] = False  # what it records is shown with the notes of a case
    takes_file: ClassVar[bool] = False
    goes_on_elsewhere: ClassVar[bool] = False  # the stage that it leads to ends nothing: another case goes on
    drops_limits: ClassVar[bool] = False  # what runs on the case lapses with it

    def is_public(self, step: Step) -> bool:
        """Whether somebody without an account may take a step of this kind."""
        return False

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """What is wrong with one step of this kind, beyond what is asked of every step."""
        yield from ()

    def faults_together(self, pack: Pack) -> Iterator[Fault]:
        """What is wrong with the steps of this kind beside each other and those of other kinds."""
        yield from ()

    def obstacle(self, pack: Pack, position: Position, step: Step, on: date) -> str:
        """Why a step that happened on this day cannot be taken; empty where its kind does not mind."""
        return ""

    def steps(self, pack: Pack) -> list[Step]:
        """Return the steps of this kind, in the order of the pack."""
        return [step for step in pack.steps if step.kind == self.word]

    def step(self, pack: Pack) -> Step | None:
        """Return the first step of this kind; None where the pack has none."""
        return next(iter(self.steps(pack)), None)


class Ordinary(StepKind):
    """A step whose pack says no kind."""

    word = "ordinary"
    means = "records what its form asks and what was decided, and does nothing else; need not be said"


K = TypeVar("K", bound=StepKind)
_kinds: dict[str, StepKind] = {}


def register(kind: K) -> K:
    """Add a kind and return it. Raises ValueError where another one has its word."""
    if kind.word in _kinds:
        raise ValueError(f"There is a kind of step “{kind.word}” already.")
    _kinds[kind.word] = kind
    return kind


ORDINARY = register(Ordinary())


def kinds() -> tuple[StepKind, ...]:
    """Return every kind of step."""
    return tuple(_kinds.values())


def kind_of(step: Step) -> StepKind:
    """Return the kind of a step; an unknown one, which no pack that is in use has, counts as ordinary."""
    return _kinds.get(step.kind, ORDINARY)


def is_public(step: Step) -> bool:
    """Whether somebody without an account may take a step."""
    return kind_of(step).is_public(step)


def is_kind(word: str) -> bool:
    """Whether this is the word of a kind."""
    return word in _kinds


def own_keys() -> frozenset[str]:
    """Return the keys of a step that go with some kinds and not with others."""
    return frozenset(key for kind in kinds() for key in kind.needs | kind.takes)


def takers(key: str) -> Iterable[str]:
    """Return the words of the kinds whose steps may give this key."""
    return (kind.word for kind in kinds() if key in kind.needs | kind.takes)


def given(step: Step, key: str) -> bool:
    """Whether a step, or an outcome of it, gives a key rather than leave it as it is without."""
    parts = (part for part in (step, *step.outcomes) if key in type(part).model_fields)
    return any(getattr(part, key) != type(part).model_fields[key].get_default() for part in parts)
