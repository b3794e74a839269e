"""Whether a case is late, on a day that is given."""

from datetime import UTC, date, datetime

from handrail.cases.models import Case

DUE, NEXT = date(2025, 3, 3), date(2025, 3, 4)


def test_a_case_is_late_from_the_day_after_it_was_due() -> None:
    case = Case(next_due=DUE)
    assert (case.is_late(DUE), case.is_late(NEXT)) == (False, True)


def test_a_paused_case_is_not_late() -> None:
    assert not Case(next_due=DUE, waiting_since=DUE).is_late(NEXT)


def test_another_deadline_is_late_besides_the_threat_if_it_was_due_on_a_day_before() -> None:
    threat = datetime(2025, 3, 4, 9, tzinfo=UTC)
    assert Case(next_due=DUE, threat_due_at=threat).is_late_besides(NEXT)
    assert not Case(next_due=NEXT, threat_due_at=threat).is_late_besides(date(2025, 3, 5))
