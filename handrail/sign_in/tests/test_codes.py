"""S6: a code works once, a link works once, and a reset does not get around the second factor."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast, make_cast
from handrail.sign_in import actions, factors, links, tasks
from handrail.sign_in.models import Link, Purpose
from handrail.sign_in.proof import Method
from handrail.sign_in.tests.conftest import Clock, give_password
from handrail.sign_in.tests.hands import Passkey, Visitor, code

LONG = "correct horse " * 14  # longer than 128 characters


def arrive(visitor: Visitor, link: str) -> Any:
    response = visitor.client.get(link.removeprefix("http://localhost:8000"))
    assert response.headers["Location"] == "/sign-in/link/"
    return visitor.client.get("/sign-in/link/")


def test_s6_a_code_of_the_app_is_accepted_once(cast: Cast, secret: str, clock: Clock) -> None:
    now = code(secret)
    assert factors.accept(cast.officer, now) is Method.CODE
    for _ in range(5):
        assert factors.accept(cast.officer, now) is None
        clock.on(seconds=10)


def test_s6_no_code_from_before_the_last_one_is_accepted(cast: Cast, secret: str, clock: Clock) -> None:
    before = code(secret)
    clock.on(seconds=30)
    assert factors.accept(cast.officer, code(secret)) is Method.CODE
    assert factors.accept(cast.officer, before) is None


def test_s6_the_code_that_set_the_app_up_is_used_up(visitor: Visitor, cast: Cast, clock: Clock) -> None:
    visitor.password(cast.officer.email)
    visitor.client.get("/account/app/")
    secret = visitor.client.session["new_app"]
    visitor.client.post("/account/app/", {"code": code(secret)})
    assert factors.accept(cast.officer, code(secret)) is None


@pytest.mark.parametrize("later", [-3, -2, 2, 3])
def test_codes_of_another_minute_are_refused(cast: Cast, secret: str, clock: Clock, later: int) -> None:
    assert factors.accept(cast.officer, code(secret, later)) is None


@pytest.mark.parametrize("written", ["{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {0} ", "{0}"])
def test_codes_may_be_typed_with_spaces(cast: Cast, secret: str, clock: Clock, written: str) -> None:
    assert factors.accept(cast.officer, written.format(code(secret))) is Method.CODE


def test_s6_a_recovery_code_is_accepted_once(cast: Cast, secret: str) -> None:
    codes = factors.new_recovery_codes(cast.officer)
    assert len(set(codes)) == 10
    assert factors.accept(cast.officer, f"{codes[3][:5]} {codes[3][5:]}") is Method.RECOVERY_CODE
    assert factors.accept(cast.officer, codes[3]) is None
    assert factors.accept(cast.officer, codes[4]) is Method.RECOVERY_CODE
    fresh = factors.new_recovery_codes(cast.officer)
    assert factors.accept(cast.officer, codes[5]) is None
    assert factors.accept(cast.officer, fresh[0]) is Method.RECOVERY_CODE


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_s6_of_many_at_once_one_uses_the_code(transactional_db: None, kind: str) -> None:
    officer = make_cast().officer
    secret = factors.new_secret()
    factors.keep_app(officer, secret, 0)
    given = code(secret) if kind == "app" else factors.new_recovery_codes(officer)[0]

    def use(number: int) -> bool:
        try:
            return factors.accept(officer, given) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(24))) == 1


def test_recovery_codes_made_twice_at_once_are_made_one_after_the_other(transactional_db: None) -> None:
    cast = make_cast()
    barrier = Barrier(4)

    def renew(_: int) -> list[str]:
        try:
            barrier.wait(timeout=30)
            return actions.renew_recovery_codes(cast.officer)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(renew, range(12)))
    assert len({tuple(codes) for codes in made}) == 12
    assert sum(factors.accept(cast.officer, codes[0]) is not None for codes in made) == 1


@pytest.mark.parametrize("nonsense", ["", "1", "12345", "abcdef", "１２３４５６", "0" * 40, "-1"])
def test_nonsense_is_no_code(cast: Cast, secret: str, nonsense: str) -> None:
    assert factors.accept(cast.officer, nonsense) is None
    assert factors.accept(cast.supervisor, nonsense) is None


def test_the_second_proof_is_for_whoever_gave_the_first(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    assert visitor.code(code(secret)).headers["Location"] == "/sign-in/"
    visitor.password(cast.officer.email)
    clock.on(minutes=11)
    assert visitor.code(code(secret)).headers["Location"] == "/sign-in/"


def test_after_a_changed_password_the_second_proof_is_no_longer_awaited(
    visitor: Visitor, cast: Cast, secret: str
) -> None:
    visitor.password(cast.officer.email)
    cast.officer.set_password("another pass phrase")
    cast.officer.save(update_fields=["password"])
    assert visitor.code(code(secret)).headers["Location"] == "/sign-in/"


def test_a_passkey_serves_as_second_proof_and_only_the_persons_own(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    visitor.both(cast.officer.email, secret)
    passkey = Passkey()
    visitor.add_passkey(passkey)
    visitor.client.post("/sign-out/")
    give_password(cast.supervisor)
    factors.keep_app(cast.supervisor, factors.new_secret(), 0)
    for email, status in ((cast.supervisor.email, 422), (cast.officer.email, 302)):
        visitor.password(email)
        given = passkey.use(visitor.client.post("/sign-in/passkey/options/").json())
        assert visitor.client.post("/sign-in/code/", {"credential": given}).status_code == status


def test_an_invitation_leads_to_a_password_and_a_second_factor(visitor: Visitor, cast: Cast) -> None:
    link = links.make(cast.supervisor, Purpose.INVITATION, cast.officer)
    page = arrive(visitor, link).content.decode()
    assert "Start using Handrail" in page
    assert cast.supervisor.name not in page
    response = visitor.client.post("/sign-in/link/", {"password": LONG})
    assert response.headers["Location"] == "/home/"
    assert not visitor.gets_in()
    visitor.add_passkey(Passkey())
    assert visitor.gets_in()
    assert Person.objects.get(pk=cast.supervisor.pk).check_password(LONG)


def test_s6_a_link_works_once(visitor: Visitor, cast: Cast) -> None:
    link = links.make(cast.supervisor, Purpose.INVITATION)
    other = Visitor(Client())
    arrive(visitor, link)
    arrive(other, link)
    assert visitor.client.post("/sign-in/link/", {"password": LONG}).status_code == 302
    assert other.client.post("/sign-in/link/", {"password": "of somebody else entirely"}).status_code == 404
    assert Person.objects.get(pk=cast.supervisor.pk).check_password(LONG)
    assert "no longer works" in arrive(Visitor(Client()), link).content.decode()


def test_looking_at_a_link_does_not_use_it_up(visitor: Visitor, cast: Cast) -> None:
    link = links.make(cast.supervisor, Purpose.INVITATION)
    for _ in range(3):
        assert arrive(Visitor(Client()), link).status_code == 200
    assert visitor.client.post("/sign-in/link/", {"password": LONG}).status_code == 404


@pytest.mark.parametrize(
    ("purpose", "life"), [(Purpose.INVITATION, timedelta(days=3)), (Purpose.RESET, timedelta(hours=1))]
)
def test_a_link_ends(visitor: Visitor, cast: Cast, clock: Clock, purpose: Purpose, life: timedelta) -> None:
    link = links.make(cast.supervisor, purpose)
    clock.now += life - timedelta(seconds=1)
    assert arrive(visitor, link).status_code == 200
    clock.on(seconds=2)
    assert visitor.client.get("/sign-in/link/").status_code == 404


def test_a_newer_link_ends_an_older_one_and_a_closed_account_all(visitor: Visitor, cast: Cast) -> None:
    first, second = (links.make(cast.supervisor, Purpose.INVITATION) for _ in range(2))
    assert arrive(visitor, first).status_code == 404
    assert arrive(visitor, second).status_code == 200
    Person.objects.filter(pk=cast.supervisor.pk).update(is_active=False)
    assert visitor.client.get("/sign-in/link/").status_code == 404


def test_nobody_ends_the_invitation_of_a_colleague_by_asking_for_a_reset(
    visitor: Visitor, cast: Cast
) -> None:
    invitation = links.make(cast.supervisor, Purpose.INVITATION)
    tasks.make_and_send(cast.supervisor.pk, Purpose.RESET, None)
    assert arrive(visitor, invitation).status_code == 200


def test_a_password_that_was_chosen_ends_every_link_that_lies_about(visitor: Visitor, cast: Cast) -> None:
    invitation, reset = (links.make(cast.supervisor, purpose) for purpose in Purpose)
    arrive(visitor, invitation)
    assert visitor.client.post("/sign-in/link/", {"password": LONG}).status_code == 302
    assert arrive(Visitor(Client()), reset).status_code == 404
    later = links.make(cast.supervisor, Purpose.RESET)
    actions.choose_password(cast.supervisor, LONG)
    assert arrive(Visitor(Client()), later).status_code == 404


def test_only_the_digest_of_a_link_is_kept(cast: Cast) -> None:
    link = links.make(cast.supervisor, Purpose.INVITATION)
    secret = link.rstrip("/").rpartition("/")[2]
    assert len(secret) >= 43
    assert secret not in str(Link.objects.values().get())


def test_s6_a_reset_does_not_get_around_the_second_factor(
    visitor: Visitor, cast: Cast, secret: str, clock: Clock
) -> None:
    inside = Visitor(Client())
    inside.both(cast.officer.email, secret)
    clock.on(minutes=1)
    arrive(visitor, links.make(cast.officer, Purpose.RESET))
    response = visitor.client.post("/sign-in/link/", {"password": LONG})
    assert response.headers["Location"] == "/sign-in/code/"
    assert not visitor.gets_in()
    assert not inside.gets_in()
    assert visitor.code(code(secret)).status_code == 302
    assert visitor.gets_in()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Enter a password"),
        ("short", "Enter at least 12 characters"),
        ("password1234", "many people use this one"),
        ("olu.ade@example.org", "not like your name or email address"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(
    visitor: Visitor, cast: Cast, password: str, said: str
) -> None:
    arrive(visitor, links.make(cast.officer, Purpose.INVITATION))
    response = visitor.client.post("/sign-in/link/", {"password": password})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_asking_for_a_reset_says_the_same_for_every_address(
    client: Client, cast: Cast, letters: list[dict[str, str]]
) -> None:
    pages = [
        client.post("/sign-in/forgotten/", {"email": email}).content
        for email in (cast.officer.email, "no@example.org")
    ]
    assert pages[0] == pages[1]
    assert [letter["purpose"] for letter in letters] == ["reset", "reset"]
    assert letters[0]["person"] == str(cast.officer.pk)
    assert not Person.objects.filter(pk=letters[1]["person"]).exists()


def test_nobody_is_buried_in_letters(client: Client, cast: Cast, letters: list[dict[str, str]]) -> None:
    answers = [
        client.post("/sign-in/forgotten/", {"email": cast.officer.email}).status_code for _ in range(9)
    ]
    assert answers == [200, 200] + [429] * 7
    assert len(letters) == 2


def test_a_letter_about_nobody_is_not_sent(db: None, mailoutbox: list[Any]) -> None:
    from uuid import uuid4

    tasks.make_and_send(uuid4(), Purpose.RESET, None)
    tasks.notify(uuid4(), "password")
    assert mailoutbox == []


def test_letters_hold_no_name_and_the_link_stands_alone(cast: Cast, mailoutbox: list[Any]) -> None:
    for purpose in Purpose:
        tasks.make_and_send(cast.officer.pk, purpose, cast.supervisor.pk)
    for about in tasks.NOTICES:
        tasks.notify(cast.officer.pk, about)
    assert len(mailoutbox) == 2 + len(tasks.NOTICES)
    for letter in mailoutbox:
        assert letter.to == [cast.officer.email]
        for personal in (
            cast.officer.name,
            cast.officer.name.split()[0],
            cast.supervisor.name,
            str(cast.force),
        ):
            assert personal not in letter.subject + letter.body


def test_an_act_on_how_somebody_signs_in_is_told_to_them(cast: Cast, letters: list[dict[str, str]]) -> None:
    secret = factors.new_secret()
    actions.choose_password(cast.officer, LONG)
    actions.set_up_app(cast.officer, secret, code(secret))
    actions.renew_recovery_codes(cast.officer)
    actions.forget_factors(cast.officer)
    assert [letter["about"] for letter in letters] == ["password", "app", "recovery-codes", "removed"]
    assert not factors.any_of(cast.officer)


def test_an_invitation_is_the_workers_to_send(cast: Cast, letters: list[dict[str, str]]) -> None:
    actions.invite(cast.officer, by=cast.supervisor)
    assert letters == [
        {"person": str(cast.officer.pk), "purpose": "invitation", "by": str(cast.supervisor.pk)}
    ]
