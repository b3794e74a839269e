"""The first account of a new installation, and access for a user who lost every way to sign in."""

import time
from datetime import date

import pytest
from django.test import Client

from handrail.accounts import by_hand
from handrail.accounts.past import acts_on
from handrail.accounts.tests.cast import Cast
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.sign_in import actions, factors
from handrail.sign_in.models import Link, Session
from handrail.sign_in.tests.hands import Passkey, Visitor

PLACE = "borsetshire-police"
VETTED = (Vetting.BASELINE, date(2099, 12, 31))


@pytest.fixture
def visitor() -> Visitor:
    """Return a visitor at localhost, where passkeys work without https."""
    return Visitor(Client(SERVER_NAME="localhost"))


@pytest.fixture
def app(cast: Cast) -> None:
    """Give the officer an authenticator app."""
    factors.keep_app(cast.officer, factors.new_secret(), int(time.time()) // 30 - 120)


def make(email: str = "Ada.Moss@Example.org") -> str:
    return by_hand.create("Ada Moss", email, Role.ADMINISTRATOR, PLACE, VETTED)


def test_the_link_leads_an_administrator_all_the_way_in(visitor: Visitor, cast: Cast) -> None:
    link = make()
    person = Person.objects.get(email="ada.moss@example.org")
    assert not person.has_usable_password()
    assert [post.role for post in person.current_posts] == [Role.ADMINISTRATOR]
    visitor.client.get(link.removeprefix("http://localhost:8000"))
    visitor.client.post("/sign-in/link/", {"password": "four words of another kind"})
    assert not visitor.gets_in()
    visitor.add_passkey(Passkey())
    assert visitor.gets_in()


def test_the_ledger_keeps_that_it_was_done(cast: Cast) -> None:
    make()
    person = Person.objects.get(email="ada.moss@example.org")
    entries = Entry.objects.filter(chain=person.pk).order_by("number")
    acts = [(entry.act, entry.stage, entry.actor) for entry in entries]
    assert acts == [(act, "access", person.pk) for act in ("account-opened", "post-given")]


def test_the_ledger_keeps_a_new_link_and_the_removal_of_second_factors(cast: Cast) -> None:
    by_hand.link(cast.officer.email, forget_factors=False)
    by_hand.link(cast.officer.email, forget_factors=True)
    entries = Entry.objects.filter(chain=cast.officer.pk).order_by("number")
    assert [entry.act for entry in entries] == ["link-made", "factors-removed", "link-made"]
    assert "Every second factor was removed, on the command line" in [
        done.title for done in acts_on(cast.officer)
    ]


def test_a_post_made_by_hand_has_to_fit_as_any_other(cast: Cast) -> None:
    email = "una@example.org"
    with pytest.raises(actions.Refused, match="choose an organisation of the kind"):
        by_hand.create("Una", email, Role.PANEL_CHAIR, PLACE, VETTED)
    nation = cast.of_nation.posts.get().organisation.slug
    with pytest.raises(actions.Refused, match="Enter the end date"):
        by_hand.create("Una", email, Role.INSPECTOR, nation, VETTED)
    assert not Person.objects.filter(email=email).exists()
    by_hand.create("Una", email, Role.INSPECTOR, nation, VETTED, date(2099, 12, 31))
    assert Person.objects.get(email=email).posts.get().until == date(2099, 12, 31)


def test_the_first_administrator_can_make_the_second(cast: Cast) -> None:
    make()
    person = Person.objects.get(email="ada.moss@example.org")
    assert person.may(Capability.MANAGE_ACCOUNTS)
    assert [post.is_vetted() for post in person.current_posts] == [True]


def test_what_cannot_be_is_said(cast: Cast) -> None:
    make()
    with pytest.raises(actions.Refused, match="handrail account link"):
        make("ada.moss@example.org")
    with pytest.raises(actions.Refused, match="no organisation 'nowhere'"):
        by_hand.create("Ada Moss", "other@example.org", Role.ADMINISTRATOR, "nowhere", VETTED)
    with pytest.raises(actions.Refused, match="No open account"):
        by_hand.link("nobody@example.org", forget_factors=False)


@pytest.mark.usefixtures("app")
def test_a_new_link_keeps_the_second_factors_unless_they_are_lost(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer)
    by_hand.link(cast.officer.email, forget_factors=False)
    assert factors.has_app(cast.officer)
    by_hand.link(cast.officer.email, forget_factors=True)
    assert not factors.any_of(cast.officer)
    assert not Session.objects.of(cast.officer).exists()
    assert Link.objects.open().filter(person=cast.officer).count() == 1
