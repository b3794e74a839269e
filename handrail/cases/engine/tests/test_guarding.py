"""Contradictions are refused by page and act, and the checks show those on record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.case_access import open_steps
from handrail.cases.drafts.tests.test_forms import begin, fill, send, signed_in
from handrail.cases.engine import guards
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.cases.timeline import checks
from handrail.ledger.models import Entry
from handrail.policy.guards import Entered, Guard, broken
from handrail.policy.schema.obligations import Check, CheckKind
from handrail.policy.tests.small_pack import altered
from handrail.records.drafts import Draft

SYSTEMS = ("case-management", "local-intelligence", "local-crime", "incident-logs", "pnc", "pnd",
           "ct-intelligence", "open-source")  # fmt: skip


def found(result: str) -> dict[str, str]:
    return {f"systems.{system}.result": result for system in SYSTEMS}


def born(year: int) -> dict[str, str]:
    day = {"date-of-birth-day": "3", "date-of-birth-month": "2", "date-of-birth-year": str(year)}
    return {"given-name": "Wendel", "family-name": "Ostrakov", "knows-date-of-birth": "yes", **day}


def a_child() -> dict[str, str]:
    return born(timezone.localdate().year - 12)


def on(day: date) -> dict[str, str]:
    return {f"happened-on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def at_gateway(cast: Cast, **given: str) -> Case:
    case = refer(cast, **given)
    take(case, "information-assessment", cast.fimu)
    return case


def at_panel(cast: Cast, **given: str) -> Case:
    case = at_gateway(cast, **given)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    return case


def in_channel(cast: Cast, **given: str) -> Case:
    case = at_panel(cast, **given)
    take(case, "channel-decision", cast.practitioner, outcome="adopted")
    return case


def supported(cast: Cast, **given: str) -> Case:
    case = in_channel(cast, **given)
    take(case, "support-plan", cast.practitioner)
    return case


def at_exit(cast: Cast) -> Case:
    case = supported(cast)
    take(case, "channel-close", cast.practitioner, outcome="no-further-concerns")
    return case


def reviewed(cast: Cast) -> Case:
    case = at_exit(cast)
    take(case, "exit-checklist", cast.practitioner, outcome="supported")
    take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    return case


def left(cast: Cast, months: int) -> Case:
    """A case whose columns say that its exit was so many months ago."""
    case = reviewed(cast)
    day = timezone.localdate() - timedelta(days=31 * months)
    Case.objects.filter(pk=case.pk).update(stage_since=day, opened_on=day)
    case.refresh_from_db()
    return case


@pytest.fixture
def no_guards(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that lifts all guards, to make records from before there were guards."""
    return lambda: lift_guards(monkeypatch)


def lift_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept every act that a guard would refuse."""
    monkeypatch.setattr(guards, "guard", lambda *_: None)
    monkeypatch.setattr(open_steps, "known_beforehand", lambda *_: "")


NEITHER = {"terrorism-element": "no", "immediate-risk": "no"}
CASES: dict[str, tuple[Callable[[Cast], Case], str, str, dict[str, str]]] = {
    "concern-and-closed": (lambda c: left(c, 13), "twelve-month-review", "officer",
        {"outcome": "no-concerns", "new-concern": "yes"}),
    "opened-without-concern": (lambda c: left(c, 13), "twelve-month-review", "officer",
        {"outcome": "reopen", "new-concern": "no"}),
    "six-month-review-first": (lambda c: left(c, 13), "twelve-month-review", "officer",
        {"outcome": "no-concerns", "review-missed": ""}),
    "supported-and-not-reviewed": (at_exit, "exit-checklist", "practitioner",
        {"outcome": "no-further-action"}),
    "leaves-with-points-open": (at_exit, "exit-checklist", "practitioner",
        {"outcome": "supported", "points.person-seen.answer": "no", "points-although": ""}),
    "held-and-not-found": (refer, "information-assessment", "fimu",
        {"outcome": "relevant-information", **found("nothing-found"), "held-elsewhere": ""}),
    "found-and-not-relevant": (refer, "information-assessment", "fimu",
        {"outcome": "no-relevant-information", **found("something-found"), "found-not-relevant": ""}),
    "nothing-searched": (refer, "information-assessment", "fimu",
        {"outcome": "no-relevant-information", **found("not-searched")}),
    "no-other-interest": (refer, "information-assessment", "fimu",
        {"outcome": "other-policing-interest", "other-interest": "no"}),
    "child-without-need": (lambda c: refer(c, vulnerabilities="child-abuse"), "safeguarding", "mash",
        {"needed": "no", "children": "no", "harm-considered": ""}),
    "children-without-need": (refer, "safeguarding", "mash",
        {"needed": "no", "children": "yes", "children-safe": ""}),
    "grounds-without-terrorism": (at_gateway, "gateway-assessment", "officer",
        {"outcome": "channel", "terrorism-element": "no"}),
    "leaves-with-terrorism": (at_gateway, "gateway-assessment", "officer",
        {"outcome": "exit", "terrorism-element": "yes", "leaves-although": "", "immediate-risk": "no"}),
    "leaves-at-risk": (at_gateway, "gateway-assessment", "officer",
        {"outcome": "exit", "terrorism-element": "no", "leaves-although": "", "immediate-risk": "yes"}),
    "leaves-with-violence": (at_gateway, "gateway-assessment", "officer",
        {"outcome": "exit", **NEITHER, "violence": "yes", "leaves-although": ""}),
    "leaves-with-threat": (at_gateway, "gateway-assessment", "officer",
        {"outcome": "exit", **NEITHER, "violence": "no", "leaves-although": "", "threat-stated": "yes"}),
    "interest-and-nothing-held": (refer, "information-assessment", "fimu",
        {"outcome": "no-relevant-information", **found("nothing-found"), "other-interest": "yes"}),
    "threat-and-nothing-held": (refer, "information-assessment", "fimu",
        {"outcome": "no-relevant-information", **found("nothing-found"), "other-interest": "no",
         "threat-stated": "hurt"}),
    "threat-and-no-need": (refer, "safeguarding", "mash",
        {"needed": "no", "children": "not-known", "harm-considered": "", "threat-stated": "yes"}),
    "child-and-no-children": (lambda c: refer(c, **a_child()), "safeguarding", "mash",
        {"needed": "yes", "children": "no"}),
    "threat-changes-nothing": (at_gateway, "further-information", "officer",
        {"outcome": "changes-nothing", "threat-stated": "yes"}),
    "threat-and-no-concerns": (lambda c: left(c, 7), "six-month-review", "officer",
        {"outcome": "no-concerns", "new-concern": "no", "threat-stated": "yes"}),
    "child-unasked": (lambda c: in_channel(c, **a_child()), "support-plan", "practitioner",
        {"consent-state": "not-yet-asked", "consent-from": "parent-guardian"}),
    "child-consents-alone": (lambda c: in_channel(c, **a_child()), "support-plan", "practitioner",
        {"consent-from": "person"}),
    "adult-consents-themselves": (lambda c: in_channel(c, **born(1990)), "support-plan", "practitioner",
        {"consent-from": "parent-guardian"}),
    "unasked-after-answer": (supported, "support-plan", "practitioner", {"consent-state": "not-yet-asked"}),
    "review-without-consent": (supported, "plan-review", "practitioner", {"consent-stands": "no"}),
    "refused-and-given": (supported, "consent-withdrawn", "practitioner", {"consent-end": "refused"}),
    "care-and-neither": (at_panel, "channel-decision", "practitioner", {"outcome": "not-adopted"}),
}  # fmt: skip


def typed(case: Case, step: str, given: dict[str, str]) -> dict[str, list[str]]:
    found = typed_for(case.pack, case.pack.step_by_id[step], case.force, **given)
    if given.get("outcome") == "not-adopted":
        found["care-considered"] = ["health", "neither"]
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_contradiction_is_refused_on_the_page_and_nothing_is_lost(name: str, cast: Cast) -> None:
    make, step, who, given = CASES[name]
    case, person = make(cast), getattr(cast, who)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    client = signed_in(person)
    draft = fill(begin(client, case, step), cast, **given)
    draft.typed = typed(case, step, given)
    draft.save()
    page = send(client, draft)
    guard = case.pack.guard_by_id[name]
    assert page.status_code == 422
    assert guard.refusal in page.content.decode().replace("&#39;", "’")
    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.typed, kept.submitted_at) == (draft.typed, None)
    assert step not in Case.objects.get(pk=case.pk).taken_here or name == "unasked-after-answer"


@pytest.mark.parametrize("name", CASES)
def test_what_was_recorded_before_shows_in_its_check(
    name: str, cast: Cast, no_guards: Callable[[], None]
) -> None:
    make, step, who, given = CASES[name]
    case = make(cast)
    [check] = [check for check in case.pack.checks if name in check.guards]
    assert check.id not in {found.id for found in checks.out_of_line(case)}
    no_guards()
    record_as_it_was(case, step, getattr(cast, who), typed(case, step, given))
    assert check.id in {found.id for found in checks.out_of_line(case)}
    [finding] = [finding for finding in checks.report(case.pack) if finding.check.id == check.id]
    assert (finding.applies, finding.out_of_line) == (1, 1)
    assert checks.cases_out_of_line(case.pack, check) == [case.pk]


def record_as_it_was(case: Case, step: str, by: Any, answers: dict[str, list[str]]) -> None:
    case.refresh_from_db()
    with context.asking(by):
        actions.take_step(case.pk, step, answers, by=by, seen_version=case.version)
    case.refresh_from_db()


def test_a_review_that_is_not_due_says_from_when_before_anything_is_asked(cast: Cast) -> None:
    case = left(cast, 2)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    page = signed_in(cast.officer).get(reverse("cases:begin", args=[case.pk, "six-month-review"]))
    assert page.status_code == 409
    assert "It is possible from" in page.content.decode()
    with pytest.raises(NotNow, match="too short a time ago"):
        take(case, "six-month-review", cast.officer, outcome="no-concerns")
    take(left(cast, 6), "six-month-review", cast.officer, outcome="no-concerns")


def test_a_case_under_review_is_opened_again_when_there_is_a_concern(cast: Cast) -> None:
    case = left(cast, 1)
    take(case, "reopen", cast.officer)
    assert case.stage_id == "gateway"


def test_a_threat_that_was_reported_is_answered_by_name(cast: Cast) -> None:
    case = refer(cast, "referral-on-behalf", harm="yes")
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "safeguarding", cast.mash, needed="no", children="no", **{"harm-considered": ""})
    assert refused.value.errors == {"harm-considered": case.pack.guard_by_id["harm-without-need"].refusal}
    take(case, "safeguarding", cast.mash, needed="no", children="no")


def test_nobody_is_adopted_after_consent_was_withdrawn_without_saying_what_has_changed(cast: Cast) -> None:
    case = supported(cast)
    take(case, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    with pytest.raises(InvalidAnswers):
        take(case, "channel-decision", cast.practitioner, outcome="adopted", **{"consent-since": ""})
    take(case, "channel-decision", cast.practitioner, outcome="adopted")
    with pytest.raises(InvalidAnswers):
        take(case, "plan-review", cast.practitioner)
    take(case, "support-plan", cast.practitioner)
    take(case, "plan-review", cast.practitioner)


def test_a_date_before_the_referral_is_refused_at_the_date(cast: Cast) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        take(refer(cast), "information-assessment", cast.fimu, **on(timezone.localdate() - timedelta(days=9)))
    assert list(refused.value.errors) == ["happened-on-day"]


def test_a_concern_that_was_noticed_after_the_referral_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        refer(cast, **on(date(2009, 3, 26)))
    assert list(refused.value.errors) == ["came-to-light-day"]


def test_what_waits_for_sign_off_is_guarded_again_when_it_is_signed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_exit(cast)
    with monkeypatch.context() as before:
        lift_guards(before)
        take(case, "exit-checklist", cast.practitioner, outcome="no-further-action")
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert refused.value.errors["outcome"].startswith("You cannot agree to this. This person had a plan")
    assert case.stage_id == "exit"
    take(case, "exit-sign-off", cast.supervisor, outcome="sent-back")


def test_the_first_error_of_a_page_is_said_at_its_question(cast: Cast) -> None:
    case = left(cast, 13)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    client = signed_in(cast.officer)
    draft = fill(begin(client, case, "twelve-month-review"), cast)
    given = {"outcome": "no-concerns", "reason": "Nothing.", "seen_version": str(case.version)}
    draft.typed |= {"new-concern": ["yes"], "outcome": ["no-concerns"]}
    draft.save()
    page = client.post(reverse("cases:section", args=[draft.pk, "decision"]), given)
    assert page.status_code == 422
    assert case.pack.guard_by_id["concern-and-closed"].refusal in page.content.decode()


def test_the_query_says_the_same_as_the_guard(cast: Cast) -> None:
    """Every kind of condition, on a case that has gone far."""
    case = in_channel(cast, **a_child())
    take(case, "support-plan", cast.practitioner, **{"consent-from": "parent-guardian"})
    take(case, "plan-review", cast.practitioner)
    told: list[dict[str, Any]] = [
        {"taken": ["support-plan"]}, {"not_taken": ["support-plan"]}, {"not_taken": ["police-led-plan"]},
        {"not_taken_here": ["support-plan"]}, {"not_taken_here": ["gateway-assessment"]},
        {"reached": ["gateway"]}, {"reached": ["police-led"]}, {"not_reached": ["police-led"]},
        {"not_reached": ["channel"]}, {"sooner_than_months": 1}, {"under_age": 18}, {"under_age": 10},
        {"from_age": 18}, {"from_age": 10}, {"stages": ["channel"]}, {"stages": ["gateway"]},
        {"last": [{"questions": ["consent-state"], "is": ["given"]}]},
        {"last": [{"questions": ["consent-state", "consent-end"], "is_not": ["given"]}]},
        {"last": [{"questions": ["consent-end"], "is_not": ["refused"]}]},
        {"ever": [{"question": "systems", "ask": "result", "item": "pnc", "is": ["nothing-found"]}]},
        {"ever": [{"question": "systems", "ask": "result", "is": ["something-found"]}]},
        {"answers": [{"question": "consent-stands"}]}, {"answers": [{"question": "consent-end"}]},
        {"answers": [{"question": "consent-stands", "is_not": ["yes"]}]},
    ]  # fmt: skip
    before = guards.CaseBefore(case, besides=case.version)
    [entered] = [e for e in entered_of(case) if e.step == "plan-review"]
    for said in told:
        guard = Guard.model_validate(BASE | said)
        there = {f.id for f in out_of_line_under(case, guard)}
        assert bool(broken([guard], entered, before)) == bool(there), said


BASE: dict[str, Any] = {
    "id": "g",
    "statement": "S.",
    "refusal": "R.",
    "steps": ["plan-review"],
    "source": "local-choice",
}


def entered_of(case: Case) -> list[Any]:
    entries = Entry.objects.filter(chain=case.pk).select_related("content")
    return [
        Entered(e.act, e.outcome, e.content.content["answers"], timezone.localdate(e.happened_at))
        for e in entries
    ]


def out_of_line_under(case: Case, guard: Guard) -> list[Any]:
    check = Check(
        id="c", statement="S.", out_of_line="O.", kind=CheckKind.GUARDED, guards=("g",), source="local-choice"
    )
    pack = altered(case.pack, guards=(guard,), checks=(check,))
    cases = checks.cases_out_of_line(pack, check)
    return [check for pk in cases if pk == case.pk]


def test_a_case_that_may_have_a_terrorism_element_leaves_only_with_a_reason(cast: Cast) -> None:
    case = at_gateway(cast)
    said = {"outcome": "exit", "terrorism-element": "possibly", "immediate-risk": "no", "violence": "no"}
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "gateway-assessment", cast.officer, **said, **{"leaves-although": ""})
    assert list(refused.value.errors) == ["leaves-although"]
    take(case, "gateway-assessment", cast.officer, **said)


@pytest.mark.parametrize("harm", ["yes", "hurt"])
def test_a_harm_that_was_reported_is_answered_by_name_as_a_threat_is(cast: Cast, harm: str) -> None:
    case = refer(cast, "referral-on-behalf", harm=harm)
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "safeguarding", cast.mash, needed="no", children="not-known", **{"harm-considered": ""})
    assert list(refused.value.errors) == ["harm-considered"]


def test_a_threat_that_a_colleague_recorded_is_answered_by_name(cast: Cast) -> None:
    case = refer(cast)
    take(case, "threat-stated", cast.officer, **{"threat-stated": "yes"})
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "safeguarding", cast.mash, needed="no", children="not-known", **{"harm-considered": ""})
    assert refused.value.errors == {"harm-considered": case.pack.guard_by_id["threat-without-need"].refusal}
    take(case, "safeguarding", cast.mash, needed="no", children="not-known")


def test_a_further_referral_with_a_threat_is_assessed_by_itself(cast: Cast) -> None:
    case = at_panel(cast)
    take(case, "further-referral", cast.officer, harm="no")
    take(case, "further-gateway", cast.officer, outcome="standing-holds")
    take(case, "further-referral", cast.officer, harm="yes")
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "further-gateway", cast.officer, outcome="standing-holds")
    assert refused.value.errors == {"outcome": case.pack.guard_by_id["threat-and-standing-holds"].refusal}
    take(case, "further-gateway", cast.officer, outcome="route-stands")


def test_nobody_is_worried_about_before_they_are_born(cast: Cast) -> None:
    noticed = {"came-to-light-day": "1", "came-to-light-month": "2", "came-to-light-year": "2014"}
    for step in ("referral", "referral-on-behalf", "police-referral"):
        with pytest.raises(InvalidAnswers) as refused:
            refer(cast, step, **born(2014) | noticed)
        assert list(refused.value.errors) == ["came-to-light-day"]
    case = refer(cast, **born(2014) | noticed | {"came-to-light-day": "4"})
    with pytest.raises(InvalidAnswers):
        take(case, "further-referral", cast.officer, **noticed)
    take(case, "further-referral", cast.officer, **noticed | {"came-to-light-day": "5"})


def test_nothing_is_searched_after_the_assessment_that_speaks_of_it(cast: Cast) -> None:
    case = refer(cast, **on(timezone.localdate() - timedelta(days=9)))
    today = timezone.localdate()
    late = {"searched-by-me-today": "no"} | {
        f"searched-otherwise.pnd.searched-on-{part}": str(getattr(today, part))
        for part in ("day", "month", "year")
    }
    for step in ("information-assessment", "information-reassessment"):
        with pytest.raises(InvalidAnswers) as refused:
            take(case, step, cast.fimu, **on(today - timedelta(days=3)), **late)
        assert [name.split(".")[0] for name in refused.value.errors] == ["searched-otherwise"]
        take(case, step, cast.fimu, **on(today), **late)


def test_who_refused_is_a_fact_that_may_be_recorded_of_an_adult_too(cast: Cast) -> None:
    case = supported(cast, **born(1990))
    said = {"consent-end": "withdrawn", "consent-from": "parent-guardian"}
    entry = take(case, "consent-withdrawn", cast.practitioner, **said)
    assert entry.content.content["answers"]["consent-from"] == "parent-guardian"


def test_the_check_finds_a_concern_before_the_birth_and_passes_over_a_birth_known_in_part(
    cast: Cast, no_guards: Callable[[], None]
) -> None:
    noticed = {"came-to-light-day": "1", "came-to-light-month": "2", "came-to-light-year": "2014"}
    no_guards()
    wrong = refer(cast, **born(2014) | noticed)
    in_part = refer(cast, **born(2015) | noticed | {"date-of-birth-day": "", "date-of-birth-month": ""})
    answers = Entry.objects.get(chain=in_part.pk, number=1).content.content["answers"]
    assert answers["date-of-birth"] == "2015"
    [check] = [check for check in wrong.pack.checks if "noticed-before-birth" in check.guards]
    assert checks.cases_out_of_line(wrong.pack, check) == [wrong.pk]
