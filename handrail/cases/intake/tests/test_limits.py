"""Limits of the public form: a flood is slowed, a school is not, and waiting helps."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from handrail.cases.intake.limits import Act, Caller, Per, admit, free_again, table
from handrail.cases.intake.models import REMEMBERED, RateLimitHit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, 30, tzinfo=timezone.get_current_timezone())
SCHOOL = "192.0.2.7"


def passes(act: Act, caller: Caller, at: datetime = NOON) -> bool:
    """Return whether an act is admitted; if so it is counted."""
    return admit(act, caller, at) is None


def test_every_limit_has_its_reason_and_every_act_its_limit() -> None:
    assert {limit.act for limit in table()} == set(Act)
    assert len({limit.id for limit in table()}) == len(table())
    for limit in table():
        assert limit.why.endswith(".")
        assert limit.most > 0
        assert timedelta(minutes=limit.minutes) < REMEMBERED


def most(act: Act, per: Per) -> int:
    return next(limit.most for limit in table() if (limit.act, limit.per) == (act, per))


def test_what_is_over_a_limit_is_let_through_again_when_the_page_said() -> None:
    caller = Caller(SCHOOL)
    allowed = most(Act.SEND, Per.ORIGIN)
    assert [passes(Act.SEND, caller) for _ in range(allowed + 3)] == [True] * allowed + [False] * 3
    when = free_again(Act.SEND, caller, NOON)
    assert when
    assert NOON + timedelta(minutes=59) < when <= NOON + timedelta(minutes=61)
    assert not passes(Act.SEND, caller, when - timedelta(minutes=1))
    assert passes(Act.SEND, caller, when)


def test_what_is_refused_does_not_make_the_wait_longer() -> None:
    caller = Caller(SCHOOL)
    for _ in range(most(Act.SEND, Per.ORIGIN)):
        assert passes(Act.SEND, caller)
    first = free_again(Act.SEND, caller, NOON)
    for minute in range(50):
        assert not passes(Act.SEND, caller, NOON + timedelta(minutes=minute))
    assert free_again(Act.SEND, caller, NOON + timedelta(minutes=50)) == first


def test_a_school_behind_one_address_is_not_locked_out() -> None:
    """Five referrals without an email address are sent; staff with confirmed addresses can send more."""
    while passes(Act.SEND, Caller(SCHOOL)):
        pass
    staff = [Caller(SCHOOL, f"teacher-{number}@school.example") for number in range(100)]
    assert all(passes(Act.SEND_CONFIRMED, each) for each in staff)


def test_one_who_floods_does_not_lock_out_another_place() -> None:
    while passes(Act.SEND, Caller("203.0.113.1")):
        pass
    assert passes(Act.SEND, Caller(SCHOOL))


def test_one_home_has_one_allowance_however_many_addresses_of_version_six_it_uses() -> None:
    sent = [passes(Act.SEND, Caller(f"2001:db8:1:2::{number:x}")) for number in range(1, 40)]
    assert sum(sent) == most(Act.SEND, Per.ORIGIN)
    assert passes(Act.SEND, Caller("2001:db8:1:3::1"))


def test_an_owner_of_a_domain_has_one_allowance_for_all_its_addresses() -> None:
    sent = [
        passes(
            Act.SEND_CONFIRMED, Caller(f"198.51.{number // 200}.{number % 200}", f"x{number}@flood.example")
        )
        for number in range(400)
    ]
    assert sum(sent) == most(Act.SEND_CONFIRMED, Per.ORGANISATION)
    assert passes(Act.SEND_CONFIRMED, Caller("198.51.0.1", "head@school.example"))


@pytest.mark.parametrize("sent", [400, pytest.param(10_000, marks=pytest.mark.whole)])
def test_thousands_of_forged_referrals_do_not_hold_up_a_true_one(sent: int) -> None:
    """A thousand addresses send sixty referrals an hour at most; a confirmed sender still gets through."""
    forged = sum(passes(Act.SEND, Caller(f"203.0.{n % 1000 // 250}.{n % 250}")) for n in range(sent))
    assert forged == most(Act.SEND, Per.INSTALLATION)
    true = Caller(SCHOOL, "teacher@school.example")
    assert passes(Act.CODE, true)
    assert passes(Act.SEND_CONFIRMED, true)


def test_nothing_that_is_kept_names_anybody() -> None:
    for act in Act:
        passes(act, Caller(SCHOOL, "teacher@school.example"))
    kept = str(list(RateLimitHit.objects.values_list()))
    assert SCHOOL not in kept
    assert "school" not in kept
    assert len({bytes(passage.who) for passage in RateLimitHit.objects.all()}) == len(Per)


def test_passages_are_forgotten_once_no_limit_counts_them() -> None:
    passes(Act.BEGIN, Caller(SCHOOL), NOON)
    assert not RateLimitHit.objects.forgettable(NOON + timedelta(hours=23)).exists()
    assert RateLimitHit.objects.forgettable(NOON + timedelta(hours=25)).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_admitted_than_the_limit_allows() -> None:
    together = 8
    barrier = threading.Barrier(together)

    def last_one(caller: Caller) -> bool:
        try:
            barrier.wait(timeout=30)
            return passes(Act.SEND, caller)
        finally:
            connection.close()

    with ThreadPoolExecutor(together) as pool:
        for number in range(10):
            caller = Caller(f"192.0.2.{number}")
            for _ in range(most(Act.SEND, Per.ORIGIN) - 1):
                assert passes(Act.SEND, caller)
            assert sum(pool.map(last_one, [caller] * together)) == 1
