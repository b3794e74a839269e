"""The exact bytes that are hashed and signed; `docs/ledger.md` describes them for independent verifiers.

This module does not import Django, as the stand-alone verifier uses it too.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

ZERO = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST = 2**53 - 1  # the largest integer that every JSON reader reads exactly

SEALED_WITHIN = timedelta(minutes=15)  # three runs of the worker
WRITTEN_AT = "written_at"  # in the content of an entry that was written later than it is dated: when

ENTRY = "handrail-entry-1"
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

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


class NotCanonical(ValueError):
    """A content holds a value that the ledger does not accept, such as a fraction; the message says where."""


def canonical(value: Any) -> bytes:
    """Return JSON in UTF-8 with sorted keys and no blanks, without checking the values as `encode` does."""
    return _encoder.encode(value).encode()


def encode(content: dict[str, Any]) -> bytes:
    """Return the canonical bytes of a content.

    Raises NotCanonical for a value that PostgreSQL would not return unchanged.
    """
    try:
        _refuse_unfit(content, "content")
        return canonical(content)
    except RecursionError:
        raise NotCanonical("content is nested too deeply.") from None


def _refuse_unfit(value: Any, place: str) -> None:
    if isinstance(value, str):
        _refuse_unfit_text(value, place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{place} has the key {key!r}: keys are text.")
            _refuse_unfit_text(key, place)
            _refuse_unfit(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_unfit(inner, f"{place}[{index}]")
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical(f"{place} is too large a number: give {LARGEST} at most, or text.")
    elif value is not None:
        kind = type(value).__name__
        raise NotCanonical(f"{place} is a {kind}: the record takes text, whole numbers, yes, no and nothing.")


def _refuse_unfit_text(text: str, place: str) -> None:
    if "\0" in text or not (text.isascii() or _is_unicode(text)):
        raise NotCanonical(f"{place} has a character that cannot be kept: a NUL or half of a surrogate pair.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def commitment(salt: bytes, content: bytes) -> bytes:
    """Return the commitment of an entry to its content: HMAC-SHA-256 with the salt as key.

    Without the salt the commitment reveals nothing about the content. With the salt it proves the content.
    """
    return hmac.digest(salt, content, "sha256")


def microseconds(moment: datetime) -> int:
    """Return a moment in whole microseconds since 1970. Raises TypeError without a time zone."""
    return (moment - EPOCH) // MICROSECOND


def entry_hash(header: Sequence[Any], commitment: bytes, previous: bytes) -> bytes:
    """Return the hash of an entry; `header` has the values of HEADER in order, moments in microseconds."""
    return hashlib.sha256(canonical([ENTRY, *header, commitment.hex(), previous.hex()])).digest()
