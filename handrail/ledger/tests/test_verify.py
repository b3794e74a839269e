"""Every tampering with the ledger is found and named: goal I1."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone

from handrail.ledger.reading import snapshot
from handrail.ledger.record import COLUMNS, append, append_many
from handrail.ledger.seal import seal
from handrail.ledger.tests.acts import act
from handrail.ledger.tests.tampering import Tampered, first_in_chain
from handrail.ledger.verify import verify

BYTE = "set_byte({0}, 31, get_byte({0}, 31) # 1)"
VICTIMS = "FROM victim WHERE victim.chain = entry.chain AND victim.number = entry.number"
CHANGES = {
    "act": "act || 'x'",
    "outcome": "NULL",
    "stage": "stage || 'x'",
    "actor": "gen_random_uuid()",
    "role": "role || 'x'",
    "organisation": "gen_random_uuid()",
    "seen_version": "seen_version + 1",
    "reason_given": "NOT reason_given",
    "happened_at": "happened_at - interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "pack": "pack || 'x'",
    "commitment": BYTE.format("commitment"),
    "previous": BYTE.format("previous"),
    "hash": BYTE.format("hash"),
}
EVERY_ENTRY = 300 * 7 + 30
both = pytest.mark.parametrize("outside", [False, True], ids=["alone", "with heads"])


@both
def test_a_clean_record_raises_no_alarm(tampered: Tampered, outside: bool) -> None:
    for _ in range(20):
        report = tampered.report(tampered.heads if outside else None)
        assert report.findings == []
    assert (report.entries, report.chains, report.heads) == (EVERY_ENTRY, 300, 2)
    assert (report.sealed, report.unsealed, report.erased) == (1400, EVERY_ENTRY - 1400, 0)
    assert report.heads_outside == (2 if outside else 0)


@both
def test_a_change_of_any_column_is_named(tampered: Tampered, outside: bool) -> None:
    victims = tampered.one_of_each()
    for column, value in CHANGES.items():
        with tampered.free_hand():
            tampered.victims(victims)
            tampered.admin.execute(f"UPDATE ledger_entry entry SET {column} = {value} {VICTIMS}")
            report = tampered.report(tampered.heads if outside else None)
        assert {UUID(f.chain): f.number for f in report.findings if f.chain} == victims, column
        assert {finding.what for finding in report.findings} == {"changed"}, column


@both
def test_an_entry_under_another_number_is_named_where_it_belongs(tampered: Tampered, outside: bool) -> None:
    victims = tampered.one_of_each()
    with tampered.free_hand():
        tampered.victims(victims)
        tampered.admin.execute(f"UPDATE ledger_entry entry SET number = entry.number + 100 {VICTIMS}")
        first = first_in_chain(tampered.report(tampered.heads if outside else None))
    assert {chain: finding.number for chain, finding in first.items()} == victims
    assert {finding.what for finding in first.values()} == {"reordered"}


@both
def test_an_entry_in_another_chain_is_missed_and_found_out_of_place(
    tampered: Tampered, outside: bool
) -> None:
    victims = tampered.one_of_each()
    stranger = UUID(int=2**127 + 1)
    with tampered.free_hand():
        tampered.victims(victims)
        tampered.admin.execute(f"UPDATE ledger_entry entry SET chain = '{stranger}' {VICTIMS}")
        first = first_in_chain(tampered.report(tampered.heads if outside else None))
    assert first.pop(stranger).what in {"changed", "inserted"}
    assert {chain: finding.number for chain, finding in first.items()} == victims
    assert {finding.what for finding in first.values()} <= {"removed", "cut off"}


def test_an_entry_under_another_id_is_named_by_its_content(tampered: Tampered) -> None:
    victims = tampered.one_of_each()
    with tampered.free_hand():
        tampered.victims(victims)
        tampered.admin.execute(f"UPDATE ledger_entry entry SET id = id + 1000000 {VICTIMS}")
        report = tampered.report()
    named = {UUID(f.chain): f.number for f in report.findings if f.chain and f.what == "content changed"}
    assert named == victims


@both
def test_changed_content_is_told_from_a_changed_entry(tampered: Tampered, outside: bool) -> None:
    victims = tampered.one_of_each()
    swapped = "content = jsonb_set(content, '{reason}', '\"other\"')"
    for change in (f"salt = {BYTE.format('salt')}", swapped, "content = content || '{\"more\": null}'"):
        with tampered.free_hand():
            tampered.victims(victims)
            tampered.admin.execute(
                f"UPDATE ledger_content SET {change}"
                " FROM ledger_entry entry JOIN victim USING (chain, number) WHERE entry_id = id"
            )
            report = tampered.report(tampered.heads if outside else None)
        assert {UUID(f.chain): f.number for f in report.findings if f.chain} == victims, change
        assert {finding.what for finding in report.findings} == {"content changed"}, change


def test_contents_that_changed_places_are_named(tampered: Tampered) -> None:
    chain = tampered.chains[7]
    with tampered.free_hand():
        tampered.admin.execute("ALTER TABLE ledger_content DROP CONSTRAINT ledger_content_pkey")
        tampered.admin.execute(
            "UPDATE ledger_content SET entry_id = other.id FROM ledger_entry entry JOIN ledger_entry other"
            " ON other.chain = entry.chain AND other.number = 7 - entry.number"
            " WHERE entry_id = entry.id AND entry.chain = %s AND entry.number IN (2, 5)",
            [chain],
        )
        findings = tampered.report().findings
    assert [(f.chain, f.number, f.what) for f in findings] == [
        (str(chain), number, "content changed") for number in (2, 5)
    ]


@both
def test_an_entry_that_was_removed_is_named(tampered: Tampered, outside: bool) -> None:
    victims = tampered.one_of_each()
    with tampered.free_hand():
        tampered.victims(victims)
        tampered.admin.execute(
            f"DELETE FROM ledger_content USING ledger_entry entry, victim WHERE entry_id = id AND {SAME}"
        )
        tampered.admin.execute(f"DELETE FROM ledger_entry entry USING victim WHERE {SAME}")
        report = tampered.report(tampered.heads if outside else None)
    assert {UUID(f.chain): f.number for f in report.findings if f.chain} == victims
    for finding in report.findings:
        at_end = finding.number == tampered.length_of(UUID(finding.chain))
        assert finding.what == ("cut off" if at_end else "removed")


SAME = "victim.chain = entry.chain AND victim.number = entry.number"


@both
@pytest.mark.parametrize("covered", [False, True], ids=["plainly", "with the chain's record put right"])
def test_a_tail_cut_off_is_named_entry_by_entry(tampered: Tampered, outside: bool, covered: bool) -> None:
    kept = 4
    # No exported head covers an unsealed entry; only the row in `ledger_chain` reveals its loss.
    chains = tampered.chains if not covered else [c for n, c in enumerate(tampered.chains) if n % 3 < 2]
    sealed = {(chain, n) for chain in chains for n in range(kept + 1, tampered.length + 1)}
    tenth = {(chain, 8) for chain in chains if tampered.length_of(chain) == 8 and not covered}
    with tampered.free_hand():
        tampered.victims(dict.fromkeys(chains, kept))
        tail = "victim.chain = entry.chain AND entry.number > victim.number"
        tampered.admin.execute(
            f"DELETE FROM ledger_content USING ledger_entry entry, victim WHERE entry_id = id AND {tail}"
        )
        tampered.admin.execute(f"DELETE FROM ledger_entry entry USING victim WHERE {tail}")
        if covered:
            tampered.admin.execute(
                "UPDATE ledger_chain SET length = entry.number, head = hash"
                f" FROM ledger_entry entry JOIN victim ON {SAME} WHERE ledger_chain.id = entry.chain"
            )
        report = tampered.report(tampered.heads if outside else None)
    named = {(UUID(f.chain), f.number) for f in report.findings if f.chain and f.what == "cut off"}
    assert named == sealed | tenth


@both
def test_a_whole_chain_that_was_removed_is_named_entry_by_entry(tampered: Tampered, outside: bool) -> None:
    victim = tampered.chains[1]
    with tampered.free_hand():
        tampered.admin.execute(
            "DELETE FROM ledger_content USING ledger_entry WHERE entry_id = id AND chain = %s", [victim]
        )
        tampered.admin.execute("DELETE FROM ledger_entry WHERE chain = %s", [victim])
        tampered.admin.execute("DELETE FROM ledger_chain WHERE id = %s", [victim])
        report = tampered.report(tampered.heads if outside else None)
    removed = {(f.chain, f.number) for f in report.findings if f.what == "removed"}
    assert removed == {(str(victim), n) for n in range(1, tampered.length + 1)}


@both
def test_two_entries_that_changed_places_are_named(tampered: Tampered, outside: bool) -> None:
    with tampered.free_hand():
        tampered.admin.execute("UPDATE ledger_entry SET number = 7 - number WHERE number IN (2, 5)")
        report = tampered.report(tampered.heads if outside else None)
    expected = {(str(chain), number) for chain in tampered.chains for number in (2, 5)}
    assert {(f.chain, f.number) for f in report.findings if f.what == "reordered"} == expected
    assert len(report.findings) == len(expected)


@both
@pytest.mark.parametrize(
    "values",
    [
        "entry.number + 1, recorded_at, hash, hash",  # at the end, or where another stands
        "entry.number, recorded_at, previous, hash",  # the same once more
        "entry.number, recorded_at - interval '30 days', previous, sha256(hash)",  # back-dated
    ],
)
def test_an_entry_that_was_inserted_is_named(tampered: Tampered, values: str, outside: bool) -> None:
    victims = tampered.one_of_each()
    number = "number, recorded_at, previous, hash"
    rest = ", ".join(name for name in COLUMNS if name not in {"chain", *number.split(", ")})
    with tampered.free_hand():
        tampered.victims(victims)
        copied = ", ".join(f"entry.{name}" for name in rest.split(", "))
        tampered.admin.execute(
            f"INSERT INTO ledger_entry (chain, {number}, {rest})"
            f" SELECT entry.chain, {values}, {copied} FROM ledger_entry entry JOIN victim ON {SAME}"
        )
        report = tampered.report(tampered.heads if outside else None)
    named = {UUID(f.chain): f.number for f in report.findings if f.chain and f.what == "inserted"}
    step = 1 if values.startswith("entry.number + 1") else 0
    assert named == {chain: n + step for chain, n in victims.items()}


@both
def test_the_chains_own_record_is_checked_too(tampered: Tampered, outside: bool) -> None:
    heads = tampered.heads if outside else None
    sealed = tampered.chains[1]
    for change in ("length = length - 1", "length = length + 1", f"head = {BYTE.format('head')}"):
        with tampered.free_hand():
            tampered.admin.execute(f"UPDATE ledger_chain SET {change} WHERE id = %s", [sealed])
            findings = tampered.report(heads).findings
        assert {(f.chain, f.what) for f in findings} == {(str(sealed), "chain changed")}, change


def test_erased_content_is_counted_and_raises_no_alarm(tampered: Tampered) -> None:
    with tampered.free_hand():
        tampered.admin.execute("DELETE FROM ledger_content WHERE entry_id % 5 = 0")
        report = tampered.report(tampered.heads)
    assert report.findings == []
    assert report.erased == EVERY_ENTRY // 5


def test_an_entry_kept_from_being_sealed_is_named(tampered: Tampered) -> None:
    with tampered.free_hand():
        tampered.admin.execute(
            "DELETE FROM ledger_unsealed USING ledger_entry entry WHERE entry.id = entry_id"
            " AND chain = %s AND number = 3",
            [tampered.chains[2]],
        )
        findings = tampered.report().findings
    assert [(f.chain, f.number, f.what) for f in findings] == [(str(tampered.chains[2]), 3, "not sealed")]


def test_what_cannot_even_be_a_value_is_still_named(tampered: Tampered) -> None:
    """A database owner can drop the table's constraints and insert anything."""
    victim = str(tampered.chains[4])
    where = f"WHERE chain = '{victim}' AND number = 4"
    for change in (
        "recorded_at = 'infinity'",
        "happened_at = '4713-01-01 BC'",
        "hash = NULL",
        "actor = NULL",
    ):
        with tampered.free_hand():
            for column in ("hash", "actor"):
                tampered.admin.execute(f"ALTER TABLE ledger_entry ALTER {column} DROP NOT NULL")
            tampered.admin.execute(f"UPDATE ledger_entry SET {change} {where}")
            findings = tampered.report().findings
        assert [(f.chain, f.number, f.what) for f in findings] == [(victim, 4, "changed")], change
    for change in ("'{\"n\": 1.5}'", "'[]'", "'1e400'", "repeat('[', 1500)::text || repeat(']', 1500)"):
        with tampered.free_hand():
            tampered.admin.execute(
                f"UPDATE ledger_content SET content = ({change})::jsonb"
                f" WHERE entry_id = (SELECT id FROM ledger_entry {where})"
            )
            findings = tampered.report().findings
        assert [(f.chain, f.number, f.what) for f in findings] == [(victim, 4, "content changed")], change


def test_one_snapshot_is_read_whatever_is_written_meanwhile(
    as_jobs: None, jobs_connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """Entries and a seal written during verification are not seen by half."""
    with transaction.atomic():
        first = append(act())
    with snapshot(jobs_connection) as reader:
        reader.execute("SELECT FROM ledger_entry")
        with transaction.atomic():
            append_many([act(first.chain), act()])
        seal(timezone.now(), tmp_path)
        report = verify(reader)
    assert (report.entries, report.sealed, report.findings) == (1, 0, [])
    assert (verify(jobs_connection).entries, verify(jobs_connection).sealed) == (3, 3)
