"""What a pack says once for all its cases: factors, threats, notices and gaps of a chronology."""

from datetime import time

from pydantic import Field

from handrail.policy.base import LOCAL_CHOICE, Frozen, Id, Sourced, Text
from handrail.policy.schema.form import Section


class Factors(Sourced):
    """Where a case's factors are found, planned for and explained, so that none is left out on the way.

    `assessed` is a form, `questions` those in it that are asked for each factor, and the answer `present` to
    `finding` says that one is there. `planned` and `explained` are questions for each factor; the first says
    by `done` whether something is done about it. Cases leave by the step `left_by`.
    """

    assessed: Id
    questions: tuple[Id, ...] = Field(min_length=1)
    finding: Id
    present: Id
    planned: Id
    done: Id
    left_by: Id
    explained: Id


class Call(Frozen):
    """A way to call for help at once, and `where` that is published."""

    id: Id
    title: Text
    how: Text
    where: Text


class Threat(Frozen):
    """What a stated threat sets off: a flag on the case, that stands until a person lowers it.

    `stated` are the answers to a question that means `threat.stated` by which it is raised; no other answer
    and no free text raises it. `lowered_by` is the step that lowers it; until then no decision ends the case,
    and `refusal` says what to do. `page` is put into every form after
    the section that asks such a question, and asked where the flag is raised. It shows `calls`. Why
    it is so stands with the code lists, the steps and the limit.
    """

    tag: Text
    stated: tuple[Id, ...] = Field(min_length=1)
    lowered_by: Id
    refusal: Text
    page: Section
    calls: tuple[Call, ...] = Field(min_length=1)


class Notices(Sourced):
    """When somebody is told of what is due or late, when who answers for them is, and when mail goes out.

    Working days by the pack's calendar: before something is due, and after it was.
    """

    due_soon_working_days: int = Field(gt=0)
    review_soon_working_days: int = Field(gt=0)
    escalate_after_working_days: int = Field(gt=0)
    escalate_again_after_working_days: int = Field(gt=0)
    digest_at: time


class Chronology(Sourced):
    """How long nothing has to be recorded of a person until their chronology says so."""

    gap_days: int = Field(default=90, gt=0)


UNSAID_GAP = Chronology(source=LOCAL_CHOICE, note="For a pack that says nothing of gaps.")
