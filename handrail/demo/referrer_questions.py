"""A few questions to referrers who have an account: answered, open, and past their day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from handrail.cases.intake.dialogue import Referrer, referrers_of, with_account
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.steps.by_link import KIND
from handrail.demo.data import read
from handrail.demo.partner_forms import days_before, quiet_since
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink

STEP = "ask-referrer"

Said = Mapping[str, Any]


def tell(until: datetime) -> int:
    """Ask each question about a case of its own, answer those that have an answer; return their number."""
    told: list[Case] = []
    for said in read("referrer_questions")["questions"]:
        at = days_before(until, said["days_ago"])
        others = with_account(OuterRef("pk")).exclude(person=OuterRef("owner"))
        asked = quiet_since(at, STEP).filter(Exists(others), owner__isnull=False)
        if case := asked.exclude(pk__in=[one.pk for one in told]).first():
            _ask(case, said, at)
            told.append(case)
    return len(told)


def _referrer(case: Case) -> Referrer:
    """Return the latest referrer of a case who is not its owner."""
    return next(one for one in referrers_of(case) if one.account not in (None, case.owner_id))


def _ask(case: Case, said: Said, at: datetime) -> None:
    if case.owner is None:
        raise LookupError("A question is asked by the owner of a case.")
    typed = {"questions": said["asks"], "referrer": [_referrer(case).id]}
    entry = actions.take_step(case.pk, STEP, typed, by=case.owner, seen_version=case.version, at=at)
    if answer := said.get("answer"):
        link = FormLink.objects.asked_by(KIND, case.pk, entry.number).get()
        answered = at + timedelta(days=said["answered_after"], hours=3)
        acts.answer(link, {"answer": [answer]}, answered)
