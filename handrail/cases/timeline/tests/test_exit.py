"""Before an exit: factors and the work on them, open requests, partners who were not asked."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write
from handrail.cases.engine.taking import take as record_take
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline import checks
from handrail.cases.timeline.exit_summary import exit_summary
from handrail.cases.timeline.factors import without_plan
from handrail.ledger.models import Entry
from handrail.records.acts import Actor

PRESENT = ("engagement.grievance", "capability.access")
LEFT = "factor-reasons.access"


def assessed(pack: Any, *present: str) -> dict[str, str]:
    """Return answers of an assessment that finds these factors and no other."""
    form = pack.form_by_id["vulnerability-assessment"]
    return {
        f"{name}.{code}.finding": "present" if f"{name}.{code}" in present else "not-present"
        for name in pack.factors.questions
        for code in pack.codes_by_id[form.questions[name].codes].labels
    }


@pytest.fixture
def case(cast: Cast) -> Case:
    """A police-led case with two factors, one of them covered by the plan."""
    case = refer(cast, **{"occupation-now": "Hill School, Felpersham"})
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(case, "vulnerability-assessment", cast.officer, **assessed(case.pack, *PRESENT))
    take(case, "police-led-plan", cast.officer, **{"factor-lines.access.done": "no"})
    return case


def end(case: Case, cast: Cast) -> None:
    take(case, "police-led-close", cast.officer, outcome="no-further-concerns")


def out_of_line(case: Case) -> set[str]:
    return {check.id for check in checks.out_of_line(case)}


def test_the_plan_asks_about_the_factors_that_were_found_and_no_others(cast: Cast, case: Case) -> None:
    plan = Entry.objects.get(chain=case.pk, act="police-led-plan").content.content
    assert set(plan["answers"]["factor-lines"]) == {"grievance", "access"}
    assert plan["facts"]["factors-found"] == ["grievance", "access"]
    assert without_plan(case) == ["access"]


def test_a_factor_without_a_plan_needs_a_reason_before_the_case_leaves(cast: Cast, case: Case) -> None:
    end(case, cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(case, "exit-checklist", cast.officer, outcome="supported", **{f"{LEFT}.because": ""})
    assert set(caught.value.errors) == {f"{LEFT}.because"}
    take(case, "exit-checklist", cast.officer, outcome="supported", **{f"{LEFT}.because": "declined"})
    answers = Entry.objects.filter(chain=case.pk).latest("number").content.content["answers"]
    assert answers["factor-reasons"] == {"access": {"because": "declined", "shown-by": "Something said"}}
    assert "factors-answered" not in out_of_line(case)


def test_the_last_assessment_counts(cast: Cast, case: Case) -> None:
    take(case, "vulnerability-assessment", cast.officer, **assessed(case.pack, "engagement.grievance"))
    assert without_plan(case) == []


def test_an_exit_that_left_a_factor_out_is_found_in_the_record_on_the_case_and_in_the_report(
    cast: Cast, case: Case
) -> None:
    end(case, cast)
    take_from_elsewhere(case, cast, {"outcome": "supported", "reason": "As it was told to us."})
    assert "factors-answered" in out_of_line(case)
    [finding] = [f for f in checks.report(case.pack) if f.check.id == "factors-answered"]
    assert (finding.applies, finding.out_of_line) == (1, 1)


def take_from_elsewhere(case: Case, cast: Cast, answers: dict[str, Any]) -> None:
    """Record an exit without a form, as when a case is taken over from another system."""
    case.refresh_from_db()
    record = Record.of(case)
    post = cast.officer.posts.get()
    actor = Actor(cast.officer.pk, post.role, post.organisation_id)
    with context.asking(cast.officer):
        record_take(
            record, case.pack.step_by_id["exit-checklist"], answers, actor=actor, recorded_at=timezone.now()
        )
        write(record)


def test_what_is_not_ready_has_not_left(cast: Cast, case: Case) -> None:
    end(case, cast)
    take(case, "exit-checklist", cast.officer, outcome="not-ready")
    [finding] = [f for f in checks.report(case.pack) if f.check.id == "factors-answered"]
    assert finding.applies == 0


def test_open_enquiries_and_partners_who_were_not_asked_are_told_before_the_exit(
    cast: Cast, case: Case
) -> None:
    take(case, "ask-for-information", cast.officer, **{"awaited-from": "Head of Hill School"})
    take(case, "information-received", cast.officer, answer="no-answer")
    take(case, "safeguarding", cast.mash, partners="Doctor Mirabel")
    with context.asking(cast.officer):
        found = exit_summary(case, cast.officer)
    assert [(e.whom, e.answered, e.in_full) for e in found.open_enquiries] == [
        ("Head of Hill School", "No answer: we continue without it", False)
    ]
    asked = {partner.named: partner.asked for partner in found.partners}
    assert asked["Doctor Mirabel"] == ()


@pytest.mark.parametrize(("code", "in_full"), [("answered", True), ("answered-in-part", False)])
def test_a_request_is_answered_in_full_by_its_code_and_not_by_its_words(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch, code: str, in_full: bool
) -> None:
    take(case, "ask-for-information", cast.officer, **{"awaited-from": "Head of Hill School"})
    take(case, "information-received", cast.officer, answer=code)
    codes = case.pack.codes_by_id["information-answers"]
    monkeypatch.setitem(vars(codes), "labels", dict.fromkeys(codes.labels, "Came back"))
    with context.asking(cast.officer):
        found = exit_summary(case, cast.officer)
    assert [one.in_full for one in found.enquiries] == [in_full]


def test_the_page_shows_it_all_above_the_checklist_and_to_who_signs(cast: Cast, case: Case) -> None:
    end(case, cast)
    client = Client()
    client.force_login(cast.officer)
    page = client.get(reverse("cases:begin", args=[case.pk, "exit-checklist"])).content.decode()
    assert "Access to networks, funding or equipment" in page
    assert page.count("No line in a plan") == 1
    assert "no clear ideology is not" in page
    take(case, "exit-checklist", cast.officer, outcome="supported")
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:begin", args=[case.pk, "exit-sign-off"])).content.decode()
    assert page.count("No line in a plan") == 1


def test_a_case_that_was_never_assessed_says_so(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="exit")
    client = Client()
    client.force_login(cast.officer)
    page = client.get(reverse("cases:begin", args=[case.pk, "exit-checklist"])).content.decode()
    assert "was not assessed on this case" in page
    assert "Nobody was asked for information" in page
