"""The base class of kinds of step, and the registry of kinds."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, TypeVar

from handrail.policy.faults import Fault
from handrail.policy.names import refuse_unfit
from handrail.policy.position import Position
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


class StepKind:
    """The behaviour common to all steps of one kind; the defaults are those of an ordinary step.

    A kind is a subclass in its own module beside this one, with everything the policy knows of the kind.
    Effects of its steps on a case, if any, are in the module of equal name in `cases/step_kinds`.
    """

    word: ClassVar[str]  # the kind as a pack names it
    means: ClassVar[str]  # one sentence, for the table in packs/README.md
    needs: ClassVar[frozenset[str]] = frozenset()  # keys that each of its steps must give
    takes: ClassVar[frozenset[str]] = frozenset()  # keys that its steps may give, and ordinary steps may not

    needs_stages: ClassVar[bool] = True  # its steps are taken on a case, at the stages they name
    opens_case: ClassVar[bool] = False
    in_confidence: ClassVar[bool] = False  # the case that it opens is restricted from the start
    brings_referral: ClassVar[bool] = False  # it adds a referral to an open case
    begun_from_case: ClassVar[bool] = True  # the page of a case offers it
    reads_first: ClassVar[bool] = False  # its page shows the timeline and other referrals before the form
    among_notes: ClassVar[bool] = False  # its entries are shown with the notes of a case
    takes_file: ClassVar[bool] = False
    goes_on_elsewhere: ClassVar[bool] = False  # its target stage ends nothing: another case goes on
    drops_limits: ClassVar[bool] = False  # running limits of the case lapse with it

    def is_public(self, step: Step) -> bool:
        """Return whether a person without an account may take a step of this kind."""
        return False

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Yield what is wrong with one step of this kind, beyond the rules for every step."""
        yield from ()

    def faults_together(self, pack: Pack) -> Iterator[Fault]:
        """Yield what is wrong with the steps of this kind together, and with steps of related kinds."""
        yield from ()

    def obstacle(self, pack: Pack, position: Position, step: Step, on: date) -> str:
        """Return why a step dated on this day cannot be taken; "" where the kind has no objection."""
        return ""

    def steps(self, pack: Pack) -> list[Step]:
        """Return the steps of this kind, in the order of the pack."""
        return [step for step in pack.steps if step.kind == self.word]

    def step(self, pack: Pack) -> Step | None:
        """Return the first step of this kind; None where the pack has none."""
        return next(iter(self.steps(pack)), None)


class Ordinary(StepKind):
    """A step for which the pack names no kind."""

    word = "ordinary"
    means = "records what its form asks and what was decided, and does nothing else; need not be said"


K = TypeVar("K", bound=StepKind)
_kinds: dict[str, StepKind] = {}


def register(kind: K) -> K:
    """Add a kind and return it. Raises ValueError for a bad word, and for one that another kind has."""
    refuse_unfit(kind.word)
    if kind.word in _kinds:
        raise ValueError(f"There is a kind of step “{kind.word}” already.")
    _kinds[kind.word] = kind
    return kind


ORDINARY = register(Ordinary())


def kinds() -> tuple[StepKind, ...]:
    """Return every kind of step."""
    return tuple(_kinds.values())


def kind_of(step: Step) -> StepKind:
    """Return the kind of a step; an unknown word, which no sound pack has, counts as ordinary."""
    return _kinds.get(step.kind, ORDINARY)


def is_public(step: Step) -> bool:
    """Return whether a person without an account may take a step."""
    return kind_of(step).is_public(step)


def is_kind(word: str) -> bool:
    """Return whether this is the word of a kind."""
    return word in _kinds


def own_keys() -> frozenset[str]:
    """Return the keys of a step that apply to some kinds only."""
    return frozenset(key for kind in kinds() for key in kind.needs | kind.takes)


def takers(key: str) -> Iterable[str]:
    """Return the words of the kinds whose steps may give this key."""
    return (kind.word for kind in kinds() if key in kind.needs | kind.takes)


def given(step: Step, key: str) -> bool:
    """Return whether a step or one of its outcomes sets a key to something other than the default."""
    parts = (part for part in (step, *step.outcomes) if key in type(part).model_fields)
    return any(getattr(part, key) != type(part).model_fields[key].get_default() for part in parts)
