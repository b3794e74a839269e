"""An email address is confirmed by a code, through a real mail server, and never stands in the way."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from handrail.cases.intake import confirming
from handrail.cases.intake.models import MOST_TRIES, Confirmation, Contact
from handrail.cases.intake.tests.conftest import MAIL, Received, Visit, work
from handrail.cases.models import Referral

pytestmark = pytest.mark.django_db(transaction=True)
Visiting = Callable[..., Visit]


def code_in(mail: Received) -> str:
    found = re.findall(r"\b\d{6}\b", str(mail.mails[-1].get_payload()))
    assert len(found) == 1
    return str(found[0])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_confirms_and_sends_in_one_step(visit: Visiting, mail: Received) -> None:
    outside = visit()
    asked = outside.send()
    assert asked.headers["Location"] == outside.at("confirm")
    assert not Referral.objects.exists()
    page = outside.client.get(asked.headers["Location"]).content.decode()
    assert MAIL in page
    assert "Send without a code" in page
    assert work() == 1
    done = outside.type_code(code_in(mail))
    assert done.headers["Location"] == outside.at("sent")
    assert Contact.objects.get(case=Referral.objects.get().case, kind="email").confirmed


def test_the_mail_says_nothing_of_anybody_nor_what_it_is_about(visit: Visiting, mail: Received) -> None:
    visit().send()
    work()
    [letter] = mail.mails
    assert letter["To"] == MAIL
    text = f"{letter['Subject']} {letter.get_payload()}".lower()
    for word in ("amber", "roe", "referral", "prevent", "concern", "police", "terror", "borsetshire"):
        assert word not in text


def test_a_referral_without_an_address_is_sent_at_once(visit: Visiting, mail: Received) -> None:
    outside = visit("")
    assert outside.send().headers["Location"] == outside.at("sent")
    assert not Contact.objects.filter(kind="email").exists()
    assert work() == 0


def test_where_no_mail_is_set_up_a_referral_is_sent_unconfirmed(
    visit: Visiting, settings: LazySettings
) -> None:
    settings.SENDS_MAIL = False
    outside = visit()
    assert outside.send().headers["Location"] == outside.at("sent")
    assert not Contact.objects.get(kind="email").confirmed


def test_where_mail_is_down_the_referral_can_still_be_sent(
    visit: Visiting, mail: Received, settings: LazySettings
) -> None:
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = 1, 1
    outside = visit()
    assert outside.send().headers["Location"] == outside.at("confirm")
    with pytest.raises(OSError, match="refused"):
        work()
    assert outside.send(unconfirmed="yes").headers["Location"] == outside.at("sent")
    assert not Contact.objects.get(kind="email").confirmed


def test_a_code_may_be_tried_five_times(visit: Visiting, mail: Received) -> None:
    outside = visit()
    outside.send()
    work()
    code = code_in(mail)
    for _ in range(MOST_TRIES):
        wrong = outside.type_code(other_than(code))
        assert wrong.status_code == 422
        assert "Enter the code from the newest email" in wrong.content.decode()
    assert outside.type_code(code).status_code == 422
    assert not Referral.objects.exists()
    outside.send()
    work()
    assert outside.type_code(code_in(mail)).status_code == 302


@pytest.mark.parametrize("typed", ["", "abc", "\uff11" * 6, "9" * 5000, "' OR 1=1"])
def test_what_is_no_code_is_told_so(visit: Visiting, mail: Received, typed: str) -> None:
    outside = visit()
    outside.send()
    work()
    assert outside.type_code(typed).status_code == 422


def test_a_code_ends_after_a_quarter_of_an_hour(visit: Visiting, mail: Received) -> None:
    outside = visit()
    outside.send()
    work()
    late = timezone.now() + timedelta(minutes=15, seconds=1)
    assert not confirming.confirm(outside.draft, code_in(mail), late)
    assert confirming.confirm(outside.draft, code_in(mail), late - timedelta(seconds=5))


def test_a_code_counts_once_for_its_own_draft(visit: Visiting, mail: Received) -> None:
    one, other = visit(), visit()
    one.send()
    work()
    code = code_in(mail)
    other.send()
    work()
    assert code != code_in(mail) or not confirming.confirm(other.draft, other_than(code))
    assert not confirming.confirm(other.draft, code) or code == code_in(mail)
    assert confirming.confirm(one.draft, code)
    assert not confirming.confirm(one.draft, code)


def test_another_address_has_to_be_confirmed_anew(visit: Visiting, mail: Received) -> None:
    outside = visit()
    outside.send()
    work()
    assert confirming.confirm(outside.draft, code_in(mail))
    outside.draft.typed["referrer-email"] = ["b.other@school.example"]
    outside.draft.save()
    assert outside.send().headers["Location"] == outside.at("confirm")
    assert not Referral.objects.exists()


def test_an_address_that_was_changed_before_the_mail_left_gets_none(visit: Visiting, mail: Received) -> None:
    outside = visit()
    outside.send()
    outside.draft.typed["referrer-email"] = ["b.other@school.example"]
    outside.draft.save()
    assert work() == 0
    assert mail.mails == []


def test_a_second_recipient_cannot_be_smuggled_into_an_address(visit: Visiting, mail: Received) -> None:
    for address in (f"{MAIL}\r\nBcc: x@example.org", f"{MAIL}, x@example.org", f"{MAIL}\nSubject: x"):
        outside = visit(address)
        assert outside.send().status_code == 422, address
    assert work() == 0
    assert mail.mails == []


def test_nobody_fills_a_strangers_mailbox(visit: Visiting, mail: Received) -> None:
    answers = [visit(origin=f"198.51.100.{number}").send().status_code for number in range(8)]
    assert answers == [302] * 4 + [429] * 4
    assert work() == 4


def test_only_digests_are_kept(visit: Visiting, mail: Received) -> None:
    outside = visit(phone="01632 960 001")
    outside.send()
    work()
    kept = str(Confirmation.objects.values_list().get())
    assert MAIL not in kept
    assert code_in(mail) not in kept
    outside.type_code(code_in(mail))
    contacts = str(list(Contact.objects.values_list()))  # random ids, which may well hold “960”
    assert Contact.objects.exists()
    assert not re.search("teacher|01632|960 ?001", contacts)
