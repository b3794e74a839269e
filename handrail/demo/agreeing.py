"""Corrections of made-up answers when a guard of the pack refuses them: another answer, or a reason."""

from datetime import date
from typing import Any

from handrail.cases.engine.guards import CaseBefore
from handrail.cases.engine.record import Record
from handrail.policy.answers import options_of
from handrail.policy.guards import Claim, Entered, Guard, broken
from handrail.policy.schema.form import OUTCOME, REASON
from handrail.policy.schema.step import Step


def first_broken(record: Record, step: Step, answers: dict[str, Any], on: date) -> Guard | None:
    """Return the first guard that an entry of an unsaved case would break."""
    guards = record.pack.guards_of(step)
    if not guards:
        return None
    own = {name: said for name, said in answers.items() if name not in {OUTCOME, REASON}}
    entered = Entered(step.id, answers.get(OUTCOME), own, on)
    return next(iter(broken(guards, entered, CaseBefore(record.case, record.acts))), None)


def answered_otherwise(record: Record, step: Step, guard: Guard) -> dict[str, list[str]]:
    """Return typed answers that satisfy a guard; empty where no simple answer does."""
    form = record.pack.form_of(step)
    claim = next((claim for claim in guard.answers if not claim.ask), None)
    if form is None or claim is None:
        return {}
    codes = [code.id for code in options_of(record.pack)(form.questions[claim.question])]
    return {claim.question: [next(code for code in codes if _keeps(code, claim))]}


def _keeps(code: str, claim: Claim) -> bool:
    return code not in claim.is_ if claim.is_ else code in claim.is_not
