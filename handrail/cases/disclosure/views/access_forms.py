"""Questions that are asked before a person is invited to a case, or a partner sees it."""

from handrail.access.grant_forms import last_day
from handrail.forms.sheet import reason
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question
from handrail.policy.schema.pack import Pack

WHAT = (Code(id="whole", label="All of the case"), Code(id="stages", label="Only some stages of it"))


def stages_of(pack: Pack) -> list[Code]:
    """Return the stages of a policy, as choices."""
    return [Code(id=stage.id, label=stage.title) for stage in pack.stages]


def invitation(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a person is invited to a case."""
    return (
        _to_whom("Who do you want to invite?", "Select who you want to invite"),
        *_which_parts(),
        last_day(pack.access.invited_days),
        reason("Why?", "Say why they need it", "The person or organisation you invite can read this too."),
    )


def sharing(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a case is shared with a partner."""
    return (
        _to_whom("Who do you want to share it with?", "Select who you want to share it with"),
        *_which_parts(),
        Question(
            id="basis",
            kind=Kind.CHOICE,
            codes=pack.access.bases,
            label="What is the lawful basis?",
            missing="Select the lawful basis",
        ),
        Question(
            id="controller",
            kind=Kind.TEXT,
            label="Who is the controller of what they receive?",
            hint="The body that answers for it in law, such as the council.",
            missing="Enter who is the controller",
        ),
        last_day(pack.access.shared_days),
        reason(
            "Why, and is it no more than they need?",
            "Say why they need it",
            "The recipient can read this too.",
        ),
    )


def _to_whom(label: str, missing: str) -> Question:
    return Question(id="to", kind=Kind.CHOICE, label=label, missing=missing)


def _which_parts() -> tuple[Question, ...]:
    return (
        Question(id="what", kind=Kind.CHOICE, label="What may they see?", missing="Select what they may see"),
        Question(
            id="stages",
            kind=Kind.CHOICES,
            label="Which stages?",
            hint="They see who the case is about, its current stage, and what was recorded at these stages.",
            missing="Select at least one stage",
            when=Condition.model_validate({"question": "what", "is": ["stages"]}),
        ),
    )
