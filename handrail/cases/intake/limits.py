"""Rate limits for visitors without an account, counted in the database, where all processes share them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from handrail.cases.intake import keyed
from handrail.cases.intake.models import RateLimitHit

TABLE = Path(__file__).with_name("limits.toml")
MINUTE = timedelta(minutes=1)
COUNT = (
    "INSERT INTO outside_passage (limit_id, who, minute, count) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (limit_id, who, minute) DO UPDATE SET count = outside_passage.count + 1"
)


class Act(StrEnum):
    """What a limit counts."""

    BEGIN = "begin"
    CODE = "code"
    SEND = "send"
    SEND_CONFIRMED = "send-confirmed"
    RETURN = "return"


class Per(StrEnum):
    """What a limit counts by."""

    ORIGIN = "origin"
    ADDRESS = "address"
    ORGANISATION = "organisation"
    INSTALLATION = "installation"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of limits.toml: at most `most` acts in `minutes` minutes."""

    id: str
    act: Act
    per: Per
    most: int
    minutes: int
    why: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor as the limits see them: the network address, and the email address if it is known."""

    origin: str
    email: str = ""

    def key(self, per: Per) -> bytes:
        """Return the digest under which a limit of this kind counts the visitor."""
        known = {
            Per.ORIGIN: keyed.network(self.origin),
            Per.ADDRESS: keyed.email(self.email),
            Per.ORGANISATION: keyed.organisation(self.email),
            Per.INSTALLATION: "",
        }
        return keyed.keyed(f"limit of {per}", known[per])


@cache
def table() -> tuple[Limit, ...]:
    """Return every limit."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))["limits"]
    return tuple(Limit(**{**line, "act": Act(line["act"]), "per": Per(line["per"])}) for line in read)


def admit(act: Act, caller: Caller, at: datetime | None = None) -> datetime | None:
    """Count an act and return None; over a limit, count nothing and return when it is admitted again.

    Acts that one limit counts together wait for one another until the transaction ends, so that of two at
    once the second is counted with the first.
    """
    with transaction.atomic():
        _wait_for_turn(act, caller)
        when = free_again(act, caller, at)
        if when is None:
            _count(act, caller, at)
    return when


def _wait_for_turn(act: Act, caller: Caller) -> None:
    keys = [f"{limit.id} {caller.key(limit.per).hex()}" for limit in _of(act)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) key", [keys]
        )


def free_again(act: Act, caller: Caller, at: datetime | None = None) -> datetime | None:
    """Return when the visitor may do this again; None where they may do it now."""
    now = at or timezone.now()
    times = [when for limit in _of(act) if (when := _free_again(limit, caller, now))]
    return max(times, default=None)


def _of(act: Act) -> Iterator[Limit]:
    return (limit for limit in table() if limit.act is act)


def _free_again(limit: Limit, caller: Caller, now: datetime) -> datetime | None:
    """Return when a limit admits the visitor again; None where it admits them now."""
    window = timedelta(minutes=limit.minutes)
    counted = RateLimitHit.objects.filter(
        limit_id=limit.id, who=caller.key(limit.per), minute__gt=now - window - MINUTE
    )
    minutes = list(counted.order_by("minute").values_list("minute", "count"))
    over = sum(count for _, count in minutes) - limit.most
    for minute, count in minutes:
        if over < 0:
            break
        over -= count
        if over < 0:
            return max(minute + window + MINUTE, now)
    return None


def _count(act: Act, caller: Caller, at: datetime | None) -> None:
    minute = (at or timezone.now()).replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        for limit in _of(act):
            cursor.execute(COUNT, [limit.id, caller.key(limit.per), minute])
