from collections.abc import Callable
from itertools import pairwise
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from handrail.ledger.canonical import NotCanonical, commitment, encode
from handrail.ledger.models import Chain, Content, Entry, Unsealed
from handrail.ledger.record import COLUMNS, ChainMoved, append, append_many, link
from handrail.ledger.tests.acts import act


@pytest.mark.django_db
def test_an_entry_follows_the_one_before_it() -> None:
    chain = uuid4()
    first, second = append(act(chain)), append(act(chain))
    assert (first.number, second.number) == (1, 2)
    assert first.previous == bytes(32)
    assert second.previous == first.hash
    end = Chain.objects.get(pk=chain)
    assert (end.length, bytes(end.head)) == (2, second.hash)


@pytest.mark.django_db
def test_what_is_returned_is_what_is_kept() -> None:
    entry = append(act())
    kept = Entry.objects.select_related("content").get(pk=entry.pk)
    for field in Entry._meta.concrete_fields:
        assert getattr(entry, field.attname) == getattr(kept, field.attname)
    assert entry.content.content == kept.content.content
    assert commitment(bytes(kept.content.salt), encode(kept.content.content)) == bytes(kept.commitment)


@pytest.mark.django_db
def test_an_entry_costs_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        append(act())


@pytest.mark.django_db
def test_many_at_once_are_hashed_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.ledger.record.secrets.token_bytes", bytes)
    chain, other, now = uuid4(), uuid4(), timezone.now()
    append(act(chain))
    acts = [act(chain), act(other), act(chain), act(other)]
    ids = append_many(acts, recorded_at=[now] * 4)
    entries = [Entry.objects.select_related("content").get(pk=id_) for id_ in ids]
    assert [(entry.chain, entry.number) for entry in entries] == [
        (chain, 2),
        (other, 1),
        (chain, 3),
        (other, 2),
    ]
    for one, entry in zip(acts, entries, strict=True):
        same = link(one, number=entry.number, recorded_at=now, previous=bytes(entry.previous))
        assert entry.content.content == one.content
        assert same.row() == tuple(getattr(entry, name) for name in COLUMNS)
    append(act(chain))
    assert Chain.objects.get(pk=chain).length == 4


@pytest.mark.django_db
def test_times_of_recording_come_one_for_each_act() -> None:
    with pytest.raises(ValueError, match="2 acts come with 1 times"):
        append_many([act(), act()], recorded_at=[timezone.now()])


@pytest.mark.django_db
def test_nothing_at_once_is_nothing() -> None:
    assert append_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_the_transaction_of_its_change_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        append(act())
    with pytest.raises(TransactionManagementError):
        append_many([act()])


@pytest.mark.django_db
@pytest.mark.parametrize("unfit", [0.5, 2**53, "\0", "\ud800", {1: "one"}, ("a",), {"\0": "key"}])
def test_content_that_would_not_come_back_the_same_is_refused_by_place(unfit: object) -> None:
    with pytest.raises(NotCanonical, match=r"content\.answers\[0\]"):
        append(act(content={"answers": [unfit]}))


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_nothing() -> None:
    with transaction.atomic():
        append(act())
        append_many([act() for _ in range(10)])
        transaction.set_rollback(True)
    assert not any(model.objects.exists() for model in (Entry, Content, Chain, Unsealed))


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_in_mid_transaction_leaves_nothing() -> None:
    deaths: list[OperationalError] = []

    def die() -> None:
        try:
            with transaction.atomic():
                append(act())
                append_many([act() for _ in range(10)])
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
        except OperationalError as death:
            deaths.append(death)
        connections.close_all()

    _in_threads(die)
    assert len(deaths) == 1
    assert not any(model.objects.exists() for model in (Entry, Content, Chain, Unsealed))


@pytest.mark.django_db(transaction=True)
def test_writers_at_one_chain_come_after_each_other_or_are_told() -> None:
    chain, threads, each = uuid4(), 6, 10
    done: list[int] = []
    refused: list[ChainMoved] = []
    start = Barrier(threads)

    def write() -> None:
        start.wait(300)
        for _ in range(each):
            try:
                with transaction.atomic():
                    done.append(append(act(chain)).number)
            except ChainMoved as moved:
                refused.append(moved)
        connections.close_all()

    _in_threads(*[write] * threads)
    entries = list(Entry.objects.filter(chain=chain).order_by("number"))
    assert len(done) + len(refused) == threads * each
    assert sorted(done) == [entry.number for entry in entries] == list(range(1, len(done) + 1))
    for before, after in pairwise(entries):
        assert bytes(after.previous) == bytes(before.hash)


def _in_threads(*targets: Callable[[], None]) -> None:
    threads = [Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
