"""What compares records with their entries after each journey finds what a journey would break."""

from pathlib import Path
from uuid import UUID

import pytest
from django.db.models import F

from handrail.cases.models import Case
from tests.journeys import following, site


def test_a_column_that_changes_without_an_entry_fails_the_journey(address: str) -> None:
    [home] = site.RUNNING
    before = following.moment_of(home)
    following.compare(home, before)
    changed = following.asked(home, lambda: Case.objects.earliest("opened_on", "pk").pk)
    _add_to_version(home, changed, 1)
    with pytest.raises(AssertionError, match=r"cases_case\.version is not what the entries say"):
        following.compare(home, before)
    _add_to_version(home, changed, -1)
    following.compare(home, before)


def _add_to_version(home: Path, case: UUID, by: int) -> None:
    rows = Case.objects.filter(pk=case)
    assert following.asked(home, lambda: rows.update(version=F("version") + by)) == 1
