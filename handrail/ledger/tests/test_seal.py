"""Sealing, exporting and mailing heads."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message as Email
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from handrail.ledger import heads, tasks
from handrail.ledger.models import Head, Leaf, Unsealed
from handrail.ledger.record import append, append_many
from handrail.ledger.seal import (
    BrokenTree,
    NoSigningKey,
    as_tree_head,
    heads_folder,
    seal,
    signing_key,
)
from handrail.ledger.tests.acts import act
from handrail.ledger.tree import Tree

pytestmark = pytest.mark.usefixtures("as_jobs")
LONGEST_WINDOW = timedelta(minutes=15)
QUEUED: dict[str, Any] = {"queue": "default", "task_name": "ledger.seal", "lock": None, "queueing_lock": None}
LOCKS: list[LiteralString] = [
    "SELECT pg_advisory_xact_lock(24225)",  # by which one seal waited for another once
    "LOCK TABLE ledger_unsealed, ledger_chain, ledger_entry IN ACCESS SHARE MODE",
    "LOCK TABLE ledger_entry IN ROW EXCLUSIVE MODE",
    "SELECT * FROM ledger_unsealed, ledger_entry",
]


def add(count: int = 1) -> None:
    with transaction.atomic():
        append_many([act() for _ in range(count)])


def test_a_seal_takes_every_entry_once_in_the_order_of_recording(tmp_path: Path) -> None:
    with transaction.atomic():
        entries = [append(act()) for _ in range(5)]
    head = seal(timezone.now(), tmp_path)
    assert head
    assert list(Leaf.objects.order_by("position").values_list("position", "chain")) == [
        (place, entry.chain) for place, entry in enumerate(entries)
    ]
    tree = Tree()
    for entry in entries:
        tree.append(bytes(entry.hash))
    assert (head.number, head.size, bytes(head.root)) == (1, 5, tree.root())
    assert not Unsealed.objects.exists()
    assert seal(timezone.now(), tmp_path) is None


def test_each_head_goes_on_from_the_one_before(tmp_path: Path) -> None:
    add(3)
    first = seal(timezone.now(), tmp_path)
    add(2)
    second = seal(timezone.now(), tmp_path)
    assert first
    assert second
    assert (second.number, second.size) == (2, 5)
    assert bytes(second.previous) == as_tree_head(first).digest()
    assert as_tree_head(second).is_signed()
    assert not replace(as_tree_head(second), size=6).is_signed()


def test_a_large_record_is_sealed_in_several_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.ledger.seal.LARGEST_SEAL", 10)
    add(25)
    head = seal(timezone.now(), tmp_path)
    assert head
    assert (head.number, head.size) == (3, 25)
    assert [len(heads.read(path)[1]) for path in sorted(heads_folder(tmp_path).iterdir())] == [10, 10, 5]


def test_an_entry_that_commits_late_is_sealed_by_the_next_head(
    tmp_path: Path, jobs_connection: psycopg.Connection[Any]
) -> None:
    """Its id is lower than the ids of entries that are sealed already."""
    with jobs_connection.transaction():
        with transaction.atomic():
            slow = append(act())
            transaction.set_rollback(True)
        jobs_connection.execute(*by_hand(slow))
        add()
        early = seal(timezone.now(), tmp_path)
    late = seal(timezone.now(), tmp_path)
    assert early
    assert late
    assert (early.size, late.size) == (1, 2)
    assert Leaf.objects.get(position=1).chain == slow.chain


def by_hand(entry: Any) -> tuple[bytes, list[Any]]:
    from handrail.ledger.record import ADD, COLUMNS

    values = [getattr(entry, name) for name in COLUMNS]
    return ADD.encode(), [*values, entry.content.salt, json.dumps(entry.content.content), 0]


def test_the_file_says_what_the_database_says(tmp_path: Path) -> None:
    add(4)
    head = seal(timezone.now(), tmp_path)
    assert head
    [path] = heads_folder(tmp_path).iterdir()
    assert path.name == "0000000001.json"
    exported, leaves = heads.read(path)
    assert exported == as_tree_head(head)
    assert [tuple(leaf) for leaf in leaves] == [
        (str(leaf.chain), leaf.number, bytes(leaf.hash)) for leaf in Leaf.objects.order_by("position")
    ]


def test_a_file_that_a_crash_lost_is_written_at_the_next_seal(tmp_path: Path) -> None:
    for _ in range(3):
        add()
        seal(timezone.now(), tmp_path)
    folder = heads_folder(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / heads.file_name(2)).unlink()
    assert seal(timezone.now(), tmp_path) is None
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    add()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            seal(timezone.now(), tmp_path)
    assert list(heads_folder(tmp_path).iterdir()) == []
    assert Head.objects.count() == 1
    seal(timezone.now(), tmp_path)
    assert heads.numbers_in(heads_folder(tmp_path)) == {1}


def test_only_one_seals_at_a_time(tmp_path: Path, admin_connection: psycopg.Connection[Any]) -> None:
    add()

    def in_another_process() -> None:
        seal(timezone.now(), tmp_path)
        connections.close_all()

    with admin_connection.transaction():
        admin_connection.execute("SELECT ledger_sealing()")
        other = Thread(target=in_another_process)
        other.start()
        waits = "SELECT 1 FROM pg_locks WHERE relation = 'ledger_head'::regclass AND NOT granted"
        while not admin_connection.execute(waits).fetchone():
            assert other.is_alive()
        assert not Head.objects.exists()
    other.join(300)
    assert Head.objects.count() == 1


def test_a_seal_that_cannot_begin_ends_with_an_error_and_is_tried_again(
    tmp_path: Path, admin_connection: psycopg.Connection[Any]
) -> None:
    add()
    with connections["default"].cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with admin_connection.transaction():
        admin_connection.execute("SELECT ledger_sealing()")
        with pytest.raises(OperationalError) as stopped:
            seal(timezone.now(), tmp_path)
    again = tasks.seal_the_record.get_retry_exception(stopped.value, Job(**QUEUED))
    assert again
    assert seal(timezone.now(), tmp_path)


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_that_the_web_can_take_holds_up_a_seal(
    tmp_path: Path, web_connection: psycopg.Connection[Any], lock: LiteralString
) -> None:
    add()
    with web_connection.transaction():
        web_connection.execute(lock)
        with connections["default"].cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert seal(timezone.now(), tmp_path)


def test_many_who_seal_at_once_make_one_line_of_heads(tmp_path: Path) -> None:
    add(40)

    def some_seals() -> None:
        for _ in range(5):
            add(3)
            seal(timezone.now(), tmp_path)
        connections.close_all()

    threads = [Thread(target=some_seals) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    line = [as_tree_head(head) for head in Head.objects.order_by("number")]
    assert [head.number for head in line] == list(range(1, len(line) + 1))
    assert [after.previous for after in line[1:]] == [before.digest() for before in line[:-1]]
    assert line[-1].size == Leaf.objects.count() == 100


def test_the_key_is_made_once_for_its_owners_eyes_only(tmp_path: Path) -> None:
    first, second = signing_key(tmp_path), signing_key(tmp_path)
    path = tmp_path / "keys" / "ledger-signing.pem"
    assert first.private_bytes_raw() == second.private_bytes_raw()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_LEDGER_KEY_FILE", str(tmp_path / "vault" / "key.pem"))
    signing_key(tmp_path / "home")
    assert (tmp_path / "vault" / "key.pem").exists()
    assert not (tmp_path / "home").exists()


def test_another_kind_of_key_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key.pem"
    monkeypatch.setenv("HANDRAIL_LEDGER_KEY_FILE", str(file))
    other = ec.generate_private_key(ec.SECP256R1())
    for content in (b"nonsense", other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())):
        file.write_bytes(content)
        with pytest.raises(NoSigningKey, match=r"key\.pem"):
            signing_key(tmp_path)


def test_no_head_grows_from_one_that_was_tampered_with(
    tmp_path: Path, admin_connection: psycopg.Connection[Any]
) -> None:
    add(3)
    seal(timezone.now(), tmp_path)
    admin_connection.execute("ALTER TABLE ledger_head DISABLE TRIGGER USER")
    admin_connection.execute("UPDATE ledger_head SET edge = set_byte(edge, 3, get_byte(edge, 3) # 1)")
    add()
    with pytest.raises(BrokenTree, match="Head 1"):
        seal(timezone.now(), tmp_path)
    assert Head.objects.count() == 1


def test_the_window_before_a_seal_is_fifteen_minutes_at_most() -> None:
    """Goal I3: the oldest unsealed entry was recorded a few minutes ago."""
    [periodic] = [
        entry for (name, _), entry in app.periodic_registry.periodic_tasks.items() if name == "ledger.seal"
    ]
    assert periodic.task.queueing_lock == "ledger.seal"
    runs = periodic.croniter
    runs.set_current(datetime(2026, 3, 28, 23, 58, tzinfo=UTC))
    times = [runs.get_next(datetime) for _ in range(500)]
    longest = max(after - before for before, after in pairwise(times))
    assert 2 * longest <= LONGEST_WINDOW  # so that one run may fail


def test_the_task_seals_to_the_folder_of_the_installation(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    add(2)
    tasks.seal_the_record(timestamp=0)
    assert Head.objects.get().size == 2
    assert heads.numbers_in(heads_folder(tmp_path)) == {1}


class Received(Message):
    """A mail server on this machine that keeps what it receives."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Email] = []

    def handle_message(self, message: Email) -> None:
        self.mails.append(message)


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Received]:
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_PORT = port
    settings.LEDGER_HEADS_MAIL = ["inspectorate@example.org", "court@example.org"]
    yield received
    controller.stop()


def test_the_head_goes_by_mail_and_names_no_case(tmp_path: Path, mail_server: Received) -> None:
    chain = uuid4()
    with transaction.atomic():
        append(act(chain))
    head = seal(timezone.now(), tmp_path)
    assert head
    [mail] = mail_server.mails
    assert mail["To"] == "inspectorate@example.org, court@example.org"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert heads.TreeHead.from_json(json.loads(body)) == as_tree_head(head)
    assert str(chain).encode() not in body
    seal(timezone.now(), tmp_path)
    assert len(mail_server.mails) == 1


def test_a_mail_that_fails_is_told_and_the_head_stands(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.LEDGER_HEADS_MAIL = ["court@example.org"]
    add()
    with pytest.raises(OSError, match="refused"):
        seal(timezone.now(), tmp_path)
    assert Head.objects.count() == 1
    assert heads.numbers_in(heads_folder(tmp_path)) == {1}
