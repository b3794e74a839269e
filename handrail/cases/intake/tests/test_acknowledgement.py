"""What a referrer outside is sent by email: what lies ahead and whom to ring, and nothing about anybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from handrail.cases.intake import tasks
from handrail.cases.intake.acknowledgement import acknowledgement_of
from handrail.cases.intake.tests.conftest import MAIL, Received, Visit, work
from handrail.cases.intake.tests.test_confirming import code_in
from handrail.cases.models import Referral
from handrail.cases.tests.cast import Cast
from handrail.queue.tests.filling import full
from handrail.records.drafts import Draft

pytestmark = pytest.mark.django_db(transaction=True)
Visiting = Callable[..., Visit]
NUMBERS = ("999", "101", "0800 011 3764", "0800 789 321")


@pytest.fixture
def sent(visit: Visiting, mail: Received) -> Visit:
    """A referral about Amber Roe whose sender confirmed their address."""
    outside = visit()
    outside.send()
    work()
    outside.type_code(code_in(mail))
    mail.mails.clear()
    return outside


def test_a_confirmed_address_gets_the_receipt_once(sent: Visit, mail: Received) -> None:
    assert work() == 1
    [letter] = mail.mails
    assert letter["To"] == MAIL
    text = str(letter.get_payload())
    assert Referral.objects.get().reference in text
    for said in (*NUMBERS, "What happens next", "If you learn something new", "give the reference"):
        assert said in " ".join(text.split())
    assert work() == 0


def test_the_mail_and_its_subject_name_nobody_and_say_nothing_of_what_was_written(
    sent: Visit, mail: Received
) -> None:
    assert str(Referral.objects.get().case.subject) == "Amber Roe"
    work()
    [letter] = mail.mails
    text = f"{letter['Subject']} {letter.get_payload()}".lower()
    for word in ("amber", "roe", "borsetshire", MAIL.lower()):
        assert word not in text
    assert letter["Subject"] == "Your receipt from Handrail"


def test_a_receipt_that_had_no_room_in_the_queue_stops_no_referral_and_is_sent_later(
    visit: Visiting, mail: Received, admin_connection: psycopg.Connection[Any]
) -> None:
    outside = visit()
    outside.send()
    work()
    code = code_in(mail)
    mail.mails.clear()
    with full(admin_connection, "outside.send-acknowledgement"):
        outside.type_code(code)
    assert Referral.objects.exists()
    assert work() == 0
    assert tasks.acknowledge_left(0) == 1
    assert tasks.acknowledge_left(0) == 0
    assert work() == 1
    assert mail.mails[0]["To"] == MAIL


def test_an_address_that_was_not_confirmed_gets_none(visit: Visiting, mail: Received) -> None:
    outside = visit()
    outside.send()
    work()
    mail.mails.clear()
    outside.send(unconfirmed="yes")
    assert Referral.objects.exists()
    assert tasks.acknowledge_left(0) == 0
    assert work() == 0
    assert not mail.mails


def test_the_page_says_what_lies_ahead_how_to_add_and_whom_to_ring(sent: Visit) -> None:
    page = " ".join(sent.client.get(sent.at("sent")).text.split())
    for said in (*NUMBERS, "If you learn something new", "Print this receipt", "By "):
        assert said in page
    assert "Amber" not in page


def test_a_force_that_gave_its_own_number_and_hours_stands_on_page_and_mail(
    sent: Visit, mail: Received, cast: Cast
) -> None:
    said = f"{cast.force.name}: 01632 960120, Monday to Friday"
    page = sent.client.get(sent.at("sent")).text
    assert "01632 960120" not in page
    cast.force.public_contact = "01632 960120, Monday to Friday"
    cast.force.save()
    assert "01632 960120, Monday to Friday" in sent.client.get(sent.at("sent")).text
    assert work() == 1
    assert said in " ".join(str(mail.mails[0].get_payload()).split())


def test_a_day_that_is_told_is_the_end_of_its_limits_one_after_the_other() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    draft = Draft(pack_id="england-wales-2018", step_id="referral", submitted_at=friday)
    acknowledgement = acknowledgement_of(draft)
    assert acknowledgement
    days = [day for day, _ in acknowledgement.ahead]
    assert days[:2] == ["Monday 30 November 2026", "Monday 7 December 2026"]
    assert acknowledgement_of(Draft(pack_id="england-wales-2018", step_id="referral")) is None
