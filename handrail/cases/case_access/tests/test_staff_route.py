"""A concern about a colleague, from the page on which it is raised to the exit; its subject sees no trace."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access import who_may_work
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, left_long_ago, refer, typed_for
from handrail.cases.tests.staff import (
    Staff,
    again,
    client_of,
    everything,
    fill,
    make_staff,
    offered,
    take_on_pages,
)
from handrail.cases.timeline import checks
from handrail.organisations.models import Organisation, Person
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

CONCERN = {
    "given-name": "Olu",
    "family-name": "Ade",
    "work-email": "olu.ade@example.org",
    "what-happened": "Quotes a banned preacher at briefings",
}
WORDS = ["Olu", "Ade", "Olu Ade", "preacher"]


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def test_the_button_says_that_a_concern_is_sent_and_not_a_referral(cast: Cast) -> None:
    for step, says in (("staff-concern", "Send the concern"), ("referral-on-behalf", "Send the referral")):
        draft = Draft.objects.create(
            person=cast.spoc,
            target_kind="case",
            pack_id=current_pack().id,
            step_id=step,
            typed=typed_for(current_pack(), current_pack().step_by_id[step], cast.force),
        )
        page = client_of(cast.spoc).get(reverse("cases:answers", args=[draft.pk])).content.decode()
        assert [button for button in ("Send the concern", "Send the referral") if button in page] == [says]


def raise_concern(by: Person, force: Organisation, **given: str) -> Draft:
    step = current_pack().step_by_id["staff-concern"]
    return fill(
        client_of(by), reverse("cases:colleague"), step, force, **{**CONCERN, **given}, force=str(force.pk)
    )


def test_whoever_raises_it_gets_a_reference_and_nothing_more(cast: Cast, staff: Staff) -> None:
    before = everything(cast.second_officer, WORDS, every=24)
    draft = raise_concern(cast.second_officer, cast.force)
    client = client_of(cast.second_officer)
    page = client.get(reverse("cases:referred", args=[draft.pk])).content.decode()
    assert draft.submitted_reference in page
    assert "Open the case" not in page
    assert "Olu" not in page
    case = Case.objects.get()
    assert case.restricted
    assert everything(cast.second_officer, WORDS, case.pk, every=24) == before
    with context.asking(again(cast.second_officer)):
        assert not Grant.objects.exists()
        assert not Exclusion.objects.exists()
    assert draft.typed == {}


@pytest.mark.parametrize("role", ["spoc", "mash", "chair", "lead", "nation", "stranger", "administrator"])
def test_everybody_with_an_account_can_raise_one(cast: Cast, staff: Staff, role: str) -> None:
    by = getattr(cast, role, None) or getattr(staff, role)
    assert reverse("cases:colleague") in client_of(by).get(reverse("web:home")).content.decode()
    raise_concern(by, cast.force)
    case = Case.objects.get()
    assert who_may_work.people_of(case) == [staff.standards, staff.second_standards]
    assert case.owner == staff.standards


def test_it_can_go_to_another_force_where_professional_standards_are_concerned(
    cast: Cast, staff: Staff
) -> None:
    elsewhere = staff.elsewhere.posts.get().organisation
    given = {"given-name": "Ida", "family-name": "Quill", "work-email": ""}
    before = everything(staff.standards, ["Quill"], every=24)
    raise_concern(cast.second_officer, elsewhere, **given)
    case = Case.objects.get()
    assert who_may_work.people_of(case) == [staff.elsewhere]
    assert case.force == elsewhere
    assert Exclusion.objects.get().person == staff.standards
    assert everything(staff.standards, ["Quill"], case.pk, every=24) == before


def test_one_of_professional_standards_is_not_named_for_a_concern_about_them(
    cast: Cast, staff: Staff
) -> None:
    given = {"given-name": "Ida", "family-name": "Quill", "work-email": staff.standards.email}
    raise_concern(cast.second_officer, cast.force, **given)
    assert who_may_work.people_of(Case.objects.get()) == [staff.second_standards]


@pytest.mark.parametrize(
    ("account", "given", "family"),
    [
        ("Ida O’Quill", "Ida", "O'Quill"),
        ("Ida Quill-Vane", " ida ", "Quill  Vane"),
        ("Vane Ned", "Ned", "Vane"),
        ("Renée Quill", "Renee", "QUILL"),
        ("DS Ida Quill", "Ida", "Quill"),
        ("Ida Quill", "Ida May", "Quill"),
    ],
)
def test_a_name_that_is_written_otherwise_is_theirs_too(
    cast: Cast, staff: Staff, account: str, given: str, family: str
) -> None:
    """An address or apostrophe written wrongly does not name people for the concern about themselves."""
    Person.objects.filter(pk=staff.standards.pk).update(name=account)
    Person.objects.filter(pk=staff.second_standards.pk).update(name="Zoe Other")
    answers = {"given-name": given, "family-name": family, "work-email": "wrong@example.org"}
    raise_concern(cast.second_officer, cast.force, **answers)
    case = Case.objects.get()
    assert who_may_work.people_of(case) == [staff.second_standards]
    assert Exclusion.objects.get().person == staff.standards


def test_it_is_in_the_list_of_those_who_receive_it(cast: Cast, staff: Staff) -> None:
    raise_concern(cast.second_officer, cast.force)
    page = client_of(staff.standards).get(reverse("cases:concerns")).content.decode()
    assert "Olu Ade" in page
    assert "Olu Ade" in client_of(staff.standards).get(reverse("web:home")).content.decode()
    assert "Staff concerns" not in client_of(cast.supervisor).get(reverse("web:home")).content.decode()


def test_the_options_have_thresholds_on_the_form(cast: Cast, staff: Staff) -> None:
    raise_concern(cast.second_officer, cast.force)
    client = client_of(staff.standards)
    begun = client.post(reverse("cases:begin", args=[Case.objects.get().pk, "staff-assessment"]))
    first = client.get(begun.headers["Location"]).content.decode()
    assert "Signs of being drawn in" in first
    assert "A partner" in first
    options = client.get(begun.headers["Location"].replace("judgement", "options")).content.decode()
    for option in ("Selection", "Welfare", "Vetting", "Support"):
        assert option in options
    assert "Consider from" in options


# What each check finds is compared too (`checks.report`): its page says no more than that
@pytest.mark.whole  # a journey carries the same in a browser; `test_restricting` compares what lists show
@pytest.mark.parametrize("every", [1])
def test_a_concern_is_carried_from_its_first_page_to_the_exit_and_its_subject_sees_no_trace(
    cast: Cast, staff: Staff, every: int
) -> None:
    for number in range(3):
        owned = refer(cast, **{"family-name": f"Other{number}"})
        Case.objects.filter(pk=owned.pk).update(owner=cast.officer, allocated=number != 1)
    line = [
        cast.officer,
        cast.mash,
        cast.lead,
        cast.nation,
        cast.practitioner,
        staff.administrator,
        staff.chief,
    ]
    before = {p.name: everything(p, WORDS, every=every) for p in line}
    choices, report = offered(cast.force), checks.report(current_pack())

    def no_trace(case: Case, *people: Person) -> None:
        for p in people or [cast.officer]:
            now = everything(p, WORDS, case.pk, every=every)
            changed = sorted(name for name, page in now.items() if page != before[p.name][name])
            assert changed == [], (p.name, case.stage_id)
        assert offered(cast.force) == choices
        assert checks.report(current_pack()) == report

    raise_concern(cast.second_officer, cast.force)
    case = Case.objects.get(restricted=True)
    no_trace(case, *line)
    named = [cast.fimu.pk, cast.second_officer.pk, cast.supervisor.pk]
    client_of(staff.standards).post(
        reverse("cases:restriction", args=[case.pk]),
        {"act": "name", "name-reason": "A Prevent referral", "named": [str(pk) for pk in named]},
    )
    no_trace(case)
    take_on_pages(
        case, "staff-assessment", staff.standards, outcome="prevent-referral", threshold="influenced"
    )
    no_trace(case)
    take_on_pages(case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    take_on_pages(case, "safeguarding", cast.second_officer)
    take_on_pages(case, "ask-for-information", cast.second_officer)
    no_trace(case)
    take_on_pages(case, "information-received", cast.second_officer)
    take_on_pages(case, "information-assessment", cast.fimu)
    take_on_pages(case, "gateway-assessment", cast.second_officer, outcome="police-led")
    no_trace(case)
    take_on_pages(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take_on_pages(case, "vulnerability-assessment", cast.second_officer)
    take_on_pages(case, "police-led-plan", cast.second_officer)
    no_trace(case)
    take_on_pages(case, "police-led-close", cast.second_officer, outcome="no-further-concerns")
    take_on_pages(case, "exit-checklist", cast.second_officer, outcome="supported")
    take_on_pages(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert case.stage_id == "reviews"
    no_trace(case)
    case.deadlines.update(due=timezone.localdate() - timedelta(days=400))
    Case.objects.filter(pk=case.pk).update(next_due=timezone.localdate() - timedelta(days=400))
    no_trace(case, *line)
    left_long_ago(case)
    take_on_pages(case, "six-month-review", cast.second_officer, outcome="no-concerns")
    take_on_pages(case, "twelve-month-review", cast.second_officer, outcome="no-concerns")
    assert case.stage_id == "closed"
    no_trace(case)


@pytest.mark.parametrize("step_id", ["action", "handover"])
def test_professional_standards_can_give_work_to_each_other(cast: Cast, staff: Staff, step_id: str) -> None:
    raise_concern(cast.second_officer, cast.force)
    case = Case.objects.get(restricted=True)
    text = client_of(staff.standards).get(reverse("cases:begin", args=[case.pk, step_id])).text
    assert staff.second_standards.name in text.partition("<select")[2].partition("</select>")[0]


def test_a_step_that_asks_for_somebody_is_not_offered_while_nobody_can_be_chosen(
    cast: Cast, staff: Staff
) -> None:
    raise_concern(cast.second_officer, cast.force)
    case = Case.objects.get(restricted=True)
    Case.objects.filter(pk=case.pk).update(stage_id="information")
    client, allocate = client_of(staff.standards), reverse("cases:begin", args=[case.pk, "allocate"])
    page = reverse("cases:case", args=[case.pk])
    assert reverse("cases:begin", args=[case.pk, "action"]) in client.get(page).text
    assert allocate not in client.get(page).text
    refused = client.get(allocate)
    assert refused.status_code == 409
    assert "Nobody named for this case can be chosen for this." in refused.text
    named = {"act": "name", "name-reason": "A Prevent referral", "named": [str(cast.supervisor.pk)]}
    client.post(reverse("cases:restriction", args=[case.pk]), named)
    assert allocate in client.get(page).text


def test_another_person_signs_that_nothing_more_is_done(cast: Cast, staff: Staff) -> None:
    raise_concern(cast.second_officer, cast.force)
    case = Case.objects.get()
    nothing = {"outcome": "no-further-action", "vetting-shows": "no"}
    take_on_pages(case, "staff-assessment", staff.standards, **nothing)
    assert case.pending_step == "staff-assessment"
    refused = client_of(staff.standards).get(reverse("cases:begin", args=[case.pk, "staff-sign-off"]))
    assert refused.status_code == 403
    take_on_pages(case, "staff-sign-off", staff.second_standards, outcome="agreed")
    assert case.stage_id == "closed"


def test_options_without_a_referral_are_reviewed_every_month(cast: Cast, staff: Staff) -> None:
    raise_concern(cast.second_officer, cast.force)
    case = Case.objects.get()
    take_on_pages(case, "staff-assessment", staff.standards, outcome="staff-options", threshold="vulnerable")
    assert [row.limit_id for row in case.deadlines.running()] == ["staff-review"]
    take_on_pages(case, "staff-review", staff.second_standards, outcome="assess-again")
    assert case.stage_id == "staff-concern"
