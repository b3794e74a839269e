"""The content of pages, and their number of queries, which does not grow with the number of cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models import Case, Deadline
from handrail.cases.pages.home import home_of
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline.entries import awaited_from
from handrail.organisations.models import Person


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def named(given: str, family: str) -> dict[str, str]:
    return {"given-name": given, "family-name": family}


ONE = {"given-name": "Zerlinda", "family-name": "Quillfeather"}
SAME = 5  # of thirty referrals; each is compared with all before it

# Session, user, posts, and the page's own queries: counts, rows, choices of filters. Every page tells the
# database its user, within a savepoint here and a transaction elsewhere, and which of its cases may be
# named. Lists query the policies in use, and the navigation the number of unread notices. The tests add a
# query that sets the user.
BUDGETS: dict[str, tuple[Callable[[Case], str], int]] = {
    "home": (lambda case: reverse("web:home"), 25),
    # Includes details in common with other referrals, linked records, exits, late assessments, the
    # register entry that the case came from, and known details of the person.
    "case": (lambda case: reverse("cases:case", args=[case.pk]), 40),
    "likenesses": (lambda case: reverse("cases:likenesses", args=[case.pk]), 24),
    "list": (lambda case: reverse("cases:list"), 16),
    "referrals": (lambda case: reverse("cases:referrals"), 16),
    "checks": (lambda case: reverse("cases:checks"), 14),
}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_takes_as_many_queries_for_thirty_cases_as_for_one(cast: Cast, name: str) -> None:
    address, budget = BUDGETS[name]
    case, _ = refer(cast, **ONE), refer(cast, **ONE)
    client = client_of(cast.supervisor)
    client.get(address(case))
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert client.get(address(case)).status_code == 200
    for number in range(29):
        refer(cast, **ONE if number < SAME else {})
    with CaptureQueriesContext(connection) as many:
        assert client.get(address(case)).status_code == 200
    assert len(many) == len(few)
    assert len(many) <= budget, [query["sql"][:120] for query in many.captured_queries]


def test_home_shows_each_role_what_they_can_act_on(cast: Cast) -> None:
    case = refer(cast)
    assert {need.step_id for need in home_of(cast.fimu).needs} == {"information-assessment"}
    assert {need.step_id for need in home_of(cast.mash).needs} == {"safeguarding"}
    assert {need.step_id for need in home_of(cast.supervisor).needs} == {"allocate"}
    assert home_of(cast.stranger).count == 0
    for person in (cast.fimu, cast.mash, cast.supervisor):
        for need in home_of(person).needs:
            page = client_of(person).get(reverse("cases:begin", args=[case.pk, need.step_id]))
            assert page.status_code == 200


def test_a_decision_is_not_shown_for_sign_off_to_the_one_who_took_it(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    cast.officer.posts.create(
        organisation=cast.officer.posts.get().organisation, role="prevent-supervisor", since="2020-01-01"
    )
    officer = Person.objects.get(pk=cast.officer.pk)
    assert "gateway-sign-off" not in {need.step_id for need in home_of(officer).needs}
    assert "gateway-sign-off" in {need.step_id for need in home_of(cast.supervisor).needs}


def test_a_panel_chair_sees_a_case_only_once_it_was_sent_to_their_council(cast: Cast) -> None:
    case = refer(cast)
    chair = client_of(cast.chair)
    address = reverse("cases:case", args=[case.pk])
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    assert chair.get(address).status_code == 404
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    assert chair.get(address).status_code == 200


def test_the_case_page_says_that_the_clock_stands_still_and_whose_answer_is_awaited(cast: Cast) -> None:
    case = refer(cast)
    take(case, "ask-for-information", cast.officer)
    page = client_of(cast.officer).get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "clock" in page
    assert awaited_from(case, cast.officer) in page


def test_earlier_referrals_of_the_same_name_stand_first_at_the_gateway(cast: Cast) -> None:
    earlier = refer(cast, **named("Zoë", "O'Shea-Smith"))
    case = refer(cast, **named("ZOE", "O Shea Smith"))
    other = refer(cast, **named("Ann", "Archer"))
    take(case, "information-assessment", cast.fimu)
    page = client_of(cast.officer).get(reverse("cases:begin", args=[case.pk, "gateway-assessment"]))
    assert reverse("cases:case", args=[earlier.pk]) in page.content.decode()
    assert earlier.reference in page.content.decode(), "others call a case by it"
    assert reverse("cases:case", args=[other.pk]) not in page.content.decode()


@pytest.mark.parametrize("words", ["shea", "O'SHEA smith", "zoë"])
def test_find_takes_names_in_any_order_and_writes_nothing_into_the_address(cast: Cast, words: str) -> None:
    case = refer(cast, **named("Zoë", "O'Shea-Smith"))
    page = client_of(cast.officer).post(reverse("cases:find"), {"words": words})
    assert case.reference in page.content.decode()
    assert (
        case.reference
        not in client_of(cast.stranger).post(reverse("cases:find"), {"words": words}).content.decode()
    )


def test_find_by_reference(cast: Cast) -> None:
    case = refer(cast)
    for reference in (case.reference, case.reference.lower(), case.referrals.get().reference):
        page = client_of(cast.officer).post(reverse("cases:find"), {"words": reference})
        assert reverse("cases:case", args=[case.pk]) in page.content.decode()


def test_what_is_due_in_half_a_year_does_not_need_anybody_now(cast: Cast) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    Deadline.objects.filter(case=case).update(
        role="prevent-officer", due=timezone.localdate() + timedelta(days=180)
    )
    case.owner = cast.officer
    case.save(update_fields=["owner"])
    assert home_of(cast.officer).count == 0
    Deadline.objects.filter(case=case).update(due=timezone.localdate() + timedelta(days=7))
    assert home_of(Person.objects.get(pk=cast.officer.pk)).count > 0
