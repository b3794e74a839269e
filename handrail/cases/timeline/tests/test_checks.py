"""A check is one query for one case and for all cases, and both uses agree."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.models import Case, Deadline
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline import checks
from handrail.policy.schema.obligations import Check
from handrail.records.packs import current_pack

FAR_AHEAD = timedelta(days=90)


def ids(found: list[Check]) -> set[str]:
    return {check.id for check in found}


def test_a_fresh_case_is_in_line(cast: Cast) -> None:
    assert checks.out_of_line(refer(cast)) == []


def test_what_is_overdue_is_out_of_line_and_names_its_limit(cast: Cast) -> None:
    case = refer(cast)
    later = timezone.localdate() + FAR_AHEAD
    limits = {c.limit for c in checks.out_of_line(case, today=later) if c.limit}
    assert set(Deadline.objects.running().filter(case=case).values_list("limit_id", flat=True)) >= limits
    assert limits


def test_a_case_whose_clock_stands_still_is_not_late(cast: Cast) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "safeguarding", cast.mash)
    take(case, "ask-for-information", cast.officer)
    later = timezone.localdate() + timedelta(days=8)
    stopped = {c.limit for c in checks.out_of_line(case, today=later) if c.limit}
    assert not {limit for limit in stopped if limit and current_pack().limit_by_id[limit].stops}


def test_a_case_without_an_owner_is_out_of_line(cast: Cast) -> None:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=None)
    case.refresh_from_db()
    kinds = {check.kind for check in checks.out_of_line(case)}
    assert kinds == {"owner-set"}


def test_a_late_record_is_out_of_line(cast: Cast) -> None:
    case = refer(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE chain = %s", [case.pk])
    step = case.pack.step_by_id["safeguarding"]
    form = case.pack.form_of(step)
    asked = (
        next((q for q in form.questions.values() if q.means == "entry.happened_on"), None) if form else None
    )
    if asked is None:
        pytest.fail("The safeguarding form does not ask when it happened.")
    long_ago = timezone.localdate() - timedelta(days=30)
    given = {f"{asked.id}-{part}": str(getattr(long_ago, part)) for part in ("day", "month", "year")}
    take(case, "safeguarding", cast.mash, **given)
    assert "recorded-within" in {check.kind for check in checks.out_of_line(case)}


def test_the_report_counts_what_the_banners_say(cast: Cast) -> None:
    cases = [refer(cast) for _ in range(4)]
    for case in cases[:3]:
        take(case, "information-assessment", cast.fimu)
    take(cases[0], "gateway-assessment", cast.officer, outcome="exit")
    later = timezone.localdate() + FAR_AHEAD
    banners = [ids(checks.out_of_line(case, today=later)) for case in cases]
    for finding in checks.report(current_pack(), today=later):
        assert finding.out_of_line == sum(finding.check.id in banner for banner in banners), finding.check.id
        assert finding.applies >= finding.out_of_line


def test_a_lead_sees_their_force_alone(cast: Cast) -> None:
    refer(cast)
    everything = checks.report(current_pack())
    other = checks.report(current_pack(), forces=[cast.stranger.current_posts[0].organisation_id])
    assert max(finding.applies for finding in everything) == 1
    assert {finding.applies for finding in other} == {0}


def test_the_page_of_checks_leads_to_the_cases(cast: Cast) -> None:
    refer(cast)
    client = Client()
    client.force_login(cast.lead)
    page = client.get(reverse("cases:checks"))
    assert page.status_code == 200
    for check in current_pack().checks:
        listed = client.get(reverse("cases:list"), {"check": check.id})
        assert listed.status_code == 200


MOST_OF_ONE_PLAN = 20_000_000  # bytes; 8.6 million when this was written, 185 million before


def test_what_the_database_keeps_for_the_checks_of_a_case_stays_small(cast: Cast) -> None:
    """Each connection keeps the plan, and every mention of a table adds its row security to it."""
    case = refer(cast)
    with context.asking(cast.supervisor):
        for _ in range(12):  # the driver prepares it, and the server keeps a plan for any case
            checks.out_of_line(case)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(total_bytes) FROM pg_backend_memory_contexts"
            " WHERE name = 'CachedPlan' AND ident LIKE %s",
            ["%WITH cases_case AS MATERIALIZED%"],
        )
        [most] = cursor.fetchone()
    assert 0 < most < MOST_OF_ONE_PLAN
