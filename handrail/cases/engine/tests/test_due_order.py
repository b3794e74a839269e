"""Stated threats come first in every list ordered by due dates; other lists flag them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.engine import due
from handrail.cases.engine.record import Record
from handrail.cases.models import Case, Deadline, FollowUp
from handrail.cases.models.compiled import Asker
from handrail.cases.pages.home import home_of
from handrail.cases.pages.home_queries import asked_by_owner
from handrail.cases.pages.lists import CASE_ORDERS
from handrail.cases.pages.own_tasks import TaskList
from handrail.cases.steps.handing_over import caseload_of
from handrail.cases.tests.cast import Cast, make_cast, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline import follow_ups_shown
from handrail.organisations.models import Person
from handrail.policy.deadlines import in_due_order
from handrail.records.packs import known_packs

TAG = "Threat or harm stated"
THREAT = {"harm": "yes", "harm-described": "He will stab somebody tomorrow."}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def late_by(case: Case, days: int) -> None:
    """Set the due date of everything due on a case to this many days ago."""
    day = timezone.localdate() - timedelta(days=days)
    Deadline.objects.filter(case=case, ended=None).exclude(limit_id="threat").update(due=day)
    Case.objects.filter(pk=case.pk).update(next_due=day)


@pytest.fixture
def late(cast: Cast) -> Case:
    """A case with something overdue for weeks."""
    case = refer(cast)
    own(case, cast)
    late_by(case, 30)
    return case


@pytest.fixture
def stated(cast: Cast, late: Case) -> Case:
    """A later case with a threat stated a moment ago; everything else on it is due in a month."""
    case = refer(cast, "referral", **THREAT)
    own(case, cast)
    late_by(case, -20)
    Case.objects.filter(pk=case.pk).update(next_due=timezone.localdate() + timedelta(days=1))
    case.refresh_from_db()
    return case


def own(case: Case, cast: Cast) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()


def listed(person: Person, name: str, query: str = "") -> str:
    client = Client()
    client.force_login(again(person))
    return client.get(reverse(name) + query).content.decode().partition("<main")[2]


def stands_before(text: str, first: Case, second: Case) -> bool:
    assert first.reference in text
    assert second.reference in text
    return text.index(first.reference) < text.index(second.reference)


@pytest.mark.parametrize("query", ["", "?order=due", "?order=-due", "?state=open", "?owner=me&order=due"])
def test_in_the_list_of_cases_by_due_date_it_stands_first(
    cast: Cast, late: Case, stated: Case, query: str
) -> None:
    much_later = refer(cast)
    own(much_later, cast)
    late_by(much_later, -50)
    text = listed(cast.officer, "cases:list", query)
    assert stands_before(text, stated, late)
    assert stands_before(text, stated, much_later)


def test_once_somebody_said_what_was_done_the_day_decides_again(cast: Cast, late: Case, stated: Case) -> None:
    take(stated, "threat-acted", cast.supervisor)
    stated.refresh_from_db()
    assert (stated.threat, stated.threat_due_at) == (TAG, None)
    text = listed(cast.supervisor, "cases:list")
    assert stands_before(text, late, stated)
    assert TAG in text  # the flag stands until it is lowered


def test_of_two_threats_the_one_that_is_due_sooner_stands_first(cast: Cast, late: Case, stated: Case) -> None:
    other = refer(cast, "referral", **THREAT)
    earlier = timezone.now() - timedelta(hours=3)
    Case.objects.filter(pk=other.pk).update(threat_due_at=earlier)
    text = listed(cast.supervisor, "cases:list")
    assert stands_before(text, other, stated)
    assert stands_before(text, stated, late)
    assert stands_before(listed(cast.supervisor, "web:home"), other, stated)


@pytest.mark.parametrize("order", sorted(CASE_ORDERS))
def test_every_order_of_the_list_of_cases_carries_the_flag(
    cast: Cast, late: Case, stated: Case, order: str
) -> None:
    assert listed(cast.supervisor, "cases:list", f"?order={order}").count(TAG) == 1


@pytest.mark.parametrize("query", ["?order=received", "?order=-received"])
def test_the_referrals_in_the_order_of_their_days_carry_the_flag(
    cast: Cast, late: Case, stated: Case, query: str
) -> None:
    assert listed(cast.officer, "cases:referrals", query).count(TAG) == 1


def test_wherever_a_row_of_a_list_names_a_case_the_flag_stands_beside_it() -> None:
    named = []
    for template in Path("handrail").rglob("*.html"):
        lines = template.read_text("utf-8").splitlines()
        for place, line in enumerate(lines):
            if (
                "listed_as }}" in line
                and "one.record.listed_as" not in line
                and template.name != "threat-parts.html"
            ):
                named.append(template.name)
                assert "|flag" in " ".join(lines[place : place + 2]), f"{template}:{place + 1}"
    assert {"home.html", "parts.html", "take-over.html", "shared.html"} <= {*named}


def test_it_is_the_first_thing_on_home_of_who_has_to_act(cast: Cast, late: Case, stated: Case) -> None:
    for person in (cast.officer, cast.supervisor):
        needs = home_of(again(person)).needs
        assert needs[0].case == stated
        assert needs[0].step_id == "threat-acted"
        assert {need.case for need in needs} == {stated, late}


def test_late_with_others_it_stands_before_what_has_been_late_for_longer(
    cast: Cast, late: Case, stated: Case
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Deadline.objects.filter(case=stated, limit_id="threat").update(due=yesterday)
    [group, *others] = TaskList(again(cast.lead), of=str(cast.officer.pk)).groups
    assert [(task.case, task.step_id) for task in group.tasks] == [(stated, "threat-acted")]
    assert late in {task.case for other in others for task in other.tasks}


def test_on_the_case_and_on_paper_it_stands_before_everything_else_that_is_due(
    cast: Cast, stated: Case
) -> None:
    Deadline.objects.filter(case=stated).exclude(limit_id="threat").update(due=date(2020, 1, 6))
    record = Record.of(Case.objects.get(pk=stated.pk))
    ordered = in_due_order(record.pack, record.position.deadlines)
    assert len(ordered) > 1
    assert ordered[0].limit == "threat"
    client = Client()
    client.force_login(again(cast.officer))
    text = client.get(reverse("cases:case", args=[stated.pk])).content.decode()
    asked = [stated.pack.step_by_id[one.step].title for one in ordered]
    assert f"{asked[0]}" in text
    rows = text[text.index(">Next<") :]
    assert rows.index(asked[0]) < rows.index(asked[1])


def test_in_a_caseload_that_is_handed_over_it_stands_first(cast: Cast, late: Case, stated: Case) -> None:
    assert list(caseload_of(again(cast.officer), again(cast.supervisor))) == [stated, late]


def test_what_was_asked_on_a_case_with_a_threat_stands_before_what_was_due_earlier(
    cast: Cast, late: Case, stated: Case
) -> None:
    for case in (late, stated):
        take(case, "action", cast.officer, owner=str(cast.second_officer.pk))
    FollowUp.objects.filter(case=late).update(due=timezone.localdate() - timedelta(days=9))
    asked = follow_ups_shown.asked_of(again(cast.second_officer))
    assert [row.case_id for row in asked] == [stated.pk, late.pk]
    FollowUp.objects.update(due=timezone.localdate() - timedelta(days=9))
    assert [row.case_id for row in asked_by_owner(Asker.of(again(cast.officer)))] == [stated.pk, late.pk]


def test_the_limits_on_threats_are_those_of_the_policies() -> None:
    assert set(due.limits_on_threats()) == {
        limit.id for pack in known_packs() for limit in pack.limits if limit.on_threat
    }
    assert {"threat", "advice-threat"} <= set(due.limits_on_threats())


def test_a_flag_that_was_lowered_waits_for_nothing_and_a_second_threat_does_again(
    cast: Cast, stated: Case
) -> None:
    take(stated, "threat-lowered", cast.supervisor)
    assert Case.objects.get(pk=stated.pk).threat_due_at is None
    take(stated, "threat-stated", cast.supervisor)
    again_stated = Case.objects.get(pk=stated.pk)
    assert again_stated.threat_at
    assert again_stated.threat_due_at
    assert again_stated.threat_due_at - again_stated.threat_at == timedelta(hours=1)
