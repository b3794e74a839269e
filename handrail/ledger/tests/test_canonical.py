import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.ledger.canonical import (
    EPOCH,
    HEADER,
    LARGEST,
    MICROSECOND,
    commitment,
    encode,
    entry_hash,
    microseconds,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
plain = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts
contents = st.dictionaries(
    texts, st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=12)
)
alike = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(contents)
def test_content_reads_back_as_it_was(content: dict[str, Any]) -> None:
    assert json.loads(encode(content)) == content


@given(contents, contents)
def test_two_contents_share_their_bytes_only_where_they_are_one(one: Any, other: Any) -> None:
    assert (encode(one) == encode(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@given(contents)
def test_the_order_of_keys_makes_no_difference(content: dict[str, Any]) -> None:
    assert encode(dict(reversed(content.items()))) == encode(content)


@pytest.mark.django_db
@alike
@given(contents)
def test_content_comes_back_from_the_database_with_the_same_bytes(content: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [encode(content).decode()])
        [text] = cursor.fetchone() or [""]
    assert encode(json.loads(text)) == encode(content)


@pytest.mark.django_db
@alike
@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_moment_comes_back_from_the_database_to_the_microsecond(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        [kept] = cursor.fetchone() or [EPOCH]
    assert microseconds(kept) == microseconds(moment)
    assert EPOCH + microseconds(moment) * MICROSECOND == moment.astimezone(UTC)


counts = st.integers(0, 9)
identity = st.tuples(texts, counts, texts, st.none() | texts, texts, texts, texts, texts)
headers = st.tuples(identity, st.tuples(counts, st.booleans(), counts, counts, texts)).map(
    lambda two: two[0] + two[1]
)


@given(headers, headers)
def test_two_headers_share_their_hash_only_where_they_are_one(
    one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    assert len(one) == len(HEADER)
    same = entry_hash(one, bytes(32), bytes(32)) == entry_hash(other, bytes(32), bytes(32))
    assert same == (one == other)


def test_values_do_not_run_into_each_other() -> None:
    """The end of one value cannot be read as the start of the next, a classic attack on a hash over parts."""
    rest = ["s", "a", "r", "o", 0, True, 0, 0, "p"]
    assert entry_hash(["c", 1, "ab", "c", *rest], b"", b"") != entry_hash(
        ["c", 1, "a", "bc", *rest], b"", b""
    )
    assert entry_hash(["c", 1, "a", None, *rest], b"", b"") != entry_hash(
        ["c", 1, "a", "null", *rest], b"", b""
    )


# Made with openssl and sha256sum from the text in docs/ledger.md, not with our code.
COMMITTED = "2888cbdba86e208d9115ce3a86a0123f03b55210bb220ae320702d068749c914"
HASHED = "7d96440fc569246effd7497386c2b5926ae60109acc896b3bf01e4e9c23ec01b"


def test_the_format_is_what_the_documentation_says() -> None:
    """Independent verifiers rely on these exact bytes."""
    assert encode({"b": [1, True, None], "a": "Ω\n"}) == '{"a":"Ω\\n","b":[1,true,null]}'.encode()
    header = [
        "7d1f0a52-6c1e-4a53-9b5e-1f2d3c4b5a69",
        1,
        "referral",
        None,
        "referral",
        "00000000-0000-4000-8000-000000000001",
        "referrer",
        "00000000-0000-4000-8000-000000000002",
        0,
        False,
        1_700_000_000_000_000,
        1_700_000_000_000_001,
        "england-wales-2018",
    ]
    committed = commitment(bytes(range(32)), encode({"reason": "because"}))
    assert committed.hex() == COMMITTED
    assert entry_hash(header, committed, bytes(32)).hex() == HASHED


def test_the_documentation_shows_the_same_example() -> None:
    page = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")
    [text] = [line.strip() for line in page.splitlines() if line.startswith('    ["handrail-entry-1","')]
    assert hashlib.sha256(text.encode()).hexdigest() == HASHED
    assert HASHED in page
    assert COMMITTED in page


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        microseconds(datetime(2026, 1, 1))  # noqa: DTZ001
    assert microseconds(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=1)) == 1
