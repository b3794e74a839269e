"""What in a text counts as identifying a person, and what does not."""

import subprocess
import sys
from datetime import date

import pytest

from handrail.cases.registers.personal import found_in

TODAY = date(2025, 6, 18)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("They live in LS1 4AP.", "a postcode"),
        ("at ls14ap since May", "a postcode"),
        ("write to a.b@school.example", "an email address"),
        ("Call 07700 900123 after four", "a telephone number"),
        ("or +44 (0)113 496 0123", "a telephone number"),
        ("born 3/4/2009", "a date of birth"),
        ("a pupil, DOB 03.04.09, says", "a date of birth"),
        ("since 3 April 2009 in care", "a date of birth"),
        ("3rd Apr 1987", "a date of birth"),
        ("the pupil, Jordan Smith, said", "a name"),
        ("a boy called Tariq draws", "a name"),
        ("Mrs O’Neill is his aunt", "a name"),
        ("Zoë Müller wrote it", "a name"),
        ("at 12 Mill Lane with an aunt", "an address"),
    ],
)
def test_it_reminds_of_what_may_tell_who_it_is(text: str, looks_like: str) -> None:
    assert looks_like in [kind for kind, _ in found_in(text, TODAY)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A pupil of 14 draws flags and laughs about it.",
        "The Head of Year asked on 12 May 2025 what to do.",
        "Safeguarding Lead of a Secondary School in West Yorkshire.",
        "He follows Islamic State channels on Telegram. Whether that is enough?",
        "Asked by the Prevent Officer. They meet every Monday in May.",
        "Section 26 of the Act of 2015; 46 forces, 9,000 referrals, 24/7.",
        "العربية 日本語 \u202e",
    ],
)
def test_it_is_quiet_where_nobody_is_told(text: str) -> None:
    assert list(found_in(text, TODAY)) == []


def test_each_thing_is_told_once() -> None:
    assert len(list(found_in("Jordan Smith said that Jordan Smith would. Jordan Smith!", TODAY))) == 1


LONG = """
import django, resource
from datetime import date
django.setup()
from handrail.cases.registers.personal import found_in
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
for unit in ("a", "0", "A ", "1 A", "@", "Aa ", "0 ", "born "):
    list(found_in((unit * 10_000)[:10_000], date(2025, 6, 18)))
"""


def test_no_text_takes_it_long() -> None:
    """Limit processor time, not elapsed time: only a pattern that backtracks for ever is killed."""
    assert subprocess.run([sys.executable, "-c", LONG], check=False, timeout=300).returncode == 0
