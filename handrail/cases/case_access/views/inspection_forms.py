"""Questions that are asked before a sample of cases is given to an inspector."""

from handrail.access.grant_forms import last_day
from handrail.forms.sheet import reason
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question
from handrail.policy.schema.pack import Pack

WAYS = (Code(id="references", label="By their references"), Code(id="random", label="At random"))


def sampling(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a sample of cases is given to an inspector."""
    return (
        Question(id="inspector", kind=Kind.PERSON, label="Which inspector?", missing="Select the inspector"),
        Question(id="way", kind=Kind.CHOICE, label="How are the cases chosen?", missing="Select how"),
        Question(
            id="references",
            kind=Kind.LONG_TEXT,
            label="References",
            hint="One on each line, like P-7K3M-Q9XW.",
            missing="Enter at least one reference",
            max_length=2_000,
            when=_when_chosen("references"),
        ),
        *_drawn(pack.access.sample_cases),
        last_day(pack.access.sample_days),
        reason("What is inspected?", "Say what is inspected", "The inspector reads this too."),
    )


def _drawn(most: int) -> tuple[Question, ...]:
    """Return what is asked where the cases are drawn at random, at most so many."""
    at_random = _when_chosen("random")
    return (
        Question(
            id="force",
            kind=Kind.ORGANISATION,
            label="Police force",
            hint="Leave it open to draw from all.",
            required=False,
            when=at_random,
        ),
        Question(
            id="from",
            kind=Kind.DATE,
            label="Start date",
            hint="The first date on which the cases were opened.",
            missing="Enter the start date",
            when=at_random,
        ),
        Question(
            id="until",
            kind=Kind.DATE,
            label="End date",
            hint="The last date on which the cases were opened.",
            missing="Enter the end date",
            when=at_random,
        ),
        Question(
            id="number",
            kind=Kind.NUMBER,
            label="How many cases?",
            least=1,
            most=most,
            when=at_random,
        ),
        Question(
            id="seed",
            kind=Kind.TEXT,
            label="Seed",
            hint="To draw the same cases again, enter the seed of that draw. Otherwise leave it blank.",
            required=False,
            max_length=40,
            when=at_random,
        ),
    )


def _when_chosen(way: str) -> Condition:
    return Condition.model_validate({"question": "way", "is": [way]})
