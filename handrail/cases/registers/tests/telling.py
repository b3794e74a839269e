"""Register entries recorded by the users of the tests."""

from datetime import timedelta

from django.utils import timezone

from handrail.access import context
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.cases.tests.cast import typed_for
from handrail.organisations.models import Organisation, Person
from handrail.records.packs import current_pack

SAID = {"who-asked": "Safeguarding lead, a college", "asked": "Whether drawings worry", "advised": "To wait"}
WISH = "Refuse the hire of the hall"


def advise(by: Person, outcome: str = "not-referred", **given: str) -> RegisterEntry:
    """Record general advice in the register, and return its entry."""
    return begin("advice", by, outcome=outcome, **{**SAID, **given})


def begin(step_id: str, by: Person, **given: str) -> RegisterEntry:
    pack = current_pack()
    force = by.current_posts[0].organisation
    typed = typed_for(pack, pack.step_by_id[step_id], force, **given)
    with context.asking(by):
        return acts.begin(step_id, typed, by=by)


def add(register_entry: RegisterEntry, step_id: str, by: Person, **given: str) -> RegisterEntry:
    with context.asking(by):
        now = RegisterEntry.objects.get(pk=register_entry.pk)
        typed = typed_for(now.pack, now.pack.step_by_id[step_id], now.force, **given)
        return acts.add(register_entry.pk, step_id, typed, by=by, seen_version=now.version)


def ask(entry: RegisterEntry, by: Person, of: Person | Organisation, days: int = 5) -> RegisterEntry:
    """Ask a person or an organisation for something in an entry, until so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    until = {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year)}
    kind = "person" if isinstance(of, Person) else "body"
    return add(entry, "disruption-ask", by, what=WISH, of=kind, **{kind: str(of.pk)}, **until)
