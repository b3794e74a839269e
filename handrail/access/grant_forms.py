"""Questions of the forms that give and end access to a record."""

from handrail.forms.sheet import reason
from handrail.policy.schema.form import Kind, Question

WHY_END = (reason("Why does it end?", "Say why this access ends"),)


def last_day(days: int) -> Question:
    """Return what is asked about the last day of access, at most so many days ahead."""
    return Question(
        id="last-day",
        kind=Kind.DATE,
        label="End date",
        hint=f"The last date they can see it, {days} days from now at most. You can end it earlier.",
        missing="Enter the end date",
        future=True,
    )
