"""What Handrail sends to whom when a step is recorded, in words: before it is begun, and after it was sent.

A step that asks somebody outside is only recorded. Nobody outside is written to or rung by Handrail.
"""

from handrail.organisations.models import Kind
from handrail.policy.schema import Form, Meaning, Pack, Step

NOTHING = "Handrail sends nothing to them. It keeps on record that you did: {} them yourself."
PERSON = "Whoever you name is told under their notices in Handrail, and sees the case until it has ended."
BODY = "Those who answer for {} are told under their notices in Handrail. Handrail tells nobody outside."
FEEDBACK = (
    "Whoever referred with an account reads the sentences under “Your referrals”. Handrail sends nothing to"
    " anybody else: tell them yourself."
)


def said_of(pack: Pack, step: Step) -> str:
    """What this step sends to whom, or that nothing is sent; empty for a step that tells nobody anything."""
    form = pack.form_of(step)
    if _asks(form, Meaning.FEEDBACK):
        return FEEDBACK
    if step.clock == "stops":
        return NOTHING.format("Ask")
    if step.id not in pack.asking or step.likeness:
        return ""
    if _asks(form, Meaning.ASKED_PERSON):
        return PERSON
    if _asks(form, Meaning.ASKED_ORGANISATION):
        return BODY.format(f"the {Kind.FORCE.label.lower()} that you name")
    return NOTHING.format("Tell")


def _asks(form: Form | None, meaning: Meaning) -> bool:
    return form is not None and form.meaning(meaning) is not None
