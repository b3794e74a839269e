"""The preview of an import counts the notices of the real round, and a back record causes no alarm."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from handrail.cases.conftest import cast
from handrail.cases.imports.referrals import How, import_referrals
from handrail.cases.imports.tests.conftest import MakeFile, make_file
from handrail.cases.models import Case, Deadline
from handrail.cases.tests.cast import Cast
from handrail.ledger.models import Entry
from handrail.notices.foretelling import Foretold
from handrail.notices.models import Notice
from handrail.notices.rounds import run

__all__ = ["cast", "make_file"]


@pytest.fixture
def old_rows(make_file: MakeFile) -> Path:
    """Return two referrals of long ago, and one of yesterday."""
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    fresh = {"source_reference": "B-3", "received_on": yesterday, "came-to-light": yesterday}
    return make_file({}, {"source_reference": "B-2"}, fresh)


def test_what_is_foretold_is_what_the_next_round_tells(cast: Cast, old_rows: Path) -> None:
    run(timezone.now())
    foretold = Foretold()
    dry = import_referrals(old_rows, by=cast.supervisor, dry_run=True, foresee=foretold.look)
    assert (Case.objects.count(), Notice.objects.count(), Entry.objects.count()) == (0, 0, 0)
    report = import_referrals(old_rows, by=cast.supervisor)
    late = Deadline.objects.filter(due__lt=timezone.localdate())
    assert dry.late == report.late == late.count() > 0
    assert dry.late_cases == len(set(late.values_list("case", flat=True))) == 2
    run(timezone.now())
    notices = Notice.objects.filter(case__in=Case.objects.all())
    assert foretold.notices == notices.count() > 0
    assert foretold.people == set(notices.values_list("person", flat=True))


def test_a_back_record_tells_nobody_of_what_was_late_before(cast: Cast, old_rows: Path) -> None:
    foretold = Foretold()
    how = How(back_record=True)
    import_referrals(old_rows, by=cast.supervisor, dry_run=True, how=how, foresee=foretold.look)
    report = import_referrals(old_rows, by=cast.supervisor, how=how)
    assert report.late > 0
    run(timezone.now())
    # The deadlines that are due soon on yesterday's referral may cause notices.
    assert set(Notice.objects.values_list("kind", flat=True)) <= {"due-soon", "review"}
    assert foretold.notices == Notice.objects.count()
    # The deadlines stay as they are, and the case says that it was taken over.
    assert Deadline.objects.running().filter(due__lt=timezone.localdate()).exists()
    assert set(Case.objects.values_list("taken_over_on", flat=True)) == {timezone.localdate()}
    assert all(entry.content.content["imported"]["back-record"] for entry in Entry.objects.all())


def test_what_becomes_late_after_the_taking_over_is_told(cast: Cast, old_rows: Path) -> None:
    import_referrals(old_rows, by=cast.supervisor, how=How(back_record=True))
    later = Deadline.objects.running().filter(due__gte=timezone.localdate()).order_by("-due")[0]
    run(timezone.now() + (later.due - timezone.localdate()) + timedelta(days=1))
    told = Notice.objects.filter(kind="overdue")
    assert {(notice.case_id, notice.about) for notice in told} >= {(later.case_id, later.limit_id)}
    assert all(notice.due and notice.due >= timezone.localdate() for notice in told)


def test_without_that_word_what_is_late_is_told(cast: Cast, old_rows: Path) -> None:
    import_referrals(old_rows, by=cast.supervisor)
    run(timezone.now())
    assert {"overdue", "escalated", "referred"} <= set(Notice.objects.values_list("kind", flat=True))
    assert not Case.objects.filter(taken_over_on__isnull=False).exists()
