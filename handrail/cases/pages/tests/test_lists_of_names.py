"""Lists of people are in the order that their heading names, with rows that can be told apart."""

import re
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from handrail.cases.models import NAME_WITHHELD, Case
from handrail.cases.pages import lists
from handrail.cases.tests.cast import Cast, refer
from handrail.govuk.paging import paged
from handrail.subjects.by_name import sort_key
from handrail.subjects.models import Subject

# By last name, as a reader looks for them; sorted by first name, Aaron Zimmer would come first.
IN_ORDER = [
    ("Zoe", "Adams"),
    ("Bea", "Adams Brown"),
    ("Anna", "de Vries"),
    ("Carl", "Devries"),
    ("Lukasz", "Lis"),
    ("Łukasz", "Lis"),
    ("Ola", "Łaska"),
    ("Maeve", "O'Neill"),
    ("Nora", "ONeill"),
    ("Ömer", "Şahin"),
    ("Cem", "Sahinoglu"),
    ("Cher", ""),
    ("Aaron", "Zimmer"),
]


def test_names_sort_by_the_last_name_first() -> None:
    keys = [sort_key(given, family) for given, family in IN_ORDER]
    assert keys[0] == "adams zoe"
    assert sort_key("Łukasz", "Lis") == sort_key("Lukasz", "Lis")
    assert sort_key("Anna", "van der Berg") == "vanderberg anna"
    assert sort_key("Mary Jane", "") == "jane mary"
    assert sort_key("", "") == ""


@pytest.mark.django_db
def test_a_list_is_in_that_order_on_all_its_pages(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "paged", partial(paged, size=5))
    for given, family in sorted(IN_ORDER):
        refer(cast, **{"given-name": given, "family-name": family or "x"})
    Subject.objects.filter(family_name="x").update(family_name="", sort_key=sort_key("Cher", ""))
    client.force_login(cast.officer)
    for order in ("name", "-name"):
        found = [name for page in (1, 2, 3) for name in names_on(client, order, page)]
        keys = [sort_key(given, family) for given, family in IN_ORDER]
        said = {f"{given} {family}".strip(): sort_key(given, family) for given, family in IN_ORDER}
        assert len(found) == len(IN_ORDER)
        assert [said[name] for name in found] == sorted(keys, reverse=order == "-name")
    assert "Person, by last name" in client.get(reverse("cases:list")).text


def names_on(client: Client, order: str, page: int) -> list[str]:
    text = client.get(f"{reverse('cases:list')}?order={order}&page={page}").text
    main = text[text.index("<main") :]
    found = re.findall(r'href="/cases/[0-9a-f-]{36}/">([^<]+)</a>', main)
    return [name.replace("&#39;", "'") for name in found]


@pytest.mark.django_db
def test_rows_whose_name_is_withheld_can_be_told_apart(cast: Cast, client: Client) -> None:
    cases = [refer(cast, **{"given-name": "Amber", "family-name": f"Roe{n}"}) for n in range(3)]
    client.force_login(cast.officer)
    assert "Roe1" in client.get(reverse("cases:list")).text
    client.force_login(cast.nation)
    for name in ("cases:list", "cases:referrals"):
        page = client.get(reverse(name)).text
        links = re.findall(r'href="/cases/[0-9a-f-]{36}/">([^<]+)</a>', page)
        assert len(set(links)) == len(cases), links
        assert NAME_WITHHELD not in links
        assert "Roe1" not in page
        assert page.count(NAME_WITHHELD) == len(cases), "each row says so, beneath its reference"
        assert cast.force.name in page
        assert "where you oversee a case and do not work on it" in page
    assert {case.reference for case in cases} == set(names_on(client, "", 1))


@pytest.mark.django_db
def test_who_sees_no_names_is_offered_no_order_by_them(cast: Cast, client: Client) -> None:
    refer(cast)
    client.force_login(cast.nation)
    assert "Person, by last name" not in client.get(reverse("cases:list")).text


@pytest.mark.django_db
def test_somebody_whose_name_is_not_known_is_listed_by_the_reference(cast: Cast) -> None:
    case = refer(cast)
    assert case.listed_as == case.called
    assert case.listed_beneath == case.reference
    Subject.objects.filter(cases=case).update(given_name="", family_name="")
    case = Case.objects.select_related("subject").get(pk=case.pk)
    assert (case.listed_as, case.listed_beneath) == (case.reference, "Name not known")
