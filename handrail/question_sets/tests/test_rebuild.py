"""The answers of a year follow from the entries of their chain."""

from typing import Any

import pytest
from django.utils import timezone

from handrail.ledger.models import Chain
from handrail.ledger.rebuild import check
from handrail.organisations.tests.cast import Cast
from handrail.question_sets import acts
from handrail.question_sets.models import Year
from handrail.question_sets.tests.pages.page import answer


@pytest.fixture
def year(cast: Cast) -> Year:
    number = timezone.localdate().year - 1
    for late in (1, 2):
        answer(cast, number, late=late)
    return Year.objects.get()


def test_answers_follow_from_their_entries_with_and_without_a_draft(year: Year) -> None:
    assert (check().compared, check().differences) == (Chain.objects.count(), [])
    acts.save_draft(year, {"late": ["3"]})
    assert check().differences == []


def test_answers_that_are_begun_follow_from_nothing(cast: Cast, year: Year) -> None:
    Year.objects.create(set_id=year.set_id, force=cast.force, year=year.year - 1, pack_id=year.pack_id)
    assert check().differences == []


@pytest.mark.parametrize("changed", [{"version": 3}, {"pack_id": "another"}, {"answered_at": timezone.now}])
def test_what_was_changed_without_an_entry_is_named(year: Year, changed: dict[str, Any]) -> None:
    [(column, value)] = changed.items()
    Year.objects.update(**{column: value() if callable(value) else value})
    [found] = check().differences
    assert (found.table, found.column) == ("question_sets_year", column)
