"""Question sets of a policy that are answered once a year."""

from pydantic import Field

from handrail.policy.base import Id, Sourced, Text


class QuestionSet(Sourced):
    """Questions that a force answers about itself once a year.

    `form` asks them; holders of a role in `by` in the force answer. A question in `known` is prefilled with
    a count from the record, whose name stands beside the id of the question.
    """

    id: Id
    title: Text
    statement: Text
    form: Id
    by: tuple[Id, ...] = Field(min_length=1)
    known: dict[Id, Id] = Field(default_factory=dict)
