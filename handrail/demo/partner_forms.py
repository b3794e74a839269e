"""A few forms that partners without an account were sent by link: answered, open, and past their day."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from handrail.cases.models import Case, CaseQuerySet
from handrail.cases.steps import actions
from handrail.cases.steps.by_link import KIND
from handrail.demo.data import read
from handrail.demo.filling import typed_date
from handrail.demo.restricted import FORCES, somebody
from handrail.ledger.models import Entry
from handrail.organisations.roles import Role
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.packs import current_pack

STEP = "partner-form"
AT_WORK = time(10, 30)

Said = Mapping[str, Any]


def tell(until: datetime) -> int:
    """Send each form about a case of its own, answer those that have an answer, and return their number."""
    told: list[Case] = []
    for said in read("partner_forms")["forms"]:
        at = days_before(until, said["days_ago"])
        if case := quiet_since(at, STEP).exclude(pk__in=[one.pk for one in told]).first():
            _tell(case, said, at)
            told.append(case)
    return len(told)


def quiet_since(at: datetime, step_id: str) -> CaseQuerySet:
    """Return open cases that take a step and on which nothing was recorded since, the first force's first."""
    pack = current_pack()
    step = pack.step_by_id[step_id]
    cases = Case.objects.open().filter(
        restricted=False,
        pending_step="",
        owner__posts__role__in=step.by,
        pack_id=pack.id,
        stage_id__in=step.stages,
    )
    lately = Entry.objects.filter(recorded_at__gte=at)
    quiet = cases.exclude(pk__in=lately.values("chain")).annotate(is_first=Q(force__slug=FORCES[0]))
    return quiet.order_by("-is_first", "-opened_on", "pk")


def _tell(case: Case, said: Said, at: datetime) -> None:
    by = case.owner or somebody(case.force, Role(case.pack.step_by_id[STEP].by[0]))
    due = timezone.localdate(at) + timedelta(days=said["days"])
    typed = {name: [said[name]] for name in ("partner", "what", "email", "words")} | typed_date("due", due)
    entry = actions.take_step(case.pk, STEP, typed, by=by, seen_version=case.version, at=at)
    link = FormLink.objects.asked_by(KIND, case.pk, entry.number).get()
    if said["days_ago"]:
        acts.new_address(link, at)
    if answer := said.get("answer"):
        answered = at + timedelta(days=said["answered_after"], hours=3)
        acts.answer(link, {name: [value] for name, value in answer.items()}, answered)


def days_before(until: datetime, days: int) -> datetime:
    at = timezone.make_aware(datetime.combine(timezone.localdate(until) - timedelta(days=days), AT_WORK))
    return min(at, until)
