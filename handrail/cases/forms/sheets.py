"""Questions of the short forms that are defined in code, such as those about access."""

from handrail.forms.sheet import reason
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question
from handrail.policy.schema.pack import Pack

LONGEST_RECIPIENT = 200


def why_open(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before access with a reason is given."""
    return (
        Question(
            id="purpose",
            kind=Kind.CHOICE,
            codes=pack.access.purposes,
            label="What do you need it for?",
            missing="Select what you need this case for",
        ),
        reason("Your reason, in words", "Say why you need to read this case"),
    )


PAPERS = (
    Code(
        id="summary",
        label="Case summary",
        hint="Where it stands, what comes next, the plan, the last decisions.",
    ),
    Code(
        id="chronology", label="Chronology, with all answers", hint="Every entry, and all that was answered."
    ),
    Code(id="entries", label="Chronology, without the answers", hint="Every entry with its reasons."),
)


def why_print(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a case is printed."""
    return (
        Question(
            id="paper", kind=Kind.CHOICE, label="What do you need on paper?", missing="Select the paper"
        ),
        Question(
            id="purpose",
            kind=Kind.CHOICE,
            codes=pack.paper.purposes,
            label="What is it for?",
            missing="Select what the paper is for",
        ),
        reason("For which occasion?", "Say for which occasion", "It stands on the first page."),
        Question(
            id="recipient",
            kind=Kind.TEXT,
            label="For whom is it?",
            hint="A person or a body. Leave it blank if you keep it yourself.",
            required=False,
            max_length=LONGEST_RECIPIENT,
        ),
    )


def what_found(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked of the reviewer of an access with a reason."""
    return (
        Question(
            id="finding",
            kind=Kind.CHOICE,
            codes=pack.access.findings,
            label="What do you find?",
            missing="Select what you find",
        ),
        reason("Why?", "Say why you find that"),
    )


def why_end() -> tuple[Question, ...]:
    """Return what is asked before access is ended."""
    return (reason("Why does it end?", "Say why this access ends"),)


def why_move() -> tuple[Question, ...]:
    """Return what is asked before a case is moved to a newer policy."""
    return (reason("Why is it moved?", "Say why the case is moved to the newer policy"),)


def _to_whom(label: str, missing: str) -> Question:
    return Question(id="to", kind=Kind.CHOICE, label=label, missing=missing)


def _which_parts() -> tuple[Question, ...]:
    return (
        Question(id="what", kind=Kind.CHOICE, label="What may they see?", missing="Select what they may see"),
        Question(
            id="stages",
            kind=Kind.CHOICES,
            label="Which stages?",
            hint="They see whom the case is about, where it stands, and what was recorded at these stages.",
            missing="Select at least one stage",
            when=Condition.model_validate({"question": "what", "is": ["stages"]}),
        ),
    )


def _last_day(days: int) -> Question:
    return Question(
        id="last-day",
        kind=Kind.DATE,
        label="Until when?",
        hint=f"The last day on which they see it, {days} days from now at the most. You can end it before.",
        missing="Enter the last day",
        future=True,
    )


WHAT = (Code(id="whole", label="All of the case"), Code(id="stages", label="Only some stages of it"))


def stages_of(pack: Pack) -> list[Code]:
    """Return the stages of a policy, as choices."""
    return [Code(id=stage.id, label=stage.title) for stage in pack.stages]


def invitation(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a person is invited to a case."""
    return (
        _to_whom("Whom do you invite?", "Select whom you invite"),
        *_which_parts(),
        _last_day(pack.access.invited_days),
        reason("Why?", "Say why they need it", "Whoever you invite reads this too."),
    )


def sharing(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a case is shared with a partner."""
    return (
        _to_whom("With whom do you share it?", "Select with whom you share it"),
        *_which_parts(),
        Question(
            id="basis",
            kind=Kind.CHOICE,
            codes=pack.access.bases,
            label="On which lawful basis?",
            missing="Select the lawful basis",
        ),
        Question(
            id="controller",
            kind=Kind.TEXT,
            label="Who is the controller of what they receive?",
            hint="The body that answers for it in law, such as the council.",
            missing="Enter who is the controller",
        ),
        _last_day(pack.access.shared_days),
        reason(
            "Why, and is it no more than they need?",
            "Say why they need it",
            "Whoever receives it reads this too.",
        ),
    )


def _when_chosen(way: str) -> Condition:
    return Condition.model_validate({"question": "way", "is": [way]})


def sampling(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a sample of cases is given to an inspector."""
    at_random = _when_chosen("random")
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
        Question(
            id="force",
            kind=Kind.ORGANISATION,
            label="Police force",
            hint="Leave it open to draw from all.",
            required=False,
            when=at_random,
        ),
        Question(
            id="from", kind=Kind.DATE, label="Opened from", missing="Enter the first day", when=at_random
        ),
        Question(
            id="until",
            kind=Kind.DATE,
            label="Opened until",
            missing="Enter the last day of opening",
            when=at_random,
        ),
        Question(
            id="number",
            kind=Kind.NUMBER,
            label="How many cases?",
            least=1,
            most=pack.access.sample_cases,
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
        _last_day(pack.access.sample_days),
        reason("What is inspected?", "Say what is inspected", "The inspector reads this too."),
    )


WAYS = (Code(id="references", label="By their references"), Code(id="random", label="At random"))
