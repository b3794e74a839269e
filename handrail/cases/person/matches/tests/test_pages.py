"""What agrees and what differs stands side by side, adds up, and is answered from the page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches import showing
from handrail.cases.person.matches.showing import beside
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, WHY, between, elsewhere, say
from handrail.cases.tests.cast import Cast, refer
from handrail.organisations.models import Person
from handrail.subjects.models import Link

NUMBER = re.compile(r">(?:<strong>)?([+-]\d+(?:\.\d)?|0)(?:</strong>)?</td>")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def first(cast: Cast) -> Case:
    return refer(cast, **FIRST)


@pytest.fixture
def second(cast: Cast, first: Case) -> Case:
    return refer(cast, **MISSPELT)


def page(case: Case, person: Person) -> str:
    return signed_in(person).get(reverse("cases:likenesses", args=[case.pk])).content.decode()


def test_the_case_says_that_nobody_has_answered_and_leads_there(cast: Cast, second: Case) -> None:
    shown = signed_in(cast.officer).get(reverse("cases:case", args=[second.pk])).content.decode()
    assert "Another record may be about the same person: not answered" in shown
    assert reverse("cases:likenesses", args=[second.pk]) in shown


def test_what_agrees_stands_side_by_side_in_words_and_adds_up(cast: Cast, second: Case) -> None:
    shown = page(second, cast.supervisor)
    assert "Zerlinda Quillfeather" in shown
    assert "are spellings of one name" in shown
    *parts, total = map(float, NUMBER.findall(shown))
    assert len(parts) >= 4
    assert sum(parts) == total


def test_it_is_answered_on_its_own_page(cast: Cast, first: Case, second: Case) -> None:
    client = signed_in(cast.supervisor)
    address = reverse("cases:likeness", args=[second.pk, between(first, second).pk])
    assert client.post(address, {"outcome": "same"}).status_code == 422
    sent = {"outcome": "same", "reason": WHY, "seen_version": str(second.version)}
    after = client.post(address, sent, follow=True).content.decode()
    assert "The two records are linked" in after
    assert "The same person" in after
    assert Link.objects.live().count() == 1
    assert client.post(address, sent).status_code == 200  # answered already: nothing is asked any more
    assert Link.objects.count() == 1


def test_an_answer_is_taken_back_after_what_followed_was_shown(cast: Cast, first: Case, second: Case) -> None:
    match = between(first, second)
    address = reverse("cases:take-back", args=[second.pk, match.pk])
    client = signed_in(cast.supervisor)
    assert client.get(address).status_code == 404
    say(second, match, "same", cast.officer)
    shown = client.get(address).content.decode()
    assert "What followed from the link" in shown
    assert first.reference in shown
    assert client.post(address, {"reason": ""}).status_code == 422
    sent = {"reason": "Two cousins.", "seen_version": str(second.version)}
    assert "open again" in client.post(address, sent, follow=True).content.decode()
    assert not Link.objects.live().exists()


def test_a_record_of_another_force_shows_whom_to_call_and_nothing_else(cast: Cast) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    shown = page(second, cast.officer)
    assert "A record held by <strong>Wessex Police</strong>" in shown
    for secret in ("Quillfeather", first.reference, str(first.pk), "How they compare"):
        assert secret not in shown
    one = reverse("cases:likeness", args=[second.pk, between(first, second).pk])
    answered = {"outcome": "same", "reason": WHY, "seen_version": str(second.version)}
    assert signed_in(cast.officer).post(one, answered).status_code == 302
    other = page(first, cast.stranger)
    assert f"for {cast.officer.name} ({cast.officer.email})" in other
    assert f"said {cast.officer.name}" in other
    assert "Quilfether" not in other


def test_what_is_beside_another_case_is_not_there(cast: Cast, first: Case, second: Case) -> None:
    other = refer(cast)
    client = signed_in(cast.officer)
    match = between(first, second)
    for name in ("likeness", "take-back"):
        assert client.get(reverse(f"cases:{name}", args=[other.pk, match.pk])).status_code == 404
    assert "None was found" in page(other, cast.officer)


def test_earlier_referrals_say_how_they_stand(cast: Cast, first: Case, second: Case) -> None:
    client = signed_in(cast.supervisor)
    case = reverse("cases:people", args=[second.pk])
    assert "May be the same person: not answered yet" in client.get(case).content.decode()
    say(second, between(first, second), "same", cast.officer)
    assert "Linked as the same person" in client.get(case).content.decode()


def test_what_was_asked_about_a_record_that_is_hidden_since_can_still_be_answered(
    cast: Cast, first: Case, second: Case
) -> None:
    client = signed_in(cast.officer)
    address = reverse("cases:likenesses", args=[second.pk])
    assert "Not to be shown any more" not in client.get(address).content.decode()
    Case.objects.filter(pk=first.pk).update(restricted=True)
    shown = client.get(address).content.decode()
    assert "Not to be shown any more" in shown
    assert "Quillfeather" not in shown
    assert client.post(address, {"reason": " "}).status_code == 422
    sent = {"reason": "Nothing more can be asked.", "seen_version": str(second.version)}
    assert client.post(address, sent).status_code == 302
    assert not second.follow_ups.open().exists()
    assert "not answered" not in client.get(reverse("cases:case", args=[second.pk])).content.decode()
    Case.objects.filter(pk=first.pk).update(restricted=False)
    second.refresh_from_db()
    say(second, between(first, second), "same", cast.officer)
    assert Link.objects.live().count() == 1


def test_a_match_that_waits_for_an_answer_comes_before_those_that_were_answered(
    cast: Cast, first: Case, second: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = refer(cast, **FIRST)
    answered, waits = between(first, third), between(second, third)
    assert answered.weight > waits.weight, "By weight alone the answered one would come first."
    say(third, answered, "not-same", cast.supervisor)
    with context.asking(cast.supervisor):
        assert [one.match.pk for one in beside(third, cast.supervisor)] == [waits.pk, answered.pk]
        monkeypatch.setattr(showing, "MOST", 1)
        assert [one.match.pk for one in beside(third, cast.supervisor)] == [waits.pk]
