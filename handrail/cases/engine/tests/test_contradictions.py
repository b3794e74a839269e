"""Contradictions are refused by the act itself, under each policy and for concerns about staff too."""

import pytest
from django.conf import LazySettings
from django.utils import timezone

from handrail.access import context
from handrail.cases.case_access.tests.test_kept_out_by_name import concern_about
from handrail.cases.engine.tests.test_guarding import CASES, supported, typed
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, take
from handrail.cases.tests.staff import Staff, make_staff
from handrail.organisations.models import Person

NEWER = "england-wales-2025"


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


@pytest.fixture
def newer(settings: LazySettings) -> None:
    """Let cases open under the policy of 2025."""
    settings.PACK = NEWER


def refused(case: Case, step: str, by: Person, given: dict[str, str]) -> dict[str, str]:
    """Return why a step is refused, by question."""
    case.refresh_from_db()
    with context.asking(by), pytest.raises(InvalidAnswers) as refusal:
        actions.take_step(case.pk, step, typed(case, step, given), by=by, seen_version=case.version)
    return refusal.value.errors


@pytest.mark.parametrize("name", CASES)
def test_the_newer_policy_refuses_it_too(name: str, cast: Cast, newer: None) -> None:
    make, step, who, given = CASES[name]
    case = make(cast)
    assert case.pack_id == NEWER
    assert case.pack.guard_by_id[name].refusal in refused(case, step, getattr(cast, who), given).values()


def test_a_case_without_consent_leaves_while_things_are_worse_only_with_a_reason(
    cast: Cast, newer: None
) -> None:
    case = supported(cast)
    take(case, "plan-review", cast.practitioner, progress="worse")
    take(case, "consent-withdrawn", cast.practitioner, **{"consent-end": "withdrawn"})
    leaving = {"outcome": "leave", "changed-since": ""}
    found = refused(case, "further-assessment", cast.practitioner, leaving)
    assert found == {"changed-since": case.pack.guard_by_id["left-while-worse"].refusal}
    take(case, "further-assessment", cast.practitioner, outcome="leave")
    assert case.stage_id == "exit"


STAFF: dict[str, dict[str, str]] = {
    "staff-threshold-and-nothing": {
        "outcome": "no-further-action",
        "threshold": "risk",
        "vetting-shows": "no",
        "nothing-although": "",
    },
    "staff-unfounded-and-done": {"outcome": "staff-options", "threshold": "unfounded", "vetting-shows": "no"},
    "vetting-and-unfounded": {
        "outcome": "no-further-action",
        "threshold": "unfounded",
        "vetting-shows": "yes",
        "referral-considered": "considered",
    },
    "referral-and-none-made": {
        "outcome": "prevent-referral",
        "threshold": "influenced",
        "vetting-shows": "yes",
        "referral-considered": "considered",
    },
}


@pytest.mark.parametrize("name", STAFF)
def test_what_is_decided_on_a_staff_concern_agrees_with_what_it_shows(
    name: str, cast: Cast, staff: Staff
) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    found = refused(case, "staff-assessment", staff.standards, STAFF[name])
    assert case.pack.guard_by_id[name].refusal in found.values()


def test_a_founded_concern_ends_where_it_is_said_why_nothing_more_is_done(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    said = {"outcome": "no-further-action", "threshold": "influenced", "vetting-shows": "yes"}
    why = {
        "referral-considered": "made",
        "nothing-although": "They resigned. The referral is followed elsewhere.",
    }
    assert take(case, "staff-assessment", staff.standards, **said, **why).outcome == "no-further-action"


def test_a_review_of_a_staff_concern_that_refers_says_that_a_referral_was_made(
    cast: Cast, staff: Staff
) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    take(case, "staff-assessment", staff.standards, outcome="staff-options", threshold="vulnerable")
    refers = {"outcome": "prevent-referral", "vetting-shows": "yes", "referral-considered": "not-considered"}
    assert (
        case.pack.guard_by_id["referral-and-none-made"].refusal
        in refused(case, "staff-review", staff.standards, refers).values()
    )
    take(case, "staff-review", staff.standards, **refers | {"referral-considered": "made"})


def test_a_staff_concern_is_assessed_no_earlier_than_it_was_raised(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    year = timezone.localdate().year - 1
    day = {"happened-on-day": "3", "happened-on-month": "2", "happened-on-year": str(year)}
    given = {"outcome": "staff-options", "threshold": "vulnerable", **day}
    assert list(refused(case, "staff-assessment", staff.standards, given)) == ["happened-on-day"]
