"""Settings that a pack makes once for all its cases: factors, threats, notices, timelines, short steps."""

from datetime import time

from pydantic import Field

from handrail.policy.base import LOCAL_CHOICE, Frozen, Id, Sourced, Text
from handrail.policy.schema.form import Section


class Factors(Sourced):
    """The forms and questions that assess, plan for and explain a case's factors, so that none is left out.

    `assessed` is a form; `questions` are asked in it for each factor, and the answer `present` to `finding`
    says that the factor exists. `planned` and `explained` are questions for each factor; `done` is the
    answer to the first that says something is done about the factor. Cases leave by the step `left_by`.
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
    """A phone line for help or advice, and `where` the number is published."""

    id: Id
    title: Text
    how: Text
    where: Text


class Threat(Frozen):
    """The effects of a stated threat, above all a flag on the case that stays until a person lowers it.

    `stated` are the answers to a question that means `threat.stated` which raise the flag; no other answer
    and no free text raises it. `lowered_by` is the step that lowers it. Until then no decision ends the
    case, and `refusal` says what to do. `page` is added to every form after the section with such a
    question; it is asked where the flag is raised, and shows `calls`.
    """

    tag: Text
    stated: tuple[Id, ...] = Field(min_length=1)
    lowered_by: Id
    refusal: Text
    page: Section
    calls: tuple[Call, ...] = Field(min_length=1)


class Ahead(Frozen):
    """What a referrer is told lies ahead, by the end of limits that run one after the other."""

    says: Text
    limits: tuple[Id, ...] = Field(min_length=1)


class Acknowledgement(Sourced):
    """What the receipt of a public referral says: what lies ahead, and whom to ring."""

    ahead: tuple[Ahead, ...] = Field(min_length=1)
    calls: tuple[Call, ...] = Field(min_length=1)


class Dialogue(Sourced):
    """The limit, in working days, by whose end a referrer hears again after each turn of the dialogue."""

    limit: Id


class Safeguarding(Sourced):
    """The safeguarding part of a case: the steps whose entries the partners in a MASH may read.

    `recorded_by` is the one that records what was done to safeguard; the list of the MASH shows where nobody
    has taken it.
    """

    recorded_by: Id
    steps: tuple[Id, ...] = Field(min_length=1)


class Notices(Sourced):
    """When the assignee and the person responsible are notified of due and late items, and when mail is sent.

    Counted in working days of the pack's calendar: before something is due, and after it was.
    """

    due_soon_working_days: int = Field(gt=0)
    review_soon_working_days: int = Field(gt=0)
    escalate_after_working_days: int = Field(gt=0)
    escalate_again_after_working_days: int = Field(gt=0)
    digest_at: time


class Chronology(Sourced):
    """The longest time without an entry about a person before their timeline reports a gap."""

    gap_days: int = Field(default=90, gt=0)


UNSAID_GAP = Chronology(source=LOCAL_CHOICE, note="For a pack that says nothing of gaps.")


class ShortSteps(Sourced):
    """How many questions a short step may ask; it is sent from its one page, with no page to check it."""

    questions: int = Field(default=6, gt=0)


UNSAID_SHORT = ShortSteps(source=LOCAL_CHOICE, note="For a pack that does not say which steps are short.")
