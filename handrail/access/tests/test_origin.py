import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from handrail.access.origin import origin_of

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "told", "expected"),
    [
        (0, "", PROXY),
        (0, "203.0.113.9", PROXY),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (1, "", PROXY),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", PROXY),
        (1, "203.0.113.9 ,", PROXY),
    ],
)
def test_what_a_caller_writes_counts_for_nothing(
    rf: RequestFactory, settings: LazySettings, proxies: int, told: str, expected: str
) -> None:
    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=told)
    assert origin_of(request) == expected


def test_a_thousand_forged_headers_are_one_origin(rf: RequestFactory, settings: LazySettings) -> None:
    settings.PROXIES = 1
    forged = (f"203.0.113.{n % 250}, {n}, unknown, 198.51.100.7" for n in range(1000))
    found = {origin_of(rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=told)) for told in forged}
    assert found == {"198.51.100.7"}
