"""The database itself protects the ledger: goals I5 and I6. Every attack is raw SQL."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.utils import timezone

from handrail.ledger.models import Chain, Entry, Unsealed
from handrail.ledger.record import ADD, COLUMNS, append, append_many, link
from handrail.ledger.seal import seal
from handrail.ledger.tests.acts import act

ATTACKS = {
    "update": "UPDATE ledger_entry SET act = 'nothing'",
    "delete": "DELETE FROM ledger_entry",
    "truncate": "TRUNCATE ledger_entry CASCADE",
    "alter": "ALTER TABLE ledger_entry ADD COLUMN shadow int",
    "disable the trigger": "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "set pgtrigger.ignore": "SELECT set_config('pgtrigger.ignore', '{ledger_entry_append_only}', false);"
    " UPDATE ledger_entry SET act = 'nothing'",
    "play a replica": "SET session_replication_role = replica",
    "become the owner": "SET ROLE handrail_owner",
    "drop the trigger": "DROP TRIGGER ledger_entry_follows ON ledger_entry",
    "replace the trigger's function": "CREATE OR REPLACE FUNCTION ledger_follow() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "call for a lock": "SELECT FROM ledger_chain FOR UPDATE",
    "change content": "UPDATE ledger_content SET content = '{}'",
    "remove content": "DELETE FROM ledger_content",
    "move a chain's end": "UPDATE ledger_chain SET length = 0",
    "begin a chain": "INSERT INTO ledger_chain (id, length, head) VALUES (gen_random_uuid(), 5, '')",
    "forget a chain": "DELETE FROM ledger_chain",
    "keep from being sealed": "DELETE FROM ledger_unsealed",
    "remove a leaf": "DELETE FROM ledger_leaf",
    "change a head": "UPDATE ledger_head SET size = 0",
}


@pytest.fixture
def sealed(as_jobs: None, tmp_path: Any) -> None:
    with transaction.atomic():
        append(act())
    seal(timezone.now(), tmp_path)
    with transaction.atomic():
        append(act())


@pytest.mark.parametrize("role", ["web_connection", "jobs_connection"])
def test_who_serves_cannot_change_the_record(sealed: None, role: str, request: pytest.FixtureRequest) -> None:
    attacker: psycopg.Connection[Any] = request.getfixturevalue(role)
    owner: psycopg.Connection[Any] = request.getfixturevalue("owner_connection")
    before = contents(owner)
    assert all(before)
    for name, attack in ATTACKS.items():
        assert is_refused(attacker, attack), name
        attacker.execute("RESET ALL")
    assert contents(owner) == before


def is_refused(attacker: psycopg.Connection[Any], attack: str) -> bool:
    try:
        attacker.execute(attack.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def contents(reader: psycopg.Connection[Any]) -> list[Any]:
    tables = ("entry", "content", "chain", "leaf", "head", "unsealed")
    return [reader.execute(f"SELECT * FROM ledger_{table}".encode()).fetchall() for table in tables]


def test_the_web_cannot_seal(sealed: None, web_connection: psycopg.Connection[Any]) -> None:
    for table in ("leaf", "head"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web_connection.execute(f"INSERT INTO ledger_{table} SELECT * FROM ledger_{table}".encode())


@pytest.mark.parametrize("role", ["owner_connection", "admin_connection"])
def test_even_the_owner_and_a_superuser_meet_the_triggers(
    sealed: None, role: str, request: pytest.FixtureRequest
) -> None:
    attacker: psycopg.Connection[Any] = request.getfixturevalue(role)
    if role == "admin_connection":
        attacker.execute("SET session_replication_role = replica")
    before = contents(attacker)
    for table in ("entry", "content", "chain", "leaf", "head", "unsealed"):
        column = {"content": "salt", "chain": "head", "head": "root", "unsealed": "entry_id"}.get(
            table, "hash"
        )
        for attack in (f"UPDATE {{}} SET {column} = {column}", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="The record is append-only"):
                attacker.execute(attack.format(f"ledger_{table}").encode())
    assert contents(attacker) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("actor", None, "actor"),
        ("role", None, "role"),
        ("role", "", "entry_names_act_authority_and_policy"),
        ("act", "", "entry_names_act_authority_and_policy"),
        ("pack", "", "entry_names_act_authority_and_policy"),
        ("organisation", None, "organisation"),
        ("happened_at", None, "happened_at"),
        ("recorded_at", None, "recorded_at"),
        ("seen_version", None, "seen_version"),
        ("seen_version", -1, "seen_version"),
        ("reason_given", None, "reason_given"),
        ("reason_given", False, "entry_gives_reason_for_outcome"),
        ("outcome", "", "entry_gives_reason_for_outcome"),
        ("number", 0, "entry_names_act_authority_and_policy|number"),
        ("happened_at", datetime(2999, 1, 1, tzinfo=UTC), "entry_happened_before_recorded"),
        ("commitment", b"short", "entry_hashes_are_whole"),
        ("hash", b"", "entry_hashes_are_whole"),
    ],
)
def test_no_decision_without_author_time_authority_version_and_reason(
    column: str, value: Any, says: str
) -> None:
    """Goal I5, tested in the database itself, beneath every form and function."""
    with pytest.raises(IntegrityError, match=says):
        insert(**{column: value})


def insert(**changes: Any) -> None:
    """Insert a valid entry by raw SQL, with the given changes."""
    new = link(act(), number=1, recorded_at=timezone.now(), previous=bytes(32))
    values = dict(zip(COLUMNS, new.row(), strict=True)) | changes
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADD, [*values.values(), new.salt, new.content.decode(), 0])


@pytest.mark.django_db
def test_a_right_entry_by_raw_sql_is_taken() -> None:
    """Proves that the refusals above are due to the change in each, not to anything else."""
    insert()
    assert Entry.objects.count() == Chain.objects.count() == Unsealed.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [{"number": 2}, {"previous": bytes([1]) * 32}, {"number": 2, "previous": bytes([1]) * 32}],
)
def test_a_chain_begins_with_its_first_entry(changes: dict[str, Any]) -> None:
    with pytest.raises(OperationalError, match="does not follow on"):
        insert(**changes)


@pytest.mark.django_db
def test_a_chain_has_no_forks_and_no_gaps() -> None:
    chain = uuid4()
    first, second = append(act(chain)), append(act(chain))
    for number, previous in ((3, first.hash), (4, second.hash), (3, bytes(32))):
        with pytest.raises(OperationalError, match="does not follow on"):
            insert(chain=chain, number=number, previous=previous)
    with pytest.raises(IntegrityError, match="entry_number_once_in_chain"):
        insert(chain=chain, number=2, previous=first.hash)
    assert Chain.objects.get(pk=chain).length == 2


@pytest.mark.django_db
def test_a_chain_keeps_the_kind_of_its_first_entry() -> None:
    first = append(act(kind="access"))
    with pytest.raises(IntegrityError, match="of another kind than its chain"), transaction.atomic():
        append(act(first.chain, kind="case"))
    with pytest.raises(IntegrityError, match="of another kind than its chain"), transaction.atomic():
        append_many([act(chain := uuid4(), kind="case"), act(chain, kind="access")])
    append(act(first.chain, kind="access"))
    assert Chain.objects.get(pk=first.chain).kind == "access"


@pytest.mark.django_db
def test_chains_that_are_older_than_kinds_are_told_by_their_stage() -> None:
    of_stage = {stage: uuid4() for stage in ("register", "access", "gateway")}
    for stage, chain in of_stage.items():
        append(act(chain, stage=stage))
    kinds = import_module("handrail.ledger.migrations.0005_kind")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_entry DROP COLUMN kind CASCADE")
        cursor.execute("ALTER TABLE ledger_chain DROP COLUMN kind CASCADE")
        cursor.execute(kinds.OF_ENTRIES + kinds.OF_CHAINS)
    told = {"register": "register-entry", "access": "access", "gateway": "case"}
    for stage, chain in of_stage.items():
        assert Entry.objects.get(chain=chain).kind == Chain.objects.get(pk=chain).kind == told[stage]
    for model in (Entry, Chain):
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            model.objects.update(kind="case")


@pytest.mark.django_db
def test_an_entry_comes_with_its_content() -> None:
    """An entry without content could later pass for one whose content was lawfully erased."""
    new = link(act(), number=1, recorded_at=timezone.now(), previous=bytes(32))
    columns, places = ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="comes without its content"):
        cursor.execute(f"INSERT INTO ledger_entry ({columns}) VALUES ({places})", new.row())


@pytest.mark.django_db
def test_a_content_belongs_to_an_entry() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            cursor.execute("INSERT INTO ledger_content VALUES (-1, %s, '{}')", [bytes(32)])
