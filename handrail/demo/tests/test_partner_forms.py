"""Forms that partners of the demonstration were sent, by the acts behind the screen."""

from datetime import datetime

import pytest

from handrail.demo import partner_forms
from handrail.demo.data import read
from handrail.demo.histories import SEED, histories
from handrail.demo.load import write_in_batches
from handrail.ledger import rebuild
from handrail.ledger.models import Entry
from handrail.records.form_links.models import FormLink

CASES = 160

pytestmark = pytest.mark.django_db


def test_partners_answered_are_still_asked_or_missed_their_day(country: None, until: datetime) -> None:
    list(write_in_batches(histories(CASES, SEED, until=until)))
    assert partner_forms.tell(until) == len(read("partner_forms")["forms"])
    links = FormLink.objects.all()
    open_, answered = FormLink.objects.unanswered(), FormLink.objects.exclude(answered_at=None)
    assert sorted(link.is_open(until) for link in open_) == [False, True, True]
    assert set(answered.values_list("record", flat=True)) == set(
        Entry.objects.filter(act="partner-form-answer").values_list("chain", flat=True)
    )
    assert answered.count() == 2
    assert all(link.email.endswith(".example") for link in links)
    assert all(link.made_at < link.answered_at for link in answered if link.answered_at)
    assert rebuild.check().differences == []
