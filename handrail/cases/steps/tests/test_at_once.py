"""Acts at one moment are recorded one after the other; nothing is lost or done twice."""

import threading
from collections import Counter
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection, transaction

from handrail.access.errors import Refused
from handrail.cases.case_access.tests.test_kept_out_by_name import rename
from handrail.cases.case_access.who_may_work import kept_from
from handrail.cases.errors import NotNow, Stale
from handrail.cases.models import Case
from handrail.cases.person.matches.kept_apart import keep_out_of_linked
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, say
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, make_cast, refer, take, typed_for
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.drafts import Draft, submit


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("pairs", [100, pytest.param(1_000, marks=pytest.mark.whole)])
def test_of_many_pairs_at_the_same_moment_none_overwrites_the_other(cast: Cast, pairs: int) -> None:
    case = refer(cast)
    step = case.pack.step_by_id["further-information"]
    typed = typed_for(case.pack, step, cast.force)
    barrier = threading.Barrier(2)
    outcomes: Counter[str] = Counter()

    def write(person: Person) -> None:
        for _ in range(pairs):
            seen = Case.objects.get(pk=case.pk).version
            barrier.wait(300)
            try:
                actions.take_step(case.pk, step.id, typed, by=person, seen_version=seen)
                outcomes["recorded"] += 1
            except Stale:
                outcomes["told"] += 1
            barrier.wait(300)
        connection.close()

    threads = [threading.Thread(target=write, args=[p]) for p in (cast.officer, cast.second_officer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    case.refresh_from_db()
    assert outcomes == {"recorded": pairs, "told": pairs}
    assert case.version == 1 + pairs
    seen = list(Entry.objects.filter(chain=case.pk).order_by("number").values_list("seen_version", flat=True))
    assert seen == list(range(pairs + 1))


def test_two_who_decide_at_the_same_moment_do_not_both_decide(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    step = case.pack.step_by_id["gateway-assessment"]
    barrier = threading.Barrier(2)
    refused: list[str] = []

    def decide(person: Person, outcome: str) -> None:
        typed = typed_for(case.pack, step, cast.force, outcome=outcome, council=str(cast.council.pk))
        barrier.wait(300)
        try:
            actions.take_step(case.pk, step.id, typed, by=person, seen_version=2)
        except Refused as why:
            refused.append(type(why).__name__)
        connection.close()

    threads = [
        threading.Thread(target=decide, args=[cast.officer, "exit"]),
        threading.Thread(target=decide, args=[cast.second_officer, "channel"]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert len(refused) == 1
    assert Entry.objects.filter(chain=case.pk, act=step.id).count() == 1


def test_one_draft_sent_from_two_windows_is_recorded_once(cast: Cast) -> None:
    case = refer(cast)
    step = case.pack.step_by_id["further-information"]
    draft = Draft.objects.begin_on(
        case, step.id, person=cast.officer, typed=typed_for(case.pack, step, cast.force)
    )
    barrier = threading.Barrier(2)
    results: list[UUID] = []

    def send() -> None:
        barrier.wait(300)
        results.append(submit(draft.pk, by=cast.officer))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert results == [case.pk, case.pk]
    assert Entry.objects.filter(chain=case.pk).count() == 2


def test_two_linked_records_that_are_changed_at_the_same_moment_wait_for_each_other_in_vain_no_longer(
    cast: Cast,
) -> None:
    """Each step holds a lock that the other needs: one continues, the other is run again."""
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    say(second, between(first, second), "same", cast.officer)
    rename(cast.fimu, "Rupert Feldmann")
    rename(cast.mash, "Ulla Brandt")
    barrier, outcomes = threading.Barrier(2), Counter[str]()
    names = {first.pk: ("Rupert", "Feldman"), second.pk: ("Ulla", "Brandt")}

    def meet(*args: Any, **more: Any) -> None:
        barrier.wait(timeout=20)
        keep_out_of_linked(*args, **more)

    def learn(case: Case) -> None:
        try:
            tell(case, *names[case.pk], by=cast.supervisor)
            outcomes["recorded"] += 1
        except NotNow:
            outcomes["sent again"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=learn, args=[case], daemon=True) for case in (first, second)]
    with patch("handrail.cases.steps.consequences.keep_out_of_linked", meet):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert outcomes == {"recorded": 1, "sent again": 1}
    for case in (first, second):
        tell(case, *names[case.pk], by=cast.supervisor)
        assert kept_from(first) == kept_from(second)
    assert kept_from(first) == {cast.fimu.pk, cast.mash.pk}


def tell(case: Case, given: str, family: str, *, by: Person) -> None:
    said = {"what": "name", "name-sort": "spelling", "given-name": given, "family-name": family}
    step = case.pack.step_by_id["identity-detail"]
    typed = typed_for(case.pack, step, case.force, **said)
    version = Case.objects.get(pk=case.pk).version
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
        actions.take_step(case.pk, step.id, typed, by=by, seen_version=version)
