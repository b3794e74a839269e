"""Reviews after an exit: the day done and the day recorded differ, and one before the exit is refused."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline import checks

LONG_AGO = timedelta(days=200)


def on(day: date) -> dict[str, str]:
    return {f"happened-on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


@pytest.fixture
def left(cast: Cast) -> Case:
    """A police-led case whose columns say that its exit was 200 days ago."""
    case = refer(cast, **{f"referral-made-on-{p}": str(v) for p, v in _parts(LONG_AGO)})
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(case, "police-led-plan", cast.officer)
    take(case, "police-led-close", cast.officer, outcome="no-further-concerns")
    take(case, "exit-checklist", cast.officer, outcome="supported")
    take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    Case.objects.filter(pk=case.pk).update(stage_since=timezone.localdate() - LONG_AGO)
    case.refresh_from_db()
    return case


def _parts(ago: timedelta) -> list[tuple[str, int]]:
    day = timezone.localdate() - ago
    return [("day", day.day), ("month", day.month), ("year", day.year)]


def ids(case: Case) -> set[str]:
    return {check.id for check in checks.out_of_line(case)}


def test_a_review_dated_before_the_exit_is_refused_with_its_day(cast: Cast, left: Case) -> None:
    before = left.stage_since - timedelta(days=1)
    with pytest.raises(NotNow, match=f"{left.stage_since:%-d %B %Y}"):
        take(left, "six-month-review", cast.officer, outcome="no-concerns", **on(before))
    assert "six-month-review" not in left.taken


def test_a_review_of_a_case_that_has_not_left_is_refused_with_where_it_stands(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Information assessment"):
        take(refer(cast), "six-month-review", cast.officer, outcome="no-concerns")


def test_a_review_recorded_late_is_marked_in_the_chronology_and_in_the_checks(cast: Cast, left: Case) -> None:
    assert "six-month-review-recorded" not in ids(left)
    held = timezone.localdate() - timedelta(days=20)
    entry = take(left, "six-month-review", cast.officer, outcome="no-concerns", **on(held))
    assert {"six-month-review-recorded", "recorded-within"} <= ids(left)
    assert "twelve-month-review-recorded" not in ids(left)
    [finding] = [f for f in checks.report(left.pack) if f.check.id == "six-month-review-recorded"]
    assert (finding.applies, finding.out_of_line) == (1, 1)
    client = Client()
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:case", args=[left.pk])).content.decode()
    assert "Recorded late" in page
    shown = client.get(reverse("cases:entry", args=[left.pk, entry.number])).content.decode()
    assert f"{held:%-d %B %Y}" in shown
    assert "Recorded late" in shown


def test_the_page_to_check_the_answers_says_why_a_review_is_refused(cast: Cast, left: Case) -> None:
    from handrail.cases.drafts.tests.test_forms import begin, fill, send

    take(left, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    client = Client()
    client.force_login(cast.officer)
    draft = fill(
        begin(client, left, "six-month-review"),
        cast,
        outcome="no-concerns",
        **on(left.stage_since - timedelta(days=1)),
    )
    page = send(client, draft)
    assert page.status_code == 409
    assert "looks back on the time since" in page.content.decode()
