"""Pages that give access to a record, or a copy, ask for a new second factor if the last is old."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from handrail.access.models import Grant, Reading
from handrail.cases.case_access import restrictions
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.staff import again, make_staff
from handrail.organisations.models import Person
from handrail.records.drafts import Draft
from handrail.sign_in.proof import PROOF, Method
from tests.test_every_url import address_of, world, world_as_made

__all__ = ["world", "world_as_made"]

ASKED = "Use your passkey"
# The page, who acts there, and what is sent.
ACTS = {
    "cases:invite": ("supervisor", {"words": "a"}),
    "cases:share": ("supervisor", {"words": "a"}),
    "cases:restriction": ("supervisor", {"act": "restrict"}),
    "cases:new-sample": ("nation", {"way": "random"}),
    "cases:print": ("supervisor", {"paper": "summary"}),
    "cases:redacted": ("supervisor", {"basis": "x"}),
    "cases:redacted-copy": ("supervisor", {"recipient": "x"}),
    "cases:take-on": ("standards", {"reason": "x"}),
}


def sign_in_for(name: str, client: Client, cast: Cast) -> dict[str, str]:
    """Sign in the user who takes an act, and return what they send."""
    who, given = ACTS[name]
    staff = make_staff(cast)
    client.force_login(getattr(cast, who, None) or getattr(staff, who))
    return given


def older(client: Client, seconds: float) -> None:
    """Have the user's last proof, by passkey, given so many seconds ago."""
    session = client.session
    at = time.time() - seconds
    session[PROOF] = {"by": [Method.PASSKEY], "at": at, "passkey_at": at}
    session.save()


def give_passkey(client: Client) -> None:
    """Give the user of the session a passkey."""
    user = Person.objects.get(pk=client.session[SESSION_KEY])
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})


@pytest.mark.parametrize("name", ACTS)
def test_a_grant_or_a_copy_asks_for_a_fresh_proof_and_keeps_what_was_typed(
    name: str, client: Client, world: tuple[Cast, Case, Draft]
) -> None:
    cast, case, draft = world
    given = sign_in_for(name, client, cast)
    give_passkey(client)
    older(client, 301)
    before = Grant.objects.count()
    page = client.post(address_of(name, case, draft), given).content.decode()
    assert ASKED in page
    for value in given.values():
        assert f'value="{value}"' in page
    assert Grant.objects.count() == before
    older(client, 0)
    assert ASKED not in client.post(address_of(name, case, draft), given).content.decode()


def test_looking_asks_for_nothing(client: Client, world: tuple[Cast, Case, Draft]) -> None:
    cast, case, _ = world
    client.force_login(cast.supervisor)
    older(client, 3600)
    assert client.get(reverse("cases:restriction", args=[case.pk])).status_code == 200


def weaker(client: Client, *, older: int = 0) -> None:
    """Have the user's session proven by password and code, so many seconds ago."""
    session = client.session
    session[PROOF] = {"by": [Method.PASSWORD, Method.CODE], "at": session[PROOF]["at"] - older}
    session.save()


@pytest.mark.parametrize("name", ACTS)
def test_who_approves_or_gives_access_does_it_with_a_passkey(
    name: str, client: Client, world: tuple[Cast, Case, Draft]
) -> None:
    cast, case, draft = world
    given = sign_in_for(name, client, cast)
    weaker(client)
    before = Grant.objects.count()
    page = client.post(address_of(name, case, draft), given).content.decode()
    assert "You need a passkey" in page
    assert reverse("sign_in:passkey-add") in page
    assert Grant.objects.count() == before


def test_who_approves_is_not_locked_out_without_a_passkey(
    client: Client, world: tuple[Cast, Case, Draft]
) -> None:
    """Cases, tasks and new referrals stay open, and so does the page that adds a passkey."""
    cast, case, _ = world
    client.force_login(cast.supervisor)
    weaker(client)
    for address in (
        reverse("web:home"),
        reverse("cases:case", args=[case.pk]),
        reverse("cases:refer"),
        reverse("sign_in:passkey-add"),
    ):
        assert client.get(address).status_code == 200, address


@pytest.fixture
def restricted(world: tuple[Cast, Case, Draft]) -> Case:
    """Return the case, restricted to its officer and the supervisor."""
    cast, case, _ = world
    restrictions.restrict(
        case.pk,
        by=again(cast.supervisor),
        category=Category.OTHER,
        reason="Known to the team",
        named=[again(cast.officer), again(cast.supervisor)],
    )
    case.refresh_from_db()
    return case


def test_a_restricted_record_opens_to_a_fresh_proof_by_passkey_alone(
    client: Client, world: tuple[Cast, Case, Draft], restricted: Case
) -> None:
    cast, _, _ = world
    client.force_login(cast.officer)
    address = reverse("cases:case", args=[restricted.pk])
    assert restricted.reference in client.get(address).content.decode()
    lines = Reading.objects.filter(records__contains=[restricted.pk]).count()
    weaker(client)
    asked = client.get(address, follow=True).content.decode()
    assert "You need a passkey" in asked
    assert "999" in asked
    assert restricted.reference not in asked
    give_passkey(client)
    older(client, 301)
    asked = client.get(address, follow=True).content.decode()
    assert ASKED in asked
    assert restricted.reference not in asked
    assert Reading.objects.filter(records__contains=[restricted.pk]).count() == lines


def test_who_is_not_named_learns_nothing_from_what_is_asked(
    client: Client, world: tuple[Cast, Case, Draft], restricted: Case
) -> None:
    cast, _, _ = world
    client.force_login(cast.fimu)
    weaker(client, older=301)
    assert client.get(reverse("cases:case", args=[restricted.pk])).status_code == 404
