"""S2: forged forwarding headers never change the recorded origin of a request."""

import random

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from handrail.access.origin import origin_of

PEER, REAL, INNER = "10.0.0.1", "203.0.113.7", "10.0.0.9"


def asked(rf: RequestFactory, forwarded: str | None, peer: str = PEER) -> str | None:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return origin_of(rf.get("/", headers=headers, REMOTE_ADDR=peer))


def forged(number: int) -> str:
    """Return a header that an attacker may send: addresses, nonsense, empty parts, odd spellings."""
    random.seed(number)
    parts = [
        f"{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}",
        "127.0.0.1",
        "::1",
        "[2001:db8::1]:443",
        "unknown",
        "",
        " ",
        "for=192.0.2.60",
        "\u00e9",
        "192.0.2.1:1234",
        "a" * 300,
    ]
    return ",".join(random.choice(parts) for _ in range(random.randrange(1, 6)))


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_s2_a_thousand_forged_headers_change_nothing(
    rf: RequestFactory, settings: LazySettings, proxies: int
) -> None:
    settings.PROXIES = proxies
    added = [REAL, INNER][:proxies]
    expected = REAL if proxies else PEER
    assert {asked(rf, ",".join([forged(n), *added])) for n in range(1000)} == {expected}


def test_s2_whoever_reaches_us_past_the_proxies_counts_as_who_is_connected(
    rf: RequestFactory, settings: LazySettings
) -> None:
    settings.PROXIES = 2
    assert asked(rf, None) == PEER
    assert asked(rf, "192.0.2.1") == PEER


@pytest.mark.parametrize("odd", ["", "nonsense", "192.0.2.1:80", "[::1]", "192.0.2.1, ", "999.1.1.1"])
def test_s2_where_the_proxy_writes_no_address_who_is_connected_counts(
    rf: RequestFactory, settings: LazySettings, odd: str
) -> None:
    settings.PROXIES = 1
    assert asked(rf, odd) == PEER


@pytest.mark.parametrize("name", ["forwarded", "x-real-ip", "client-ip", "true-client-ip"])
def test_s2_no_other_header_counts(rf: RequestFactory, settings: LazySettings, name: str) -> None:
    settings.PROXIES = 1
    request = rf.get("/", headers={"x-forwarded-for": REAL, name: "192.0.2.1"}, REMOTE_ADDR=PEER)
    assert origin_of(request) == REAL
