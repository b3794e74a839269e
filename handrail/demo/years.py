"""The questions of the year, answered by some forces for two years, with one draft of the year now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from handrail.demo.data import read
from handrail.demo.restricted import FORCES, somebody
from handrail.organisations.models import Organisation
from handrail.organisations.roles import Role
from handrail.policy.answers import as_typed
from handrail.policy.clock import add_months
from handrail.policy.schema.question_set import QuestionSet
from handrail.question_sets import acts
from handrail.records.packs import current_pack

LAST_ANSWERED = timedelta(days=40)


def tell(until: datetime) -> int:
    """Answer the two years before the current one in a few forces; return how many answers are on record.

    The first force also has a draft of the current year.
    """
    now, answered, told = timezone.localdate(until).year, until - LAST_ANSWERED, 0
    for force in Organisation.objects.forces().filter(slug__in=FORCES).order_by("-slug"):
        for asked in current_pack().question_sets:
            for ago, said in enumerate(reversed(read("years")[asked.id]), start=1):
                at = datetime.combine(add_months(answered.date(), 12 * (1 - ago)), answered.timetz())
                _answer(asked, force, now - ago, said, at)
                told += 1
            if force.slug == FORCES[0]:
                _draft(asked, force, now)
    return told


def _answer(
    asked: QuestionSet, force: Organisation, year: int, said: Mapping[str, Any], at: datetime
) -> None:
    by = somebody(force, Role(asked.by[0]))
    row = acts.year_of(current_pack(), asked, force, year, by)
    acts.send(row, acts.known_of(asked, force, year) | dict(said), by=by, at=at)


def _draft(asked: QuestionSet, force: Organisation, year: int) -> None:
    """Save the known counts of a year as a draft."""
    form = current_pack().form_by_id[asked.form]
    row = acts.year_of(current_pack(), asked, force, year, somebody(force, Role(asked.by[0])))
    known = acts.known_of(asked, force, year)
    acts.save_draft(
        row, dict(typed for id_, number in known.items() for typed in as_typed(form.questions[id_], number))
    )
