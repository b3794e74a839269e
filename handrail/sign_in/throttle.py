"""Limits on guessing: at one account, from one network, and in total.

Each try is counted in the database by one statement before it is checked, so parallel tries gain nothing.
Keys are keyed digests of the account or network.

Nobody can lock a colleague out: a browser that signed in to an account before has a limit of its own, which
strangers cannot use up, and passkeys have no limit, as they cannot be guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

HOUR = timedelta(hours=1)
NETWORK = 64  # leading bits of an IPv6 address that a household or an office shares


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: `at_once` tries together and `an_hour` more each hour; in any hour at most their sum."""

    name: str
    at_once: int
    an_hour: int

    @property
    def each(self) -> timedelta:
        """The time after which one more try is allowed."""
        return HOUR / self.an_hour


PASSWORDS_OF_ACCOUNT = Limit("password, account", at_once=10, an_hour=30)
PASSWORDS_ON_DEVICE = Limit("password, account on a known device", at_once=10, an_hour=20)
CODES_OF_ACCOUNT = Limit("code, account", at_once=6, an_hour=20)
CODES_ON_DEVICE = Limit("code, account on a known device", at_once=6, an_hour=20)
FROM_ORIGIN = Limit("origin", at_once=40, an_hour=120)
EVERYWHERE = Limit("everywhere", at_once=400, an_hour=3000)
LINKS_OF_ACCOUNT = Limit("link, account", at_once=2, an_hour=3)
FORM_CODES = Limit("code of a form link, origin", at_once=10, an_hour=30)
LINKS_FROM_ORIGIN = Limit("link, origin", at_once=10, an_hour=20)


@dataclass(frozen=True, slots=True)
class Claim:
    """One limit for one account, network or browser, named by `whose`."""

    limit: Limit
    whose: str = ""

    @property
    def key(self) -> str:
        """The key of the limit's row in the database. A new SECRET_KEY forgets the tries of the last hour."""
        return salted_hmac(
            "handrail.sign_in.throttle", f"{self.limit.name}\n{self.whose}", algorithm="sha256"
        ).hexdigest()


Claims = Sequence[Claim]


def place(origin: str | None) -> str:
    """Return the network of an address; for IPv6 its first 64 bits, as one user has many addresses."""
    try:
        address = ip_address(origin or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return f"{int(address) >> (128 - NETWORK):x}"
    return str(address)


def take(claims: Claims, at: datetime | None = None) -> timedelta:
    """Count one try against each claim; return zero, or how long to wait, in which case none is counted."""
    now = at or timezone.now()
    for number, claim in enumerate(claims):
        if not _take(claim, now):
            give_back(claims[:number])
            return _wait(claim, now)
    return timedelta()


GIVE_BACK = """
UPDATE sign_in_allowance SET spent_until = spent_until - make_interval(secs => %s) WHERE key = %s
"""


def give_back(claims: Claims) -> None:
    """Uncount a try that was right and therefore no guess."""
    with connection.cursor() as cursor:
        for claim in claims:
            cursor.execute(GIVE_BACK, [claim.limit.each.total_seconds(), claim.key])


# Each try moves `spent_until` one step ahead; it may be at most `at_once` steps ahead of now.
TAKE = """
INSERT INTO sign_in_allowance AS mine (key, spent_until)
VALUES (%(key)s, %(now)s + make_interval(secs => %(each)s))
ON CONFLICT (key) DO UPDATE
SET spent_until = greatest(mine.spent_until, %(now)s) + make_interval(secs => %(each)s)
WHERE greatest(mine.spent_until, %(now)s) <= %(now)s + make_interval(secs => %(before)s)
RETURNING 1
"""


def _take(claim: Claim, now: datetime) -> bool:
    each, most = claim.limit.each.total_seconds(), claim.limit.at_once
    given: dict[str, str | datetime | float] = {"key": claim.key, "now": now, "each": each}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given | {"before": each * (most - 1)})
        return cursor.fetchone() is not None


def _wait(claim: Claim, now: datetime) -> timedelta:
    with connection.cursor() as cursor:
        cursor.execute("SELECT spent_until FROM sign_in_allowance WHERE key = %s", [claim.key])
        (spent_until,) = cursor.fetchone() or (now,)
    limit = claim.limit
    return max(limit.each / 60, spent_until + limit.each - limit.each * limit.at_once - now)


def forget_unused(at: datetime | None = None) -> int:
    """Delete allowances that no longer limit anything; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sign_in_allowance WHERE spent_until < %s", [at or timezone.now()])
        return int(cursor.rowcount)
