"""Sealing: a signed head over all entries, made every few minutes and sent to outside parties as evidence."""

import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction

from handrail.ledger import heads
from handrail.ledger.canonical import EPOCH, MICROSECOND, SEALED_WITHIN, ZERO, microseconds
from handrail.ledger.heads import SealedEntry, TreeHead
from handrail.ledger.models import Head, Leaf, Unsealed
from handrail.ledger.tree import Tree

LARGEST_SEAL = 50_000  # leaves; a file of some 6 MB

WAITING = """
SELECT entry.chain, entry.number, entry.hash
FROM ledger_unsealed JOIN ledger_entry entry ON entry.id = entry_id
ORDER BY entry_id LIMIT %s
"""


class NoSigningKey(Exception):
    """The signing key is not an Ed25519 key; the message names its file."""


class BrokenTree(Exception):
    """The last head in the database is inconsistent, so the tree cannot be continued."""


def seal(now: datetime, home: Path | None = None) -> Head | None:
    """Seal every waiting entry, export the new heads to a folder of `home` and mail the last head.

    Returns the last new head, or None if no entry was waiting. `home` is `settings.HOME` by default. Runs as
    the jobs role or the owner. Also exports earlier heads whose file is missing, as after a crash.
    """
    home = home or Path(settings.HOME)
    key = signing_key(home)
    made = None
    while head := _seal_some(now, key):
        made = head
    export(heads_folder(home))
    if made is not None:
        _mail(as_tree_head(made))
    return made


def is_late(now: datetime) -> bool:
    """Whether an entry has waited for longer than a seal may take."""
    return Unsealed.objects.filter(since__lt=now - SEALED_WITHIN).exists()


@transaction.atomic
def _seal_some(now: datetime, key: Ed25519PrivateKey) -> Head | None:
    """Seal the LARGEST_SEAL longest-waiting entries under one head; return it, or None if none wait.

    One process seals at a time, until its transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_sealing()")
        cursor.execute(WAITING, [LARGEST_SEAL])
        waiting = [
            SealedEntry(str(chain), number, bytes(hash_)) for chain, number, hash_ in cursor.fetchall()
        ]
    if not waiting:
        return None
    last = Head.objects.order_by("number").last()
    tree = _tree_at(last)
    _write_leaves(waiting, tree)
    return _write_head(last, tree, now, key)


def _tree_at(last: Head | None) -> Tree:
    """Return the tree at the last head. Raises BrokenTree if the head's edge does not match its root."""
    if last is None:
        return Tree()
    tree = Tree.unpacked(last.size, bytes(last.edge))
    if tree.root() != bytes(last.root):
        raise BrokenTree(f"Head {last.number} was tampered with: `handrail ledger verify` says where.")
    return tree


def _write_leaves(waiting: list[SealedEntry], tree: Tree) -> None:
    """Write the leaves by COPY and append them to the tree."""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy("COPY ledger_leaf (position, chain, number, hash) FROM STDIN") as copy,
    ):
        for leaf in waiting:
            copy.write_row((tree.size, *leaf))
            tree.append(leaf.hash)


def _write_head(last: Head | None, tree: Tree, now: datetime, key: Ed25519PrivateKey) -> Head:
    head = TreeHead(
        number=last.number + 1 if last else 1,
        size=tree.size,
        root=tree.root(),
        previous=as_tree_head(last).digest() if last else ZERO,
        sealed_at=microseconds(now),
        public_key=b"",
    ).signed(key)
    return Head.objects.create(
        number=head.number,
        size=head.size,
        root=head.root,
        edge=tree.packed(),
        previous=head.previous,
        sealed_at=EPOCH + head.sealed_at * MICROSECOND,
        public_key=head.public_key,
        signature=head.signature,
    )


def as_tree_head(head: Head) -> TreeHead:
    """Return a head of the database in the form that is signed and exported."""
    return TreeHead(
        number=head.number,
        size=head.size,
        root=bytes(head.root),
        previous=bytes(head.previous),
        sealed_at=microseconds(head.sealed_at),
        public_key=bytes(head.public_key),
        signature=bytes(head.signature),
    )


def export(folder: Path) -> list[Path]:
    """Write the file of every head that has none in the folder; return the new files."""
    present = heads.numbers_in(folder)
    missing = [
        n for n in Head.objects.order_by("number").values_list("number", flat=True) if n not in present
    ]
    return [_export_one(folder, number) for number in missing]


def _export_one(folder: Path, number: int) -> Path:
    head = Head.objects.get(number=number)
    before = Head.objects.filter(number=number - 1).first()
    leaves = Leaf.objects.filter(position__gte=before.size if before else 0, position__lt=head.size)
    rows = leaves.order_by("position").values_list("chain", "number", "hash")
    sealed = [SealedEntry(str(chain), n, bytes(hash_)) for chain, n, hash_ in rows]
    return heads.write(folder, as_tree_head(head), sealed)


def _mail(head: TreeHead) -> None:
    """Mail the head to the outside parties; it holds no personal data and no reference of a case.

    A failed mail raises and is not repeated: the next head refers to this one, so its mail covers both.
    """
    if settings.LEDGER_HEADS_MAIL:
        send_mail(
            subject=f"Handrail ledger: head {head.number} over {head.size} entries",
            message=json.dumps(head.as_json(), indent=1),
            from_email=None,
            recipient_list=settings.LEDGER_HEADS_MAIL,
        )


def heads_folder(home: Path) -> Path:
    """Return the folder of exported heads, from which they are copied to outside parties."""
    return home / "heads"


def signing_key(home: Path) -> Ed25519PrivateKey:
    """Return the key that signs heads; on first use create it, readable by its owner only.

    Raises NoSigningKey if the file holds no Ed25519 key.
    """
    path = Path(os.environ.get("HANDRAIL_LEDGER_KEY_FILE") or home / "keys" / "ledger-signing.pem")
    if not path.exists():
        _make_key(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise NoSigningKey(f"{path} holds no signing key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey(f"{path} holds a key of another kind: give an Ed25519 key.")
    return key


def _make_key(path: Path) -> None:
    """Create the key file atomically: of two processes that create it at once, both end up with one key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
