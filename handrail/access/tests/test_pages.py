"""The declarations of a view reach the log of reads and the menu."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from handrail.access.audience import Audience
from handrail.access.pages import Menu, called, in_menu, page, pages
from handrail.organisations.tests.cast import Cast, make_cast


@page(Audience.CASE_WORKERS, logged_as="the plan of a case", menu=Menu("Plans", 23))
def plans(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plans")


urlpatterns = [
    path("", include("handrail.config.urls")),
    path("plans/", include(([path("", plans, name="list")], "plans"))),
]


@pytest.fixture
def added(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__


def test_a_page_is_found_by_its_address_alone(added: None) -> None:
    found = next(page for page in pages() if page.name == "plans:list")
    assert (found.route, found.audience) == ("/plans/", Audience.CASE_WORKERS)
    assert called("plans:list") == "the plan of a case"
    titles = [menu.title for menu, _ in in_menu()]
    assert titles[titles.index("Find") + 1] == "Plans"


def test_a_line_about_a_page_that_is_gone_keeps_its_name() -> None:
    assert "plans:list" not in {page.name for page in pages()}
    assert called("plans:list") == "plans:list"


def test_the_menu_offers_a_page_to_its_audience_and_the_page_opens_to_no_other(
    added: None, client: Client, db: None
) -> None:
    cast: Cast = make_cast()
    client.force_login(cast.officer)
    assert 'href="/plans/"' in client.get("/home/").content.decode()
    assert client.get("/plans/").content == b"plans"
    client.force_login(cast.auditor)
    assert 'href="/log/"' in (home := client.get("/home/").content.decode())
    assert 'href="/plans/"' not in home
    assert client.get("/plans/").status_code == 403


def test_no_two_pages_stand_at_one_place_of_a_menu() -> None:
    places = [(page.audience is Audience.PUBLIC, menu.order) for menu, page in in_menu()]
    assert len(places) > 10
    assert sorted(set(places)) == sorted(places)
