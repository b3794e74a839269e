"""Sentences on what Handrail sends when a step is recorded: shown before the step and after it.

A step that asks a person outside is only recorded, except that a form link goes out by mail. Handrail never
rings anybody.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from handrail.cases.intake.dialogue import NO_WAY_BUT_THE_TELEPHONE, asked_of, referrers_of
from handrail.cases.intake.feedback import reach_somebody
from handrail.cases.models import Case
from handrail.organisations.models import Kind
from handrail.policy.schema.form import Form, Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.link_answer import link_step
from handrail.policy.step_kinds.matching import is_matching

NOTHING = "Handrail sends nothing to them. {} them yourself: it only keeps on record that you did."
PERSON = (
    "The person you name is told in their notices in Handrail, and can see the case until this has ended."
)
BODY = "Those who answer for {} are told in their notices in Handrail. Handrail does not tell anyone outside."
READS = (
    "A referrer with an account reads the sentences under “Your referrals”. Handrail does not send anything"
    " to anyone else: tell them yourself."
)
READS_NOTHING = (
    "Nobody who referred has an account that is in use, so nobody reads it here. Handrail sends nothing to"
    " them: tell them yourself."
)
ASKED_HERE = "A referrer with an account reads the question under “Your referrals”, and answers there."
CALL = "Ask them by phone, and record their answer: Handrail sends nothing to them."
LINK = "Handrail sends them the link by email. {}"
LINK_BY_HAND = "This Handrail sends no email: make the link and send it yourself. {}"
CODE = "Then make the code under “Link and code”, and tell it to them by telephone."
WITHHELD = "Handrail tells the referrer nothing."


def said_of(case: Case, pack: Pack, step: Step, answers: Mapping[str, Any] | None = None) -> str:
    """Return what a step on a case sends to which people, or that it sends nothing.

    Empty for a step that tells nobody. `answers` are those with which the step was taken.
    """
    form = pack.form_of(step)
    if form and form.meaning(Meaning.ASKED_REFERRER):
        return _asks_referrer(case, pack, step, answers)
    if form and (sentences := form.meaning(Meaning.FEEDBACK)):
        if answers is not None and not answers.get(sentences.id):
            return WITHHELD
        return READS if reach_somebody(case) else READS_NOTHING
    if step.clock == "stops":
        return NOTHING.format("Ask")
    rule = pack.asking.get(step.id)
    if rule is None or is_matching(step):
        return ""
    if link_step(pack, rule):
        return (LINK if settings.SENDS_MAIL else LINK_BY_HAND).format(CODE)
    if _asks(form, Meaning.ASKED_PERSON):
        return PERSON
    if _asks(form, Meaning.ASKED_ORGANISATION):
        return BODY.format(f"the {Kind.FORCE.label.lower()} that you name")
    return NOTHING.format("Tell")


def _asks_referrer(case: Case, pack: Pack, step: Step, answers: Mapping[str, Any] | None) -> str:
    """Return how a question reaches a referrer; before one is chosen, all ways that there are."""
    asked = asked_of(case, pack, step, answers) if answers is not None else None
    reached = referrers_of(case) if answers is None else [asked] if asked else []
    said = [ASKED_HERE] * any(one.account for one in reached)
    said += [(LINK if settings.SENDS_MAIL else LINK_BY_HAND).format(CODE)] * any(one.email for one in reached)
    return " ".join(said) or f"{NO_WAY_BUT_THE_TELEPHONE if answers is None else ''} {CALL}".strip()


def _asks(form: Form | None, meaning: Meaning) -> bool:
    return form is not None and form.meaning(meaning) is not None
