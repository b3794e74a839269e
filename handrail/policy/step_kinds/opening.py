"""Steps that open a case."""

from collections.abc import Iterator

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind, is_public, kind_of, register


class Opening(StepKind):
    """A referral: the step that begins a case."""

    word = "opening"
    means = "begins a case; with `public = true` anybody may take it without an account"
    takes = frozenset({"public"})
    needs_stages = False
    opens_case = True

    def is_public(self, step: Step) -> bool:
        """Return whether the step is the public form."""
        return step.public

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Require a form: nothing else says what the case is about."""
        if not step.form:
            yield "A step that opens a case needs a form."


OPENING = register(Opening())


def openings(pack: Pack) -> list[Step]:
    """Return the steps that open a case, in the order of the pack."""
    return [step for step in pack.steps if kind_of(step).opens_case]


def public_openings(pack: Pack) -> list[Step]:
    """Return the steps that anybody may take without an account."""
    return [step for step in openings(pack) if is_public(step)]
