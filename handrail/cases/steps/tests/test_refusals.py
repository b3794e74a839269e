"""The page before a step and the act itself refuse with one reason."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from handrail.access import context
from handrail.access.errors import Refused
from handrail.cases.engine.tests.test_guarding import left
from handrail.cases.models import Case
from handrail.cases.steps.tests.test_steps import to_gateway
from handrail.cases.tests.cast import Cast, answer, left_long_ago, take
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting

Scene = Callable[[Cast, Case], tuple[str, Person, int | None]]


def decided(cast: Cast, case: Case) -> int:
    return take(
        case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk)
    ).number


def not_theirs(cast: Cast, case: Case) -> tuple[str, Person, int | None]:
    return "allocate", cast.fimu, None


def not_now(cast: Cast, case: Case) -> tuple[str, Person, int | None]:
    return "channel-decision", cast.practitioner, None


def signed_off_unread(cast: Cast, case: Case) -> tuple[str, Person, int | None]:
    number, by = decided(cast, case), cast.supervisor
    by.posts.update(vetting=Vetting.MANAGEMENT)
    with context.asking(again(by)):
        raise_marking(case, number, case.pack.markings[-1].id, by=again(by), reason="It names a source")
    by.posts.update(vetting=Vetting.POLICE)
    return "gateway-sign-off", by, None


def taken_over_by_a_namesake(cast: Cast, case: Case) -> tuple[str, Person, int | None]:
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    asked = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    assert case.subject
    Person.objects.filter(pk=cast.second_officer.pk).update(name=case.subject.name)
    return "handover-accept", cast.second_officer, asked.number


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (not_theirs, "cannot take this step"),
        (not_now, "is not taken"),
        (signed_off_unread, "You do not have the vetting to read this decision"),
        (taken_over_by_a_namesake, "Somebody else must take it over"),
    ],
)
def test_page_and_act_refuse_a_step_with_the_same_words(cast: Cast, scene: Scene, words: str) -> None:
    case = to_gateway(cast)
    step, by, about = scene(cast, case)
    with pytest.raises(Refused) as refused:
        answer(case, step, again(by), about)
    reason = refused.value.reason
    name, parts = ("cases:answer", [about, step]) if about else ("cases:begin", [step])
    page = client_of(by).get(reverse(name, args=[case.pk, *parts]))
    assert page.status_code in {403, 409}
    assert words in reason
    assert reason in page.text


def test_the_page_of_a_case_offers_an_answer_until_it_would_be_refused(cast: Cast) -> None:
    case, by = to_gateway(cast), cast.second_officer
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    asked = take(case, "handover", cast.officer, to=str(by.pk))
    accept = reverse("cases:answer", args=[case.pk, asked.number, "handover-accept"])
    address = reverse("cases:case", args=[case.pk])
    assert accept in client_of(by).get(address).text
    assert case.subject
    Person.objects.filter(pk=by.pk).update(name=case.subject.name)
    assert accept not in client_of(by).get(address).text


def test_the_page_of_a_case_offers_a_review_from_the_day_on_which_it_may_be_held(cast: Cast) -> None:
    case, step = left(cast, 4), "six-month-review"
    address, begin = (
        reverse("cases:case", args=[case.pk]),
        reverse("cases:begin", args=[case.pk, step]),
    )
    assert client_of(cast.practitioner).get(begin).status_code == 409
    assert begin not in client_of(cast.practitioner).get(address).text
    left_long_ago(case, 200)
    assert begin in client_of(cast.practitioner).get(address).text
