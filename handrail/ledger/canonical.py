"""The exact bytes that are hashed, so that anybody can verify the record; `docs/ledger.md` describes them.

No Django here: the writer and the stand-alone verifier share this file.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

ZERO = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

HEADER = (
    "chain",
    "number",
    "act",
    "outcome",
    "stage",
    "actor",
    "role",
    "organisation",
    "seen_version",
    "reason_given",
    "happened_at",
    "recorded_at",
    "pack",
)


class NotCanonical(ValueError):
    """Content holds something that the record does not take, such as a fraction."""


def encode(content: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a content: JSON in UTF-8 with sorted keys and no blanks. Raises NotCanonical."""
    _refuse_fractions(content)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _refuse_fractions(value: Any) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case dict():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise NotCanonical(f"A key is {key!r}; keys are text.")
                _refuse_fractions(inner)
        case list():
            for inner in value:
                _refuse_fractions(inner)
        case _:
            raise NotCanonical(f"The record takes text, whole numbers, yes and no, not {type(value).__name__}.")


def commitment(salt: bytes, content: bytes) -> bytes:
    """What an entry says of its content: nothing to whoever lacks the salt, everything to whoever has both."""
    return hmac.digest(salt, content, "sha256")


def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, as PostgreSQL keeps it."""
    return (moment - EPOCH) // MICROSECOND


def entry_hash(header: Sequence[Any], commitment: bytes, previous: bytes) -> bytes:
    """The hash of an entry. `header` has the values of HEADER in that order, moments in microseconds."""
    text = json.dumps([*header, commitment.hex(), previous.hex()], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
