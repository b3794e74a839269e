"""What the demonstration has on record without a case."""

from datetime import datetime

import pytest
from django.utils import timezone

from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.registers.personal import found_in
from handrail.demo import register_entries, restricted
from handrail.demo.data import read
from handrail.demo.histories import SEED
from handrail.demo.load import load_demonstration
from handrail.ledger.models import Content, Entry
from handrail.records.packs import current_pack


@pytest.mark.django_db
def test_a_few_dozen_matters_are_told_in_every_state(country: None, until: datetime) -> None:
    told = register_entries.tell(SEED, until)
    assert 30 < told == RegisterEntry.objects.count()
    registers = {register.id for register in current_pack().registers}
    assert set(RegisterEntry.objects.values_list("register_id", flat=True)) == registers
    assert RegisterEntry.objects.waiting_for_another().exists()
    assert RegisterEntry.objects.filter(ended_on=None, pending_step="").exists()
    became = set(RegisterEntry.objects.exclude(became=None).values_list("became", flat=True))
    assert became == set(Case.objects.values_list("pk", flat=True))
    assert 1 < len(became) < 10
    # Access that is given is recorded at the moment at which it is, in the demonstration too.
    assert not Entry.objects.exclude(kind="access").filter(recorded_at__gt=until).exists()
    assert not Content.objects.filter(
        entry__chain__in=RegisterEntry.objects.values("pk"), content={}
    ).exists()


@pytest.mark.django_db
def test_disruption_is_recorded_by_all_who_may_and_belongs_to_projects(
    country: None, until: datetime
) -> None:
    register_entries.tell(SEED, until)
    disruption = Entry.objects.filter(kind="register-entry", act="disruption")
    authors = {"prevent-officer", "spoc", "control-room-operator", "regional-disruption-officer"}
    assert set(disruption.values_list("role", flat=True)) == authors
    projects = RegisterEntry.objects.filter(register_id="disruption-projects")
    ids = {str(pk) for pk in projects.values_list("pk", flat=True)}
    named = set(disruption.values_list("content__content__answers__project", flat=True)) - {None}
    assert named
    assert named <= ids
    assert projects.exclude(ended_on=None).exists()
    assert projects.filter(ended_on=None).exists()


@pytest.mark.django_db
def test_a_body_and_a_person_are_asked_and_one_answer_is_overdue(country: None, until: datetime) -> None:
    register_entries.tell(SEED, until)
    asked = RegisterEntry.objects.filter(asked_by__isnull=False)
    assert sorted(type(one.asked).__name__ for one in asked) == ["Organisation", "Person"]
    today = timezone.localdate(until)
    rows = RegisterDeadline.objects.filter(ended=None, limit_id="disruption-answer")
    assert sorted(row.due < today for row in rows) == [False, True]


@pytest.mark.django_db
def test_nearly_all_that_is_due_in_the_registers_was_done(country: None, until: datetime) -> None:
    register_entries.tell(SEED, until)
    rows = list(RegisterDeadline.objects.all())
    today = timezone.localdate(until)
    left = [row for row in rows if row.ended is None and row.due < today]
    assert 0 < len(left) <= register_entries.LEFT_LATE + 1  # beside one answer to what was asked
    assert all((today - row.due).days < 100 for row in left)
    assert any(row.ended and row.ended > row.due for row in rows)
    kept = [row for row in rows if row.ended and row.ended <= row.due]
    assert len(kept) > len(rows) / 2


@pytest.mark.django_db
def test_disruption_is_recorded_on_cases_too(until: datetime) -> None:
    load_demonstration(restricted.FROM_SIZE, until=until)
    on_cases = Entry.objects.filter(kind="case", act="disruption")
    assert on_cases.count() == len(read("matters")["on_case"])
    assert on_cases.filter(content__content__has_key="members").count() == 1


def test_no_advice_of_the_demonstration_tells_who_somebody_is() -> None:
    today = timezone.localdate()
    texts = [text for said in read("matters")["advice"] for text in said.values() if isinstance(text, str)]
    assert [found for text in texts for found in found_in(text, today)] == []
