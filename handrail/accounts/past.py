"""The history of an account, from the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handrail.access.actions import KIND
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import title_of
from handrail.organisations.vetting import Vetting

SHOWN = 100
TITLED = {
    "account-opened": "The account was made",
    "account-opened-again": "The account was opened again",
    "account-closed": "The account was closed",
    "factors-removed": "Every second factor was removed, on the command line",
    "link-made": "A link to sign in was made, on the command line",
    "post-given": "A post was given",
    "post-ended": "A post was ended",
    "vetting-renewed": "Vetting was recorded",
}


@dataclass(frozen=True, slots=True)
class Done:
    """One act on an account, in words for the page."""

    title: str
    by: str
    at: datetime
    lines: list[str]


def acts_on(person: Person) -> list[Done]:
    """Return the newest acts on an account, newest first, SHOWN at most, in three queries."""
    entries = Entry.objects.filter(chain=person.pk, kind=KIND).select_related("content").order_by("-number")
    found = list(entries[:SHOWN])
    names = dict(Person.objects.filter(pk__in={e.actor for e in found}).values_list("pk", "name"))
    said = [e.content.content for e in found if hasattr(e, "content")]
    ids = {content["organisation"] for content in said if content.get("organisation")}
    bodies = {str(o.pk): o.name for o in Organisation.objects.filter(pk__in=ids)}
    return [
        Done(
            TITLED.get(e.act, e.act),
            f"{names.get(e.actor, 'somebody')}, {title_of(e.role)}",
            e.recorded_at,
            _lines(e.content.content if hasattr(e, "content") else {}, bodies),
        )
        for e in found
    ]


def _lines(said: dict[str, Any], bodies: dict[str, str]) -> list[str]:
    """Return the content of an act's entry as sentences."""
    found = []
    if role := said.get("role"):
        found.append(f"{title_of(role)}, {bodies.get(said['organisation'], '')}")
    if since := said.get("since"):
        found.append(f"from {_day(since)}")
    if until := said.get("until"):
        found.append(f"until {_day(until)}")
    if vetting := said.get("vetting"):
        until = said.get("vetted_until")
        found.append(f"vetting: {Vetting[vetting].label}{f', until {_day(until)}' if until else ''}")
    if reason := said.get("reason"):
        found.append(f"Reason: {reason}")
    return found


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%-d %b %Y}"
