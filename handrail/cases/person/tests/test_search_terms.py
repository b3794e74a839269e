"""What is known of a person stands beside a form whose author searches other systems."""

import re

import pytest
from django.test import Client

from handrail.access import context
from handrail.cases.drafts.beginning import draft_of, first_page
from handrail.cases.models import Case
from handrail.cases.person.search_terms import SearchTerms, search_terms
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting

FIRST = {
    "family-name": "Rashid",
    "given-name": "Muhammad",
    "phone": "07700 900111",
    "email": "m@example.org",
    "online-names": "Discord: wolf88",
    "other-names": "Mo",
}
SPELLING = {"what": "name", "name-sort": "spelling", "given-name": "Mohamed", "family-name": "al-Rashid"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.officer, **FIRST)


def terms(case: Case, reader: Person) -> SearchTerms:
    with context.asking(again(reader)):
        found = Case.objects.visible_to(reader).with_access_of(reader).select_related("subject")
        return search_terms(found.get(pk=case.pk), again(reader))


def words(case: Case, reader: Person) -> list[str]:
    return [one.words for known in terms(case, reader).titled.values() for one in known]


def beside(case: Case, step_id: str, by: Person) -> str:
    """Return what stands beside the first page of a step's form, in words."""
    with context.asking(again(by)):
        address = first_page(draft_of(by, case, case.pack.step_by_id[step_id]))
    client = Client()
    client.force_login(again(by))
    _, _, aside = client.get(address).text.partition('<aside class="handrail-aside"')
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", aside))


def test_every_spelling_and_contact_stands_beside_the_information_assessment(case: Case, cast: Cast) -> None:
    take(case, "identity-detail", cast.officer, **SPELLING)
    case.refresh_from_db()
    text = beside(case, "information-assessment", cast.fimu)
    before, _, _ = text.partition("To read as you write")
    assert "To search with" in before
    for word in ("Muhammad Rashid", "Mohamed al-Rashid", "Mo", "07700 900111", "m@example.org", "wolf88"):
        assert word in before


def test_no_other_form_has_it(case: Case, cast: Cast) -> None:
    take(case, "information-assessment", cast.fimu, **{"other-interest": "no"})
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    case.refresh_from_db()
    text = beside(case, "gateway-assessment", cast.officer)
    assert "To read as you write" in text
    assert "To search with" not in text


def test_what_was_found_wrong_is_not_searched_with(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, **SPELLING)
    assert "Mohamed al-Rashid" in words(case, cast.fimu)
    answer(case, "detail-wrong", cast.officer, told.number, which="name", why="A clerk's slip")
    assert "Mohamed al-Rashid" not in words(case, cast.fimu)
    assert "Muhammad Rashid" in words(case, cast.fimu)


def test_a_value_that_was_told_twice_stands_once(case: Case, cast: Cast) -> None:
    take(case, "identity-detail", cast.officer, what="telephone", telephone="07700 900111")
    assert words(case, cast.fimu).count("07700 900111") == 1


def test_a_detail_above_the_vetting_of_the_reader_is_not_shown(case: Case, cast: Cast) -> None:
    told = take(case, "identity-detail", cast.officer, what="email", email="hidden@example.org")
    assert "hidden@example.org" in words(case, cast.fimu)
    cast.officer.posts.update(vetting=Vetting.MANAGEMENT)
    officer = again(cast.officer)
    with context.asking(officer):
        raise_marking(case, told.number, "official-sensitive-named", by=officer, reason="A source")
    assert "hidden@example.org" in words(case, officer)
    assert "hidden@example.org" not in words(case, cast.fimu)


def test_it_says_what_is_not_on_record(cast: Cast) -> None:
    bare = refer(cast, "police-referral", cast.officer, **{"phone": "", "email": "", "online-names": ""})
    missing = terms(bare, cast.fimu).missing
    assert {"Phone number", "Email address"} <= set(missing)
    assert not set(missing) & set(terms(bare, cast.fimu).titled)
