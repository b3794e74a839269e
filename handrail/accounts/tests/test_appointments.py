"""Which administrators give, end and renew which posts, and what that records and ends at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed, Unfit
from handrail.accounts import appointments
from handrail.accounts.appointments import Appointment
from handrail.accounts.tests.cast import FAR_AHEAD, Cast, hire, post
from handrail.ledger.models import Entry
from handrail.organisations.home_address import digest_of_home
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

DAY = timedelta(days=1)


def appointment(role: Role, place: Organisation, until: date | None = None) -> Appointment:
    return Appointment(role, place, timezone.localdate(), until, Vetting.POLICE, FAR_AHEAD)


def asking(by: Person, what: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run one act as the web does, with the acting user as the user of the database."""
    with context.asking(by):
        return what(*args, by=by, **kwargs)


def acts_on(person: Person) -> list[str]:
    return list(Entry.objects.filter(chain=person.pk).order_by("number").values_list("act", flat=True))


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_an_account_is_made_with_its_first_post_and_both_are_on_its_own_chain(cast: Cast) -> None:
    made = asking(
        cast.of_force,
        appointments.open_account,
        "Nia Pugh",
        "Nia.Pugh@Example.org",
        appointment(Role.PREVENT_OFFICER, cast.team),
        postcode="ls1 4ap",
    )
    assert fresh(made).roles == {Role.PREVENT_OFFICER}
    assert made.email == "nia.pugh@example.org"
    assert bytes(made.home) == digest_of_home("LS1 4AP")
    assert not made.has_usable_password()
    assert acts_on(made) == ["account-opened", "post-given"]
    entry = Entry.objects.get(chain=made.pk, number=2)
    assert (entry.stage, entry.actor, entry.role) == ("access", cast.of_force.pk, Role.ADMINISTRATOR)
    assert entry.content.content["role"] == Role.PREVENT_OFFICER
    assert "Nia" not in str(Entry.objects.get(chain=made.pk, number=1).content.content)


def test_two_accounts_have_two_addresses(cast: Cast) -> None:
    with pytest.raises(Unfit, match="email address") as unfit:
        asking(
            cast.of_force,
            appointments.open_account,
            "Olu Ade",
            "OLU.ADE@example.org",
            appointment(Role.PREVENT_OFFICER, cast.team),
        )
    assert unfit.value.name == "email"


PLACES: dict[str, tuple[Callable[[Cast], Person], Callable[[Cast], Organisation], bool]] = {
    "a force's administrator in its team": (lambda c: c.of_force, lambda c: c.team, True),
    "a force's administrator in its own body": (lambda c: c.of_force, lambda c: c.force, True),
    "a force's administrator in another force": (lambda c: c.of_force, lambda c: c.other_force, False),
    "the nation's administrator in a team": (lambda c: c.of_nation, lambda c: c.team, True),
    "an officer in their own team": (lambda c: c.officer, lambda c: c.team, False),
    "an auditor": (lambda c: c.auditor, lambda c: c.team, False),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_administrator_gives_posts_where_theirs_reaches_and_nobody_else_gives_any(
    cast: Cast, place: str
) -> None:
    by, where, may = PLACES[place]
    newcomer = Person.objects.create_user("new@example.org", "New Comer")
    give = appointment(Role.PREVENT_OFFICER, where(cast))
    if may:
        asking(by(cast), appointments.give_post, newcomer, give)
        assert fresh(newcomer).roles == {Role.PREVENT_OFFICER}
    else:
        with pytest.raises(NotAllowed):
            asking(by(cast), appointments.give_post, newcomer, give)
        assert acts_on(newcomer) == []


def test_an_administrator_whose_vetting_has_ended_manages_nothing(cast: Cast) -> None:
    cast.of_force.posts.update(vetted_until=timezone.localdate() - DAY)
    by = fresh(cast.of_force)
    with pytest.raises(NotAllowed):
        asking(by, appointments.give_post, cast.officer, appointment(Role.SPOC, cast.force))


@pytest.mark.parametrize(
    "do",
    [
        lambda cast, own: appointments.give_post(
            cast.of_nation, appointment(Role.ANALYST, cast.nation), by=cast.of_nation
        ),
        lambda cast, own: appointments.end_post(own, None, by=cast.of_nation, reason="I go"),
        lambda cast, own: appointments.renew_vetting(own, Vetting.POLICE, FAR_AHEAD, by=cast.of_nation),
        lambda cast, own: appointments.close_account(cast.of_nation, by=cast.of_nation, reason="I go"),
    ],
    ids=["give", "end", "renew", "close"],
)
def test_nobody_acts_on_their_own_account(cast: Cast, do: Callable[[Cast, Post], None]) -> None:
    own = cast.of_nation.posts.get()
    with pytest.raises(NotAllowed, match="your own account"), context.asking(cast.of_nation):
        do(cast, own)
    assert acts_on(cast.of_nation) == []


def test_the_database_refuses_a_post_that_somebody_gives_themselves_or_gives_without_the_right(
    cast: Cast,
) -> None:
    for by, to in ((cast.of_nation, cast.of_nation), (cast.officer, cast.auditor)):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
            context.asking(by),
        ):
            Post.objects.create(
                person=to, organisation=cast.nation, role=Role.ANALYST, since=timezone.localdate()
            )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INSPECTOR])
def test_an_administrator_holds_no_post_that_sees_cases(cast: Cast, role: Role) -> None:
    wanted = appointment(role, cast.force)
    if not wanted.sees_cases:
        return
    with pytest.raises(Unfit) as unfit:
        appointments._fit_beside(wanted, cast.of_force.posts.get())
    assert unfit.value.name == "role"


def test_nobody_who_sees_cases_is_made_an_administrator(cast: Cast) -> None:
    give = appointment(Role.ADMINISTRATOR, cast.force)
    with pytest.raises(Unfit, match="cannot see cases"):
        asking(cast.of_nation, appointments.give_post, cast.officer, give)
    cast.officer.posts.update(until=timezone.localdate() - DAY)
    asking(cast.of_nation, appointments.give_post, cast.officer, give)
    assert fresh(cast.officer).roles == {Role.ADMINISTRATOR}


def test_the_last_administrator_of_the_nation_stays(cast: Cast) -> None:
    second = hire("Bea Lunn", Role.ADMINISTRATOR, cast.nation)
    asking(cast.of_nation, appointments.close_account, second, reason="Left")
    third = hire("Cy Lunn", Role.ADMINISTRATOR, cast.nation)
    Post.objects.filter(person=third).update(until=timezone.localdate() + DAY)
    with pytest.raises(NotAllowed, match="No other administrator would be left"):
        asking(
            fresh(third),
            appointments.end_post,
            cast.of_nation.posts.get(),
            timezone.localdate() + 5 * DAY,
            reason="Leaves",
        )
    Post.objects.filter(person=third).update(until=None)
    asking(
        fresh(third),
        appointments.end_post,
        cast.of_nation.posts.get(),
        timezone.localdate() + 5 * DAY,
        reason="Leaves",
    )


def test_the_post_of_an_inspector_is_limited_in_time(cast: Cast) -> None:
    give = appointment(Role.INSPECTOR, cast.nation)
    inspector = Person.objects.create_user("inspector@example.org", "In Spector")
    with pytest.raises(Unfit, match="limited in time") as unfit:
        asking(cast.of_nation, appointments.give_post, inspector, give)
    assert unfit.value.name == "until"
    asking(
        cast.of_nation,
        appointments.give_post,
        inspector,
        replace(give, until=timezone.localdate() + 30 * DAY),
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"role": Role.NATIONAL_ASSURANCE}, "organisation"),
        ({"role": Role.DATA_PROTECTION_OFFICER}, "organisation"),
        ({"until": date(2020, 1, 1)}, "until"),
        ({"vetted_until": None}, "vetted-until"),
        ({"vetting": Vetting.NONE}, "vetting"),
    ],
)
def test_a_post_that_cannot_be_is_refused_with_the_answer_to_change(
    cast: Cast, change: dict[str, Any], name: str
) -> None:
    newcomer = Person.objects.create_user("new@example.org", "New Comer")
    give = replace(appointment(Role.SPOC, cast.force), **change)
    with pytest.raises(Unfit) as unfit:
        asking(cast.of_force, appointments.give_post, newcomer, give)
    assert unfit.value.name == name


def test_the_same_post_is_held_once_at_a_time(cast: Cast) -> None:
    with pytest.raises(Unfit, match="already hold this post"):
        asking(
            cast.of_force, appointments.give_post, cast.officer, appointment(Role.PREVENT_OFFICER, cast.team)
        )


@pytest.mark.parametrize("days", [None, 0, 10])
def test_a_post_ends_at_once_or_after_its_last_day(cast: Cast, days: int | None) -> None:
    last_day = None if days is None else timezone.localdate() + days * DAY
    held = cast.officer.posts.get()
    asking(cast.of_force, appointments.end_post, held, last_day, reason="Moves to another force")
    assert bool(fresh(cast.officer).roles) == (last_day is not None)
    assert Post.objects.get(pk=held.pk).until == (last_day or timezone.localdate() - DAY)
    assert acts_on(cast.officer) == ["post-ended"]
    content = Entry.objects.get(chain=cast.officer.pk).content.content
    assert content["reason"] == "Moves to another force"


def test_a_post_that_begins_later_is_withdrawn_and_held_on_no_day(cast: Cast) -> None:
    later = post(cast.officer, Role.SPOC, cast.force)
    Post.objects.filter(pk=later.pk).update(since=timezone.localdate() + 10 * DAY)
    later.refresh_from_db()
    asking(cast.of_force, appointments.end_post, later, None, reason="Not needed")
    assert not Post.objects.current(timezone.localdate() + 10 * DAY).filter(pk=later.pk).exists()


def test_vetting_is_renewed(cast: Cast) -> None:
    held = cast.officer.posts.get()
    asking(
        cast.of_force, appointments.renew_vetting, held, Vetting.MANAGEMENT, timezone.localdate() + 365 * DAY
    )
    held.refresh_from_db()
    assert (held.vetting, held.vetted_until) == (Vetting.MANAGEMENT, timezone.localdate() + 365 * DAY)
    assert acts_on(cast.officer) == ["vetting-renewed"]


def test_a_closed_account_is_out_at_once_whichever_way_it_comes(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.officer)
    assert client.get(reverse("web:home")).status_code == 200
    asking(cast.of_force, appointments.close_account, cast.officer, reason="Left the force")
    assert client.get(reverse("web:home")).status_code == 302
    left = fresh(cast.officer)
    assert not left.is_active
    assert left.roles == frozenset()
    assert acts_on(left) == ["account-closed"]
    assert not client.session.keys()


def test_a_leaver_who_comes_back_has_their_account_again(cast: Cast) -> None:
    asking(cast.of_force, appointments.close_account, cast.officer, reason="Left the force")
    asking(cast.of_force, appointments.give_post, cast.officer, appointment(Role.PREVENT_OFFICER, cast.team))
    assert fresh(cast.officer).is_active
    assert acts_on(cast.officer) == ["account-closed", "account-opened-again", "post-given"]


def test_an_account_with_a_post_elsewhere_is_closed_by_who_manages_both(cast: Cast) -> None:
    post(cast.officer, Role.PREVENT_OFFICER, cast.other_force)
    with pytest.raises(NotAllowed):
        asking(cast.of_force, appointments.close_account, cast.officer, reason="Left")
    assert fresh(cast.officer).is_active
    asking(cast.of_nation, appointments.close_account, cast.officer, reason="Left")
    assert not fresh(cast.officer).is_active


def test_what_fails_on_the_way_leaves_neither_post_nor_entry(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*given: Any, **more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(appointments, "end_sessions", breaks)
    with pytest.raises(RuntimeError):
        asking(cast.of_force, appointments.close_account, cast.officer, reason="Left")
    assert fresh(cast.officer).is_active
    assert acts_on(cast.officer) == []


def test_a_current_post_whose_role_left_the_table_is_ended_or_followed_by_another(cast: Cast) -> None:
    Post.objects.filter(person=cast.officer).update(role="gone-role")
    wanted = appointment(Role.FIMU_OFFICER, cast.force)
    asking(cast.of_force, appointments.give_post, fresh(cast.officer), wanted)
    assert fresh(cast.officer).roles == {Role.FIMU_OFFICER}
    gone = Post.objects.get(person=cast.officer, role="gone-role")
    asking(cast.of_force, appointments.end_post, gone, None, reason="The role is no more.")
    assert acts_on(cast.officer) == ["post-given", "post-ended"]


def test_a_user_all_of_whose_roles_left_the_table_still_signs_in(client: Client, cast: Cast) -> None:
    Post.objects.filter(person=cast.officer).update(role="gone-role")
    client.force_login(cast.officer)
    assert client.get(reverse("sign_in:account")).status_code == 200
    with context.asking(fresh(cast.officer)), connection.cursor() as cursor:
        names = ["handrail.vetting", "handrail.may", "handrail.works", "handrail.own"]
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
        assert cursor.fetchone() == ("", "", "", "")
