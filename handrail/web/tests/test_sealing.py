"""Administrators of the nation are told while the record is not being sealed."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from handrail.ledger.record import append
from handrail.ledger.tests.acts import act
from handrail.notices import announcing
from handrail.notices.models import Notice
from handrail.notices.rules import day_of
from handrail.organisations.tests.cast import make_cast
from handrail.web import sealing


@pytest.mark.django_db
def test_administrators_are_told_while_the_record_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    told = Notice.objects.open().filter(kind=sealing.NAME)
    with transaction.atomic():
        append(act())
    announcing.tell(day_of(timezone.now()))
    assert not told.exists()
    with monkeypatch.context() as patch:
        patch.setattr("handrail.ledger.seal.SEALED_WITHIN", timedelta(0))
        announcing.tell(day_of(timezone.now()))
        assert [notice.person for notice in told] == [cast.administrator]
    announcing.tell(day_of(timezone.now()))
    assert not told.all().exists(), "it is over once the record is sealed"
