import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from handrail.cases.tests.cast import Cast, make_cast
from handrail.organisations.models import Person


@pytest.fixture
def cast(db: None, settings: LazySettings) -> Cast:
    settings.DEMONSTRATION = True
    made = make_cast()
    for person in (made.officer, made.chair, made.stranger, made.nation):
        person.email = f"{person.pk}@demo.handrail.example"
        person.save(update_fields=["email"])
    return made


def offered(page: str) -> set[str]:
    return set(re.findall(r'action="/demonstration/([0-9a-f-]{36})/"', page))


def test_one_force_is_shown_with_region_and_nation(client: Client, cast: Cast) -> None:
    page = client.get("/demonstration/", {"force": cast.force.slug}).content.decode()
    assert offered(page) == {str(person.pk) for person in (cast.officer, cast.chair, cast.nation)}


def test_another_force_can_be_chosen(client: Client, cast: Cast) -> None:
    page = client.get("/demonstration/", {"force": "wessex-police"}).content.decode()
    assert offered(page) == {str(person.pk) for person in (cast.stranger, cast.nation)}


@pytest.mark.parametrize("force", ["", "no-such-force", "a\nb"])
def test_a_force_that_is_not_there_shows_the_first(client: Client, cast: Cast, force: str) -> None:
    page = client.get("/demonstration/", {"force": force}).content.decode()
    assert str(cast.officer.pk) in offered(page)


def test_who_has_no_post_today_is_not_offered(client: Client, cast: Cast) -> None:
    cast.officer.posts.update(until=timezone.localdate() - timedelta(days=1))
    assert str(cast.officer.pk) not in offered(client.get("/demonstration/").content.decode())


def test_stepping_in_signs_in_as_that_person(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger)
    before = client.session.session_key
    response = client.post(f"/demonstration/{cast.officer.pk}/", follow=True)
    assert "Olu Ade" in response.content.decode()
    assert client.session.session_key != before


def test_nobody_steps_in_by_a_link_or_from_another_site(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/demonstration/{cast.officer.pk}/").status_code == 405
    assert client.post(f"/demonstration/{cast.officer.pk}/").status_code == 403


@pytest.mark.parametrize(
    "email", ["real@example.org", "x@demo.handrail.example.org", "x@sub-demo.handrail.example"]
)
def test_nobody_steps_in_as_somebody_real(client: Client, cast: Cast, email: str) -> None:
    Person.objects.filter(pk=cast.supervisor.pk).update(email=email)
    assert str(cast.supervisor.pk) not in offered(client.get("/demonstration/").content.decode())
    assert client.post(f"/demonstration/{cast.supervisor.pk}/").status_code == 404


def test_a_closed_account_is_nobody_to_step_into(client: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert client.post(f"/demonstration/{cast.officer.pk}/").status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(
    client: Client, cast: Cast, settings: LazySettings
) -> None:
    settings.DEMONSTRATION = False
    assert client.get("/demonstration/").status_code == 404
    assert client.post(f"/demonstration/{cast.officer.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session
