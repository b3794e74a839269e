"""Tampering that only the exported heads reveal: goal I2."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from handrail.ledger import heads
from handrail.ledger.canonical import ZERO, microseconds
from handrail.ledger.proof import NoHeads
from handrail.ledger.record import COLUMNS, link
from handrail.ledger.seal import seal
from handrail.ledger.tests.acts import act
from handrail.ledger.tests.tampering import GUARDED, Tampered
from handrail.ledger.verify import Report, main

SEALED_CHAINS = [n for n in range(300) if n % 3 < 2]


def rewrite(tampered: Tampered, chains: list[UUID], keys: Path) -> None:
    """Rewrite some chains from their third entry on, with new hashes, leaves and heads."""
    admin = tampered.admin
    for table in GUARDED:
        admin.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER".encode())
    admin.execute("TRUNCATE ledger_leaf, ledger_head, ledger_unsealed")
    columns = ", ".join(COLUMNS)
    rows = admin.execute(
        f"SELECT id, {columns}, salt, content FROM ledger_entry JOIN ledger_content ON entry_id = id"
        " WHERE chain = ANY(%s) ORDER BY chain, number".encode(),
        [chains],
    ).fetchall()
    for chain, entries in groupby(rows, key=lambda row: row[1]):
        rewrite_chain(admin, chain, list(entries))
    admin.execute("INSERT INTO ledger_unsealed SELECT id FROM ledger_entry")
    for table in GUARDED:
        admin.execute(f"ALTER TABLE ledger_{table} ENABLE TRIGGER USER".encode())
    seal(timezone.now(), keys)


def rewrite_chain(admin: psycopg.Connection[Any], chain: UUID, rows: list[Any]) -> None:
    previous = ZERO
    for row in rows:
        id_, values = row[0], dict(zip(COLUMNS, row[1:-2], strict=True))
        content = row[-1] if values["number"] < 3 else {"reason": "another story"}
        told = {name: values[name] for name in act().__slots__ if name in values}
        new = link(
            act(**told | {"content": content}),
            number=values["number"],
            recorded_at=values["recorded_at"],
            previous=previous,
        )
        if values["number"] < 3:
            previous = bytes(values["hash"])
            continue
        previous = new.hash
        admin.execute(
            "UPDATE ledger_entry SET commitment = %s, previous = %s, hash = %s WHERE id = %s",
            [new.commitment, new.previous, new.hash, id_],
        )
        admin.execute(
            "UPDATE ledger_content SET salt = %s, content = %s WHERE entry_id = %s",
            [new.salt, new.content.decode(), id_],
        )
    admin.execute("UPDATE ledger_chain SET head = %s WHERE id = %s", [previous, chain])


@pytest.mark.parametrize("key", ["stolen", "their own"])
def test_a_rewrite_of_everything_is_seen_only_against_heads_kept_outside(
    tampered: Tampered, tmp_path: Path, key: str
) -> None:
    forged = tmp_path / "forged"
    if key == "stolen":
        shutil.copytree(tmp_path / "keys", forged / "keys")
    chains = [tampered.chains[n] for n in SEALED_CHAINS[5:150:7]]
    rewrite(tampered, chains, forged)

    # The chain by itself shows nothing; only the exported heads reveal the rewrite.
    assert tampered.report().findings == []

    report = tampered.report(tampered.heads)
    named = {(f.chain, f.number) for f in report.findings if f.chain}
    assert named == {(str(chain), number) for chain in chains for number in range(3, tampered.length + 1)}
    assert {f.what for f in report.findings if f.chain} == {"rewritten"}
    # The attacker makes one head in place of two, which is found, as is a key of their own.
    without_chain = {f.what for f in report.findings if not f.chain}
    assert without_chain >= {"tree changed", "head changed", "head missing"}
    assert ("head signature bad" in without_chain) == (key == "their own")


def test_an_entry_slipped_into_a_rewritten_record_is_named(tampered: Tampered, tmp_path: Path) -> None:
    """The entry is inserted among sealed ones; after the last exported head it would look like any other."""
    chain = tampered.chains[3]
    forged = link(act(chain), number=8, recorded_at=timezone.now(), previous=end_of(tampered, chain))
    marks = ", ".join(["%s"] * len(COLUMNS))
    with tampered.admin.transaction():
        tampered.admin.execute(
            "INSERT INTO ledger_content VALUES (0, %s, %s)", [forged.salt, forged.content.decode()]
        )
        tampered.admin.execute(
            f"INSERT INTO ledger_entry (id, {', '.join(COLUMNS)}) VALUES (0, {marks})".encode(), forged.row()
        )
    rewrite(tampered, [], tmp_path)
    assert tampered.report().findings == []
    found = {finding[:3] for finding in tampered.report(tampered.heads).findings if finding.chain}
    assert found == {(str(chain), 8, "inserted")}


def end_of(tampered: Tampered, chain: UUID) -> bytes:
    row = tampered.admin.execute("SELECT head FROM ledger_chain WHERE id = %s", [chain]).fetchone()
    assert row
    return bytes(row[0])


def test_a_chain_that_was_left_out_of_a_rewritten_record_is_named(tampered: Tampered, tmp_path: Path) -> None:
    victim = tampered.chains[4]
    with tampered.admin.transaction():
        for table in GUARDED:
            tampered.admin.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER".encode())
        tampered.admin.execute(
            "DELETE FROM ledger_content USING ledger_entry WHERE entry_id = id AND chain = %s", [victim]
        )
        tampered.admin.execute("DELETE FROM ledger_entry WHERE chain = %s", [victim])
        tampered.admin.execute("DELETE FROM ledger_chain WHERE id = %s", [victim])
    rewrite(tampered, [], tmp_path / "forged")
    assert tampered.report().findings == []
    removed = {(f.chain, f.number) for f in tampered.report(tampered.heads).findings if f.what == "removed"}
    assert removed == {(str(victim), number) for number in range(1, tampered.length + 1)}


def test_the_signed_heads_of_the_record_show_a_rewrite_that_forgot_them(tampered: Tampered) -> None:
    """Entry and leaf are changed alike: the database's heads reveal that, the exported files say which."""
    chain = str(tampered.chains[3])
    with tampered.free_hand():
        for table in ("entry", "leaf"):
            tampered.admin.execute(
                f"UPDATE ledger_{table} SET hash = sha256(hash) WHERE chain = %s AND number = 7".encode(),
                [chain],
            )
        alone, held = tampered.report(), tampered.report(tampered.heads)
    assert (None, 1, "tree changed") in {f[:3] for f in alone.findings}
    assert {(None, 1, "tree changed"), (chain, 7, "changed")} == {f[:3] for f in held.findings}


def test_a_changed_leaf_is_told_from_a_changed_entry(tampered: Tampered) -> None:
    chain = str(tampered.chains[3])
    for heads_folder in (None, tampered.heads):
        with tampered.free_hand():
            tampered.admin.execute(
                "UPDATE ledger_leaf SET hash = sha256(hash) WHERE chain = %s AND number = 2", [chain]
            )
            found = {finding[:3] for finding in tampered.report(heads_folder).findings}
        assert found == {(None, 1, "tree changed"), (chain, 2, "leaf changed")}


def test_a_removed_leaf_is_missed(tampered: Tampered) -> None:
    chain = str(tampered.chains[3])
    with tampered.free_hand():
        tampered.admin.execute("DELETE FROM ledger_leaf WHERE chain = %s AND number = 2", [chain])
        found = {finding[:3] for finding in tampered.report().findings}
    assert (chain, 2, "not sealed") in found
    assert (None, 1, "tree changed") in found


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE ledger_head SET root = sha256(root) WHERE number = 1", "head signature bad"),
        ("UPDATE ledger_head SET size = size - 1 WHERE number = 2", "head signature bad"),
        (
            "UPDATE ledger_head SET sealed_at = sealed_at - interval '1 hour' WHERE number = 2",
            "head signature bad",
        ),
        (
            "UPDATE ledger_head SET signature = signature || 'x'::bytea WHERE number = 2",
            "head signature bad",
        ),
        ("UPDATE ledger_head SET previous = sha256(previous) WHERE number = 2", "head signature bad"),
        ("UPDATE ledger_head SET public_key = sha256(public_key) WHERE number = 2", "head signature bad"),
        ("UPDATE ledger_head SET edge = set_byte(edge, 1, 255 - get_byte(edge, 1))", "head changed"),
        ("DELETE FROM ledger_head WHERE number = 1", "head missing"),
        ("DELETE FROM ledger_head WHERE number = 2", "head missing"),
        ("TRUNCATE ledger_head", "head missing"),
        ("TRUNCATE ledger_head, ledger_leaf", "not sealed"),
    ],
)
def test_whatever_is_done_to_a_head_is_found(tampered: Tampered, change: str, what: str) -> None:
    for heads_folder in (None, tampered.heads):
        with tampered.free_hand():
            tampered.admin.execute(change.encode())
            found = {finding.what.value for finding in tampered.report(heads_folder).findings}
        assert what in found


Spoil = Callable[[Path], object]


def edit(**changes: Any) -> Spoil:
    def spoil(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda path: path.write_text("{"), "head changed"),
        (lambda path: path.write_bytes(b"\xff"), "head changed"),
        (lambda path: path.unlink(), "head missing"),
        (edit(size=1), "head signature bad"),
        (edit(root="00" * 32), "head signature bad"),
        (edit(format="another"), "head changed"),
        (edit(signature="00"), "head signature bad"),
    ],
)
def test_a_damaged_file_among_the_heads_is_named(tampered: Tampered, spoil: Spoil, what: str) -> None:
    spoil(tampered.heads / heads.file_name(1))
    assert (1, what) in {(f.number, f.what.value) for f in tampered.report(tampered.heads).findings}


def test_leaves_of_a_file_that_do_not_give_its_root_prove_nothing(tampered: Tampered) -> None:
    chain = str(tampered.chains[3])
    edit(leaves=[])(tampered.heads / heads.file_name(1))
    with tampered.free_hand():
        tampered.admin.execute(
            "UPDATE ledger_leaf SET hash = sha256(hash) WHERE chain = %s AND number = 2", [chain]
        )
        found = {finding[:3] for finding in tampered.report(tampered.heads).findings}
    assert {(None, 1, "tree changed"), (None, 1, "head changed"), (chain, 2, "leaf changed")} == found


def test_a_head_signed_by_somebody_else_does_not_count(tampered: Tampered) -> None:
    path = tampered.heads / heads.file_name(2)
    head, leaves = heads.read(path)
    forged = replace(head, sealed_at=microseconds(timezone.now())).signed(Ed25519PrivateKey.generate())
    head_file = heads.write(tampered.heads, forged, leaves)
    assert head_file.stat().st_mode & 0o777 == 0o600
    found = {(f.number, f.what.value) for f in tampered.report(tampered.heads).findings}
    assert (2, "head signature bad") in found


def test_heads_older_than_the_record_raise_no_alarm(tampered: Tampered) -> None:
    """Entries sealed after the export are compared with the heads in the database."""
    (tampered.heads / heads.file_name(2)).unlink()
    assert tampered.report(tampered.heads).findings == []


def test_a_folder_without_heads_is_no_proof(tampered: Tampered, tmp_path: Path) -> None:
    with pytest.raises(NoHeads, match="holds no readable head"):
        tampered.report(tmp_path / "nowhere")


def test_the_program_says_it_for_people_and_machines(
    tampered: Tampered, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address = tampered.admin.info.dsn
    assert main(["--database", address, "--heads", str(tampered.heads)]) == 0
    assert "Nothing is wrong" in capsys.readouterr().out
    assert main(["--database", address]) == 0
    assert "No heads from outside" in capsys.readouterr().out
    rewrite(tampered, [tampered.chains[0]], tmp_path / "forged")
    assert main(["--database", address, "--heads", str(tampered.heads), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["entries"], report["chains"], report["heads_outside"]) == (2130, 300, 2)
    first = next(finding for finding in report["findings"] if finding["chain"])
    assert (first["chain"], first["number"], first["what"]) == (str(tampered.chains[0]), 3, "rewritten")
    assert main(["--database", address, "--heads", str(tampered.heads)]) == 1
    assert f"chain {tampered.chains[0]}, entry 3: rewritten." in capsys.readouterr().out
    assert main(["--database", address, "--heads", str(tmp_path)]) == 2
    assert main(["--database", "host=/nonexistent dbname=none"]) == 2
    assert "Could not verify" in capsys.readouterr().err


def test_a_long_report_is_cut_for_people_only() -> None:
    from handrail.ledger.examine import Finding, What

    report = Report(findings=[Finding("c", n, What.CHANGED, "") for n in range(60)])
    assert list(report.lines())[-1] == "... and 10 more; --json lists them all"
    assert len(report.as_json()["findings"]) == 60
