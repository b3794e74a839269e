"""Assessments, and the decisions that they inform."""

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.decision import Decision
from handrail.policy.step_kinds.kind import register


class Assessment(Decision):
    """A step whose entries are compared side by side, and inform a later decision."""

    word = "assessment"
    means = (
        "as `decision`, and should inform the steps that `informs` names: dated after such a decision, where "
        "none came before, it is marked as such"
    )
    needs = frozenset({"informs"})

    def informed_by(self, step: Step) -> tuple[str, ...]:
        """Return the ids of the steps whose decision an assessment should inform."""
        return step.informs

    def forms(self, pack: Pack) -> set[str]:
        """Return the ids of the forms that assessments of a pack ask."""
        return {step.form for step in self.steps(pack) if step.form}


ASSESSMENT = register(Assessment())
