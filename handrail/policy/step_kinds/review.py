"""Reviews of the time since a case came to its present stage."""

from datetime import date

from handrail.policy.position import Position
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.decision import Decision
from handrail.policy.step_kinds.kind import register


class Review(Decision):
    """A decision that looks back on the time since the case came to its stage."""

    word = "review"
    means = (
        "as `decision`, and looks back on the time since the case came to this stage: an earlier day is "
        "refused"
    )

    def obstacle(self, pack: Pack, position: Position, step: Step, on: date) -> str:
        """Refuse a day before the case came to its stage."""
        since = position.since
        if since is None or on >= since:
            return ""
        came = f"The case came to “{pack.stage_by_id[position.stage].title}” on {since:%-d %B %Y}."
        return f"{came} “{step.title}” looks back on the time since; give a day from then on."


REVIEW = register(Review())
