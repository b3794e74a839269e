"""S2: a forged forwarding header gives nobody further guesses of a password."""

from django.conf import LazySettings
from django.test import RequestFactory

from handrail.access.tests.test_origin import PEER, REAL, forged
from handrail.sign_in import throttle
from handrail.sign_in.proving import password_claims


def test_s2_forged_headers_get_no_further_guesses(
    rf: RequestFactory, settings: LazySettings, db: None
) -> None:
    settings.PROXIES = 1
    taken = 0
    for number in range(300):
        request = rf.post("/", headers={"x-forwarded-for": f"{forged(number)},{REAL}"}, REMOTE_ADDR=PEER)
        taken += not throttle.take(password_claims(request, f"somebody{number}@example.org"))
    assert taken == throttle.FROM_ORIGIN.at_once
