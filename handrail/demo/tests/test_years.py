"""Yearly questions, which forces of the demonstration answer for two years."""

from datetime import datetime

import pytest
from django.utils import timezone

from handrail.demo import years
from handrail.demo.restricted import FORCES
from handrail.ledger.models import Entry
from handrail.question_sets.models import Year

pytestmark = pytest.mark.django_db


def test_two_years_are_on_record_and_the_current_one_is_a_draft(country: None, until: datetime) -> None:
    assert years.tell(until) == 2 * len(FORCES)
    now = timezone.localdate(until).year
    answered = Year.objects.answered().filter(force__slug=FORCES[0]).order_by("year")
    assert [row.year for row in answered] == [now - 2, now - 1]
    assert [row.typed for row in answered] == [{}, {}]
    assert set(Entry.objects.filter(kind="year-answers").values_list("chain", flat=True)) == set(
        Year.objects.answered().values_list("pk", flat=True)
    )
    draft = Year.objects.get(year=now)
    assert (draft.version, draft.force.slug, draft.typed["referrals"]) == (0, FORCES[0], ["0"])
