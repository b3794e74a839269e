"""A name that many have says less: counted once a day, used by every process."""

import pytest

from handrail.subjects import counting
from handrail.subjects.match_record_actions import index_subjects
from handrail.subjects.match_records import IndexReason
from handrail.subjects.matching import Commonness
from handrail.subjects.models import Subject


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_kept", counting._Kept(Commonness.usual()))


def test_until_somebody_counts_everything_is_as_common_as_is_usual(db: None) -> None:
    assert counting.commonness() == Commonness.usual()


def test_what_many_have_says_less_after_the_count(db: None) -> None:
    people = [Subject.described({"given_name": f"Given{n}", "family_name": "Khan"}) for n in range(300)]
    index_subjects(Subject.objects.bulk_create(people), IndexReason.BULK)
    assert counting.count() == 300
    counted = counting.commonness()
    assert counted.bits("w:khan") < counted.bits("w:quillfeather")


def test_a_later_count_is_found_without_a_new_start(db: None) -> None:
    counting.count()
    assert counting.commonness().people == 0
    index_subjects(
        Subject.objects.bulk_create([Subject.described({"family_name": "Khan"})]), IndexReason.BULK
    )
    counting.count()
    counting._kept.looked_at = float("-inf")
    assert counting.commonness().people == 1
