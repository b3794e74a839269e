"""Register entries recorded by the users of the tests."""

from handrail.access import context
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.cases.tests.cast import typed_for
from handrail.organisations.models import Person
from handrail.records.packs import current_pack

SAID = {"who-asked": "Safeguarding lead, a college", "asked": "Whether drawings worry", "advised": "To wait"}


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
