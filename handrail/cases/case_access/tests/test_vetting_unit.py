"""Concerns about applicants and people who are vetted for a special post, with the vetting unit beside."""

import pytest
from django.urls import reverse

from handrail.access.models import Exclusion
from handrail.cases.case_access import who_may_work
from handrail.cases.case_access.tests.test_kept_out_by_name import concern_about, move
from handrail.cases.case_access.tests.test_restricting import sees, unattended
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, person, take, typed_for
from handrail.cases.tests.staff import Staff, client_of, make_staff
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


@pytest.fixture
def vetting(cast: Cast) -> Person:
    return person("Vera Thistle", Role.VETTING_OFFICER, cast.force)


@pytest.mark.parametrize("about", ["applicant", "special-post"])
def test_the_vetting_unit_works_on_what_is_about_somebody_who_is_vetted(
    cast: Cast, staff: Staff, vetting: Person, about: str
) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about=about)
    assert set(who_may_work.people_of(case)) == {staff.standards, staff.second_standards, vetting}
    assert case.owner == staff.standards
    assert sees(vetting, case)
    page = client_of(vetting).get(reverse("cases:concerns")).content.decode()
    assert "Merla Tindwick" in page
    assert "Staff concerns" in client_of(vetting).get(reverse("web:home")).content.decode()


def test_it_sees_nothing_that_is_about_a_colleague(cast: Cast, staff: Staff, vetting: Person) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="colleague")
    assert not sees(vetting, case)
    assert unattended(vetting) == set()


def test_it_is_named_for_its_office(cast: Cast, staff: Staff, vetting: Person) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    move(vetting, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert not sees(vetting, case)


def test_one_of_it_who_is_near_in_name_is_kept_out(cast: Cast, staff: Staff, vetting: Person) -> None:
    case = concern_about(cast, "Veera", "Thistel", about="special-post")
    assert not sees(vetting, case)
    assert Exclusion.objects.get(record=case.pk).person == vetting


def test_it_can_raise_a_concern_and_assess_it(cast: Cast, staff: Staff, vetting: Person) -> None:
    assert client_of(vetting).get(reverse("cases:colleague")).status_code == 200
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    take(case, "staff-assessment", vetting, outcome="staff-options", threshold="vulnerable")
    assert case.stage_id == "staff-support"


@pytest.mark.parametrize("step_id", ["staff-assessment", "staff-review"])
def test_where_vetting_shows_an_extremist_side_whether_a_referral_was_considered_is_answered(
    cast: Cast, staff: Staff, step_id: str
) -> None:
    case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    if step_id == "staff-review":
        take(case, "staff-assessment", staff.standards, outcome="staff-options", threshold="vulnerable")
    with pytest.raises(InvalidAnswers) as refused:
        take(
            case,
            step_id,
            staff.standards,
            threshold="vulnerable",
            **{"vetting-shows": "yes", "referral-considered": "", "referral-why": " "},
        )
    assert refused.value.errors == {
        "referral-considered": "Select whether a Prevent referral was considered",
        "referral-why": "Enter why a Prevent referral was made, or why not",
    }
    said = {"referral-considered": "not-considered", "referral-why": "Nobody thought of it"}
    decided = {"outcome": "staff-options"} if step_id == "staff-assessment" else {}
    shown = {"threshold": "vulnerable", "vetting-shows": "yes"}
    entry = take(case, step_id, staff.standards, **decided, **shown, **said)
    assert entry.content.content["answers"]["referral-considered"] == "not-considered"
    assert entry.content.content["answers"]["referral-why"] == "Nobody thought of it"


def test_whoever_raises_the_concern_is_asked_the_same(cast: Cast, staff: Staff, vetting: Person) -> None:
    step = current_pack().step_by_id["staff-concern"]
    form = current_pack().form_of(step)
    assert form
    for question in ("referral-considered", "referral-why"):
        asked = form.questions[question]
        assert asked.required
        assert asked.when
        assert (asked.when.question, asked.when.is_) == ("vetting-shows", ("yes",))
    typed = typed_for(current_pack(), step, cast.force)
    assert "referral-why" in typed


def test_the_vetting_file_is_never_held(cast: Cast, staff: Staff, vetting: Person) -> None:
    """The vetting unit cannot add a document, and users who can are told not to add the vetting file."""
    case: Case = concern_about(cast, "Merla", "Tindwick", about="applicant")
    page = client_of(vetting).post(reverse("cases:documents", args=[case.pk]), {})
    assert page.status_code in {403, 404, 405, 409}
    step = case.pack.step_by_id["add-document"]
    assert Role.VETTING_OFFICER not in step.by
    assert "vetting file" in step.hint
    shown = client_of(staff.standards).get(reverse("cases:documents", args=[case.pk])).content.decode()
    assert "vetting file" in shown
