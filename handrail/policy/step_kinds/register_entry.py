"""Steps on a register of the pack, without a case."""

from collections.abc import Iterator

from handrail.policy.faults import one_of
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Outcome, Register, Step
from handrail.policy.step_kinds.kind import StepKind, register


class RegisterEntry(StepKind):
    """A step that begins or adds to an entry of a register; with `stages` it is taken on a case as well."""

    word = "register-entry"
    means = (
        "is taken on an entry of the register `in_register`, beside any `stages` at which it is taken on a "
        "case. `ends`, of the step or an outcome: it settles the entry"
    )
    needs = frozenset({"in_register"})
    takes = frozenset({"ends"})
    needs_stages = False

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Check that the register exists, and the steps that this one refers to."""
        if step.in_register not in pack.register_by_id:
            yield f"Register “{step.in_register}” does not exist. {one_of(pack.register_by_id)}"
        known = {s.id for s in pack.steps if s.in_register == step.in_register}
        for other in {*step.after, *filter(None, [step.signs])} & set(pack.step_by_id) - known:
            yield f"Step “{other}” stands in another register. {one_of(known)}"
        if step.signs and not step.after:
            yield "It signs what stands in a register; say in “after” what that began with."

    def ends(self, part: Step | Outcome) -> bool:
        """Return whether a step or an outcome settles the register entry."""
        return part.ends


REGISTER_ENTRY = register(RegisterEntry())


def register_of(step: Step) -> str | None:
    """Return the id of the register in which the entries of a step stand; None for a step on a case alone."""
    return step.in_register


def steps_of(pack: Pack, register: Register) -> list[Step]:
    """Return the steps whose entries stand in a register, in the order of the pack."""
    return [step for step in pack.steps if step.in_register == register.id]
