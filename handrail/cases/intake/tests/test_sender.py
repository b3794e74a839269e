"""The assessor sees whether the sender is confirmed, and the contact's other referrals."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access.models import Exclusion
from handrail.cases.intake import contacts, keyed
from handrail.cases.intake.contacts import sender_of
from handrail.cases.intake.models import Contact
from handrail.cases.intake.tests.conftest import MAIL, Visit
from handrail.cases.models import Case, Referral
from handrail.cases.tests.cast import Cast, refer
from handrail.organisations.models import Person

pytestmark = pytest.mark.django_db
Visiting = Callable[..., Visit]


def sent(visit: Visiting, email: str = MAIL, **given: str) -> Case:
    before = set(Case.objects.values_list("pk", flat=True))
    visit(email, origin=f"198.51.100.{len(before)}", **given).send()
    return Case.objects.exclude(pk__in=before).get()


@pytest.mark.parametrize(
    "written",
    [
        "07700 900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "07700900123 ext 4",
        "07700 900123 / 0113 4960123",
    ],
)
def test_a_sender_is_the_same_however_they_write_their_number(written: str) -> None:
    assert keyed.telephone(written) == "07700900123"


def test_what_is_no_number_recognises_nobody() -> None:
    assert [keyed.telephone(text) for text in ("", "n/a", "00000000000", "7.7009E+09")] == [""] * 4


def summary(case: Case, person: Person) -> str:
    found = sender_of(case, person)
    assert found
    return found.summary


def page(person: Person, case: Case, step: str = "") -> str:
    client = Client()
    client.force_login(person)
    address = (
        reverse("cases:begin", args=[case.pk, step]) if step else reverse("cases:people", args=[case.pk])
    )
    return client.get(address).content.decode()


def test_referrals_of_one_contact_are_counted_with_the_people_they_are_about(
    visit: Visiting, cast: Cast
) -> None:
    for names in (("Amber", "Roe"), ("Amber", "Roe"), ("Amber", "Roe"), ("Ben", "Lee")):
        case = sent(visit, given_name=names[0], family_name=names[1])
    received = Referral.objects.get(case=case).received_on
    words = f"This contact has made 4 referrals about 2 people since {received:%B %Y}."
    assert summary(case, cast.officer) == words
    for step in ("", "information-assessment"):
        assert words in page(cast.fimu, case, step)


def test_people_of_whom_no_name_is_known_are_not_one(visit: Visiting, cast: Cast) -> None:
    for _ in range(2):
        case = sent(visit, given_name="Not known", family_name="Unknown")
    assert "2 referrals about 2 people" in summary(case, cast.officer)


def test_a_single_referral_is_said_to_be_one(visit: Visiting, cast: Cast) -> None:
    sent(visit, "somebody.else@example.org")
    assert summary(sent(visit), cast.officer) == "No other referral came from this contact."


@pytest.mark.parametrize("again", ["A.Teacher@School.Example", f" {MAIL} "])
def test_the_same_address_is_the_same_however_it_is_written(visit: Visiting, cast: Cast, again: str) -> None:
    sent(visit)
    assert "2 referrals about 1 person" in summary(sent(visit, again), cast.officer)


@pytest.mark.parametrize("again", ["+44 1632 960001", "0044 (0)1632 960-001", "01632960001"])
def test_the_same_number_is_the_same_however_it_is_written(visit: Visiting, cast: Cast, again: str) -> None:
    sent(visit, "", phone="01632 960 001")
    assert "2 referrals" in summary(sent(visit, "", phone=again), cast.officer)


def test_whoever_gives_nothing_is_like_nobody(visit: Visiting, cast: Cast) -> None:
    cases = [sent(visit, ""), sent(visit, "")]
    assert {summary(case, cast.officer) for case in cases} == {"No other referral came from this contact."}
    assert "The sender is not confirmed:" in page(cast.officer, cases[0])


def test_people_whose_names_are_not_known_are_not_taken_for_one(visit: Visiting, cast: Cast) -> None:
    cases = [sent(visit), sent(visit)]
    assert contacts.about(cases[0]) == contacts.about(cases[1])
    for case in cases:
        case.subject = None
    assert contacts.about(cases[0]) != contacts.about(cases[1])


def test_an_address_that_nobody_confirmed_is_marked(visit: Visiting, cast: Cast) -> None:
    case = sent(visit)
    assert "The sender’s email address is not confirmed." in page(cast.fimu, case)
    assert not Contact.objects.get(case=case).confirmed


def test_another_force_sees_counts_and_no_case_that_it_may_not_see(visit: Visiting, cast: Cast) -> None:
    first = sent(visit, given_name="Amber", family_name="Roe")
    second = sent(visit, given_name="Ben", family_name="Lee")
    elsewhere = cast.stranger.posts.get().organisation
    Case.objects.filter(pk=second.pk).update(force=elsewhere)
    Referral.objects.filter(case=second).update(force=elsewhere)
    second.refresh_from_db()
    shown = page(cast.stranger, second)
    assert "2 referrals about 2 people" in shown
    for hidden in (first.reference, str(first.pk), "Amber", MAIL):
        assert hidden not in shown.replace(second.reference, "")
    own = sender_of(first, cast.officer)
    assert own
    assert own.others == []


def test_a_referral_by_an_officer_has_no_sender_from_outside(cast: Cast) -> None:
    case = refer(cast)
    assert sender_of(case, cast.officer) is None
    assert "Who sent it" not in page(cast.officer, case)


def test_two_installations_make_different_digests(settings: LazySettings) -> None:
    one = keyed.keyed("email", MAIL)
    settings.CONTACT_KEY = "another"
    assert keyed.keyed("email", MAIL) != one
    assert keyed.keyed("telephone", MAIL) != keyed.keyed("email", MAIL)


def test_what_is_restricted_or_kept_from_the_reader_is_not_counted(visit: Visiting, cast: Cast) -> None:
    shown = sent(visit, given_name="Amber", family_name="Roe")
    restricted = sent(visit, given_name="Ben", family_name="Lee")
    kept_from = sent(visit, given_name="Cara", family_name="Dunn")
    assert "3 referrals about 3 people" in page(cast.fimu, shown)
    Case.objects.filter(pk=restricted.pk).update(restricted=True)
    assert "2 referrals about 2 people" in page(cast.fimu, shown)
    Exclusion.objects.create(
        record=kept_from.pk, person=cast.fimu, by=cast.lead, reason="A relative.", since=timezone.now()
    )
    assert "No other referral came from this contact." in page(cast.fimu, shown)
    assert "2 referrals about 2 people" in page(cast.supervisor, shown)
