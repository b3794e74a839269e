"""Both stores keep what is put there, forget what is removed, and say when they cannot."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from handrail.cases.files import keeping
from handrail.cases.files.folder import Folder
from handrail.cases.files.object_store import ObjectStore
from handrail.cases.files.store import Missing, Store, Unavailable

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run a local server that speaks S3, and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(3_000):
        assert server.poll() is None
        if answers(port):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.kill()
    server.wait(300)


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "folder":
        return Folder(str(tmp_path / "kept"))
    return s3(request.getfixturevalue("endpoint"), monkeypatch, make=True)


def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, *, make: bool = False) -> ObjectStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    store = ObjectStore.at(f"s3://handrail/of/tests?endpoint={endpoint}&region=eu-west-2")
    if make:
        store.bucket = f"handrail-{uuid4()}"
        place = {"LocationConstraint": "eu-west-2"}
        store.client.create_bucket(Bucket=store.bucket, CreateBucketConfiguration=place)
    return store


def test_what_was_put_there_is_there(store: Store) -> None:
    name, content = keeping.new_name(), os.urandom(3_000_000)
    store.put(name, content)
    assert store.get(name) == content


def test_what_is_not_there_or_was_removed_is_missing(store: Store) -> None:
    name = keeping.new_name()
    with pytest.raises(Missing):
        store.get(name)
    store.put(name, b"content")
    store.remove(name)
    store.remove(name)
    with pytest.raises(Missing):
        store.get(name)


def test_what_lies_there_is_found_by_its_age(store: Store) -> None:
    names = {keeping.new_name() for _ in range(3)}
    for name in names:
        store.put(name, b"content")
    now = timezone.now()
    assert names <= set(store.older_than(now + 2 * SECOND))
    assert names.isdisjoint(store.older_than(now - timedelta(hours=1)))


def test_a_store_that_does_not_answer_says_so_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    store = s3("http://127.0.0.1:1", monkeypatch)
    for ask in (lambda: store.put("a", b"b"), lambda: store.get("a"), lambda: store.remove("a")):
        with pytest.raises(Unavailable):
            ask()


def test_a_store_without_the_bucket_refuses(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = s3(endpoint, monkeypatch)
    store.bucket = "absent"
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        store.put("a", b"b")


def test_a_folder_that_cannot_be_written_says_so() -> None:
    store = Folder("/proc/no-folder")
    with pytest.raises(Unavailable):
        store.put("a", b"b")
    assert list(store.older_than(timezone.now())) == []


def test_a_file_that_was_not_finished_is_swept_and_never_read(tmp_path: Path) -> None:
    store = Folder(str(tmp_path))
    name = keeping.new_name()
    unfinished = tmp_path / name[:2] / f"{name}.unfinished"
    unfinished.parent.mkdir()
    unfinished.write_bytes(b"half")
    with pytest.raises(Missing):
        store.get(name)
    assert list(store.older_than(timezone.now() + SECOND)) == [name]
    store.remove(name)
    assert not unfinished.exists()


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        Folder(str(tmp_path / "kept")).get("../../etc/passwd")


def test_what_was_changed_in_the_store_does_not_open() -> None:
    key, name = keeping.new_key(), keeping.new_name()
    locked = keeping.lock(b"content", key, name)
    assert keeping.unlock(locked, key, name) == b"content"
    for spoilt in (locked[:-1] + bytes([locked[-1] ^ 1]), locked[:20], b""):
        with pytest.raises(Missing):
            keeping.unlock(spoilt, key, name)


def test_the_installation_says_where_documents_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    assert isinstance(keeping.store_at("/somewhere"), Folder)
    store = keeping.store_at("s3://bucket/some/where?endpoint=http://127.0.0.1:1&region=x")
    assert isinstance(store, ObjectStore)
    assert (store.bucket, store.prefix) == ("bucket", "some/where/")
