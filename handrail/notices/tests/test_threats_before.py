"""A threat stated before an upgrade gets its deadline by the policy of its own case or register entry."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models import Case, Deadline
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.registers.tests.telling import add, advise
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import again, client_of
from handrail.notices import threats
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import altered
from handrail.records.packs import current_pack

MIGRATION = import_module("handrail.cases.migrations.0023_threats_told")
SAID = {"harm": "yes", "harm-described": "He will stab somebody tomorrow."}
ANSWERED = "What was done is in the timeline"


def of_a_force() -> Pack:
    """Return a force's own policy, with another name and more than an hour for the limit."""
    pack = current_pack()
    assert pack.threat_limit
    its_own = pack.threat_limit.model_copy(update={"id": "harm-said", "hours": 4})
    checks = [
        check.model_copy(update={"limit": "harm-said"}) if check.limit == pack.threat_limit.id else check
        for check in pack.checks
    ]
    limits = [its_own if limit == pack.threat_limit else limit for limit in pack.limits]
    return altered(pack, limits=tuple(limits), checks=tuple(checks))


def test_a_case_has_the_hours_of_the_limit_of_its_own_policy(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, answered = refer(cast, "referral", **SAID), refer(cast, "referral", **SAID)
    take(answered, "threat-acted", cast.supervisor)
    Deadline.objects.filter(case=case, limit_id="threat").update(limit_id="harm-said")
    Case.objects.update(threat_due_at=None)
    own = of_a_force()
    monkeypatch.setattr(MIGRATION, "pack", lambda id_: own)
    MIGRATION.fill_cases(apps, None)
    case.refresh_from_db()
    answered.refresh_from_db()
    assert case.threat_at
    assert case.threat_due_at == case.threat_at + timedelta(hours=4)
    assert answered.threat_at
    assert answered.threat_due_at is None, "Nothing runs there: somebody said what was done."


def test_no_page_says_that_somebody_answered_unless_an_entry_says_so(cast: Cast) -> None:
    case = refer(cast, "referral", **SAID)
    Case.objects.filter(pk=case.pk).update(threat_due_at=None)

    def shown() -> str:
        return client_of(again(cast.supervisor)).get(reverse("cases:case", args=[case.pk])).text

    assert SAID["harm-described"] in shown()
    assert ANSWERED not in shown()
    assert "Nobody has recorded what was done." in shown()
    take(case, "threat-acted", cast.supervisor)
    assert ANSWERED in shown()
    assert "Nobody has recorded what was done." not in shown()
    take(case, "threat-stated", cast.mash, **{"threat-described": "Now it is Monday."})
    Case.objects.filter(pk=case.pk).update(threat_due_at=None)
    assert ANSWERED not in shown(), "What was said of an earlier one is no answer to this one."


@pytest.mark.parametrize("outcome", ["general", "referral-advised", "not-referred"])
def test_a_threat_in_a_register_has_a_limit_is_told_of_and_stands_on_home(cast: Cast, outcome: str) -> None:
    register_entry = advise(cast.officer, outcome, harm="yes")
    limits = RegisterDeadline.objects.filter(record=register_entry.pk, limit_id="advice-threat")
    now = timezone.now()

    def told() -> bool:
        threats.run(now)
        rows = Notice.objects.open().filter(record=register_entry.pk, kind=Kind.THREAT)
        return rows.filter(person=cast.supervisor).exists()

    def on_home() -> bool:
        text = client_of(again(cast.supervisor)).get(reverse("web:home")).text
        return f"{register_entry.reference}</a>, on record since" in text

    assert RegisterEntry.objects.get(pk=register_entry.pk).threat
    assert limits.get().ended is None
    assert (told(), on_home()) == (True, True)
    add(register_entry, "advice-threat-acted", cast.supervisor)
    assert not limits.filter(ended=None).exists()
