"""The pages of accounts: what they find, what they refuse, what they keep of what was typed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from markupsafe import escape

from handrail.accounts.tests.cast import Cast, hire
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def found(by: Person, words: str) -> str:
    return client_of(by).post(reverse("accounts:accounts"), {"words": words}).content.decode()


def day(name: str, on: object) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


def post_typed(cast: Cast) -> dict[str, str]:
    return {
        "organisation": str(cast.team.pk),
        "role": "prevent-officer",
        "vetting": "3",
        **day("since", timezone.localdate()),
        **day("vetted-until", timezone.localdate() + timedelta(days=365)),
    }


def test_everybody_reads_every_role_and_every_capability(cast: Cast) -> None:
    page = shown(client_of(cast.officer), "access:capabilities")
    assert [role.label for role in Role if role.label not in page] == []
    assert [capability for capability in Capability if escape(capability.value) not in page] == []


@pytest.mark.parametrize("words", ["olu", "ADE olu", "olu.ade@", "borsetshire prevent"])
def test_an_account_is_found_by_name_address_or_organisation(cast: Cast, words: str) -> None:
    assert "olu.ade@example.org" in found(cast.of_force, words)
    assert "olu.ade@example.org" in found(cast.of_nation, words)
    assert "olu.ade@example.org" not in found(cast.of_other_force, words)


def test_a_mover_is_found_elsewhere_by_the_whole_address_alone(cast: Cast) -> None:
    assert "Olu Ade" in found(cast.of_other_force, "olu.ade@example.org")


def test_the_list_takes_as_many_queries_for_forty_accounts_as_for_one(cast: Cast) -> None:
    client = client_of(cast.of_force)
    shown(client, "accounts:accounts")
    with CaptureQueriesContext(connection) as few:
        shown(client, "accounts:accounts")
    for number in range(40):
        hire(f"Person {number:02}", Role.SPOC, cast.force)
    with CaptureQueriesContext(connection) as many:
        page = shown(client, "accounts:accounts")
    assert len(many) == len(few) <= 12
    assert 'href="?page=2"' in page
    second = client.get(reverse("accounts:accounts"), {"page": "2"}).content.decode()
    assert "Person 39" in second
    found = client.post(reverse("accounts:accounts"), {"words": "Person", "page": "2"}).content.decode()
    assert "40 accounts" in found
    assert "Person 39" in found
    assert "Person 00" not in found
    assert "Previous page" in found


def test_an_account_is_made_on_the_page_and_shows_its_history(cast: Cast) -> None:
    client = client_of(cast.of_force)
    typed = {
        "name": "Nia Pugh",
        "email": "nia@example.org",
        "postcode": "",
        "reason": "Joins",
        **post_typed(cast),
    }
    response = client.post(reverse("accounts:account-new"), typed, follow=True)
    page = response.content.decode()
    assert "The account of Nia Pugh was made" in page
    assert "A post was given" in page
    assert "Reason: Joins" in page


def test_what_was_typed_stays_and_each_mistake_says_what_to_do(cast: Cast) -> None:
    typed = {
        "name": "Nia Pugh",
        "email": "not an address",
        "since-day": "31",
        "since-month": "2",
        "since-year": "2026",
    }
    response = client_of(cast.of_force).post(reverse("accounts:account-new"), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Nia Pugh"' in page
    assert 'value="not an address"' in page
    assert 'value="31"' in page
    for message in (
        "Enter a real date",
        "email address in the correct format",
        "Select the role",
        "their level of vetting",
    ):
        assert message in page
    assert 'href="#since-day"' in page


def test_what_an_act_refuses_stands_at_the_answer_to_change(cast: Cast) -> None:
    typed = {**post_typed(cast), "role": "spoc"}
    response = client_of(cast.of_force).post(reverse("accounts:post-new", args=[cast.officer.pk]), typed)
    assert response.status_code == 422
    assert 'href="#organisation"' in response.content.decode()


def test_a_page_cannot_be_used_on_a_post_elsewhere(cast: Cast) -> None:
    post = cast.officer.posts.get()
    for name in ("accounts:post-end", "accounts:post-vetting"):
        address = reverse(name, args=[cast.officer.pk, post.pk])
        assert client_of(cast.of_force).get(address).status_code == 200
        assert client_of(cast.of_other_force).get(address).status_code == 404


def test_ending_a_post_and_closing_need_a_reason(cast: Cast) -> None:
    client = client_of(cast.of_force)
    post = cast.officer.posts.get()
    ending = reverse("accounts:post-end", args=[cast.officer.pk, post.pk])
    assert client.post(ending, {"when": "now", "reason": ""}).status_code == 422
    closing = reverse("accounts:account-close", args=[cast.officer.pk])
    assert client.post(closing, {"reason": " "}).status_code == 422
    assert client.post(closing, {"reason": "Left"}).status_code == 302
    assert not Person.objects.get(pk=cast.officer.pk).is_active


def test_one_s_own_account_is_refused_on_the_page_with_who_has_to_do_it(cast: Cast) -> None:
    response = client_of(cast.of_nation).post(
        reverse("accounts:account-close", args=[cast.of_nation.pk]), {"reason": "I go"}
    )
    assert response.status_code == 403
    assert "Another administrator must do this" in response.content.decode()
    assert "I go" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "days", "warned"),
    [("until", 29, True), ("until", 31, False), ("vetted_until", 29, True), ("vetted_until", -1, True)],
)
def test_the_end_of_a_post_or_of_vetting_is_warned_of_a_month_before(
    cast: Cast, field: str, days: int, warned: bool
) -> None:
    Post.objects.filter(person=cast.officer).update(**{field: timezone.localdate() + timedelta(days=days)})
    heading = "Ends within 30 days"
    assert (heading in shown(client_of(cast.of_force), "accounts:accounts")) == warned
    assert ("See which" in shown(client_of(cast.of_force), "web:home")) == warned
    assert ("your account administrator" in shown(client_of(cast.officer), "web:home")) == warned
    assert heading not in shown(client_of(cast.of_other_force), "accounts:accounts")


def test_who_proved_themselves_too_long_ago_is_asked_again_before_an_act(cast: Cast) -> None:
    client = client_of(cast.of_force)
    session = client.session
    session["proof"] = {**session["proof"], "at": 0}
    session.save()
    closing = reverse("accounts:account-close", args=[cast.officer.pk])
    assert client.get(closing).headers["Location"].startswith(reverse("sign_in:again"))
    page = client.post(closing, {"reason": "Left the force"})
    assert "Left the force" in page.content.decode()
    assert Person.objects.get(pk=cast.officer.pk).is_active
    assert client.get(reverse("accounts:accounts")).status_code == 200
