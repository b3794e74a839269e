"""Comparing assessments, changed answers first; and assessments made after the fact."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline.comparing import SIDE_BY_SIDE, compared
from handrail.cases.timeline.late_assessments import Dated, after_the_fact, late_for
from handrail.organisations.models import Person
from handrail.records.packs import current_pack

FORM = "vulnerability-assessment"
SAID_OF_IT = "After the decision"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case that was referred to Channel."""
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    return case


def assess(case: Case, cast: Cast, **given: str) -> int:
    return take(case, FORM, cast.practitioner, **given).number


def page_of(case: Case, person: Person, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    page = client.get(reverse("cases:assessments", args=[case.pk, FORM]) + query)
    assert page.status_code == 200
    return page.content.decode()


def test_what_changed_since_the_last_stands_first(cast: Cast, case: Case) -> None:
    assess(case, cast, summary="Alone and angry")
    assess(case, cast, summary="Has found friends", **{"engagement.grievance.finding": "not-present"})
    with context.asking(cast.practitioner):
        comparison = compared(case, case.pack.form_by_id[FORM], cast.practitioner)
    changed = {row.label: row.cells for row in comparison.changed}
    assert set(changed) == {"Feelings of grievance and injustice", "What is your overall assessment?"}
    assert changed["What is your overall assessment?"] == ("Has found friends", "Alone and angry")
    assert changed["Feelings of grievance and injustice"] == ("Not present", "Present\nSomething said")
    page = page_of(case, cast.practitioner)
    assert page.index("Has found friends") < page.index("What stayed as it was")


def test_nothing_is_counted_or_added_up(cast: Cast, case: Case) -> None:
    assess(case, cast)
    assess(case, cast)
    page = page_of(case, cast.practitioner)
    assert "Nothing here is added up" in page
    assert "No answer changed" in page
    for word in ("Total", "score", "22 of", "present:"):
        assert word not in page


def test_one_assessment_and_none_say_so(cast: Cast, case: Case) -> None:
    assert "No assessments" in page_of(case, cast.practitioner)
    assess(case, cast)
    assert "What was found" in page_of(case, cast.practitioner)


def test_many_assessments_come_a_few_at_a_time(cast: Cast, case: Case) -> None:
    numbers = [assess(case, cast) for _ in range(SIDE_BY_SIDE + 1)]
    page = page_of(case, cast.practitioner)
    assert f"?before={numbers[1]}" in page
    assert "There is one before that" in page_of(case, cast.practitioner, f"?before={numbers[1]}")
    assert "No assessments" in page_of(case, cast.practitioner, "?before=1")
    for odd in ("?before=-1", "?before=x", "?before=" + "9" * 40):
        page_of(case, cast.practitioner, odd)


def test_a_form_that_is_not_there_has_no_page(cast: Cast, case: Case) -> None:
    client = Client()
    client.force_login(cast.practitioner)
    assert client.get(reverse("cases:assessments", args=[case.pk, "no-form"])).status_code == 404


def test_an_assessment_after_the_decision_is_marked_on_every_page(cast: Cast, case: Case) -> None:
    decision = take(case, "channel-decision", cast.practitioner, outcome="adopted").number
    number = assess(case, cast)
    assess(case, cast)
    assert after_the_fact(case) == {number: decision}
    client = Client()
    client.force_login(cast.practitioner)
    marked = client.get(reverse("cases:entry", args=[case.pk, number])).content.decode()
    plain = client.get(reverse("cases:entry", args=[case.pk, number + 1])).content.decode()
    assert SAID_OF_IT in marked
    assert SAID_OF_IT not in plain
    assert client.get(reverse("cases:case", args=[case.pk])).content.decode().count(SAID_OF_IT) == 1
    assert page_of(case, cast.practitioner).count(SAID_OF_IT) == 1


def test_an_assessment_before_the_decision_is_not_marked(cast: Cast, case: Case) -> None:
    assess(case, cast)
    take(case, "channel-decision", cast.practitioner, outcome="adopted")
    assess(case, cast)
    assert after_the_fact(case) == {}


def test_one_that_is_said_to_be_older_and_was_recorded_later_is_marked() -> None:
    now = timezone.now()
    decided = Dated(2, "channel-decision", now)
    backdated = Dated(3, FORM, now - timedelta(days=9))
    assert late_for(current_pack(), [decided, backdated]) == {3: 2}


def test_a_decision_that_was_taken_before_what_was_recorded_first_marks_it() -> None:
    now = timezone.now()
    assessed = Dated(1, FORM, now)
    decided = Dated(2, "channel-decision", now - timedelta(days=5))
    assert late_for(current_pack(), [assessed, decided]) == {1: 2}


def test_a_second_decision_needs_an_assessment_of_its_own() -> None:
    now = timezone.now()
    acts = [FORM, "channel-decision", "channel-decision", FORM]
    entries = [Dated(number, act, now) for number, act in enumerate(acts, 1)]
    assert late_for(current_pack(), entries) == {4: 3}


def test_a_reassessment_by_the_unit_informs_the_gateway_like_the_first_assessment() -> None:
    now = timezone.now()
    acts = ["information-assessment", "gateway-assessment", "information-reassessment", "gateway-assessment"]
    assert late_for(current_pack(), [Dated(n, act, now) for n, act in enumerate(acts, 1)]) == {}
