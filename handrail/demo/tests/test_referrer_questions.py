"""Questions to referrers of the demonstration, by the acts behind the screen."""

from datetime import datetime

import pytest

from handrail.cases.models import Receipt
from handrail.demo import referrer_questions
from handrail.demo.data import read
from handrail.demo.histories import SEED, histories
from handrail.demo.load import write_in_batches
from handrail.ledger import rebuild
from handrail.records.form_links.models import FormLink

CASES = 160

pytestmark = pytest.mark.django_db


def test_referrers_answered_are_still_asked_or_missed_their_day(country: None, until: datetime) -> None:
    list(write_in_batches(histories(CASES, SEED, until=until)))
    assert referrer_questions.tell(until) == len(read("referrer_questions")["questions"])
    links = FormLink.objects.all()
    assert [link.answerer_id for link in links].count(None) == 0
    assert sorted(link.is_open(until) for link in FormLink.objects.unanswered()) == [False, True]
    assert links.exclude(answered_at=None).count() == 1
    assert any("hears_by" in turn for receipt in Receipt.objects.all() for turn in receipt.turns)
    assert rebuild.check().differences == []
