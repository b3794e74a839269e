"""Adding documents survives being killed: what was acknowledged is whole, and nothing is half there."""

import os
import random
import signal
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection

from handrail.cases.documents import adding
from handrail.cases.documents.tests.adding import add
from handrail.cases.files import keeping
from handrail.cases.files.inspecting import Inspected
from handrail.cases.files.kinds import KINDS
from handrail.cases.files.models import Document
from handrail.cases.models import Case
from handrail.cases.tests.cast import make_cast, refer
from handrail.ledger.models import Entry
from handrail.organisations.models import Person

KILLS = 12
LONGEST = 300  # seconds after which a process that was not killed ends by itself


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DOCUMENTS = str(tmp_path / "kept")
    return tmp_path / "kept"


def add_without_end(case: UUID, person: UUID, acknowledged: int) -> None:
    """Add documents until killed, and write the digest of each that was added."""
    connection.connection = None  # the inherited connection belongs to the parent process
    by = Person.objects.get(pk=person)
    while True:
        content = os.urandom(20_000)
        add(Case.objects.get(pk=case), by, content)
        os.write(acknowledged, sha256(content).digest())


def killed_after(seconds: float, case: UUID, person: UUID) -> Iterator[bytes]:
    """Yield the digests a process acknowledged before it was killed, `seconds` after its first document."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(LONGEST)
        try:
            add_without_end(case, person, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as told:
        yield told.read(32)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while digest := told.read(32):
            yield digest


def await_no_other() -> None:
    """Wait until the last database statement of the killed process is over."""
    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND state <> 'idle'"
    )
    with connection.cursor() as cursor:
        for _ in range(LONGEST * 100):
            cursor.execute(others)
            if not cursor.fetchone():
                return
            time.sleep(0.01)
    pytest.fail("a statement of the killed process is still running")


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_was_acknowledged_is_there_and_nothing_is_half_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "inspect", lambda content, policy: Inspected(KINDS["text"]))
    cast = make_cast()
    case = refer(cast)
    chance = random.Random(4)
    acknowledged: list[bytes] = []
    for _ in range(KILLS):
        acknowledged += killed_after(chance.uniform(0, 0.2), case.pk, cast.officer.pk)
    await_no_other()
    rows = {bytes(row.digest): row for row in Document.objects.all()}
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(rows)
    assert len(rows) - len(acknowledged) <= KILLS
    assert all(sha256(row.content()).digest() == digest for digest, row in rows.items())
    case.refresh_from_db()
    entries = Entry.objects.filter(chain=case.pk)
    assert case.version == entries.count() == len(rows) + 1
    named = {
        UUID(entry.content.content["document"]["id"]) for entry in entries if entry.act == "add-document"
    }
    assert named == {row.pk for row in rows.values()}
    kept = set(
        keeping.store().older_than(Document.objects.filter(record=case.pk).latest("at").at.replace(year=2100))
    )
    assert {row.name for row in rows.values()} <= kept
