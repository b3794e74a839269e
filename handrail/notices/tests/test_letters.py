"""E-mails: their text and time, and that none is lost or sent twice."""

import email
from datetime import UTC, date, datetime, time, timedelta
from email.policy import default

import pytest
from django.conf import LazySettings
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from handrail.access.models import Exclusion
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer
from handrail.notices import actions, rounds, sending
from handrail.notices.kinds import Kind
from handrail.notices.models import Letter, Mail, MailChoice, Notice, State
from handrail.notices.tests.conftest import MailServer
from handrail.notices.tests.days import MONDAY, at, due

FRIDAY = MONDAY + timedelta(days=4)
EARLY, LATER = time(7, 50), time(9, 30)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Return the officer's case, whose safeguarding step is late since the first Tuesday."""
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.deadlines.update(role="prevent-officer")
    due(case, "safeguarding", MONDAY, began=MONDAY - timedelta(days=3))
    return case


def day(on: date, clock: time = LATER) -> None:
    rounds.run(at(on, clock))
    sending.send(at(on, clock))


def test_a_letter_says_how_much_there_is_and_nothing_about_anybody(
    cast: Cast, case: Case, server: MailServer
) -> None:
    day(MONDAY + timedelta(days=1))
    [letter] = server.to(cast.officer.email)
    read = email.message_from_string(letter, policy=default)
    assert read["Subject"] == "You have 1 thing to look at in Handrail"
    assert "/home/" in letter
    case.refresh_from_db()
    assert case.subject is not None
    for word in (case.reference, case.subject.name, cast.force.name, "safeguarding", cast.officer.name):
        assert word.lower() not in letter.lower()


def test_letters_of_the_morning_wait_for_its_hour(cast: Cast, case: Case, server: MailServer) -> None:
    tuesday = MONDAY + timedelta(days=1)
    day(tuesday, EARLY)
    assert server.came == []
    day(tuesday, LATER)
    assert len(server.to(cast.officer.email)) == 1


def test_no_letter_of_the_morning_goes_out_at_the_weekend_or_on_a_bank_holiday(
    cast: Cast, case: Case, server: MailServer
) -> None:
    case.deadlines.running().update(due=date(2026, 4, 2))
    for on in (date(2026, 4, 3), date(2026, 4, 4), date(2026, 4, 6)):  # Good Friday to Easter Monday
        day(on)
    assert server.came == []
    day(date(2026, 4, 7))
    assert len(server.to(cast.officer.email)) == 1


def test_a_morning_goes_by_the_clock_of_the_country(cast: Cast, case: Case, server: MailServer) -> None:
    """In summer it is eight o'clock an hour earlier by universal time."""
    case.deadlines.running().update(due=date(2026, 6, 1))
    for hour, expected in ((6, 0), (7, 1)):
        moment = datetime(2026, 6, 2, hour, 30, tzinfo=UTC)
        rounds.run(moment)
        sending.send(moment)
        assert len(server.to(cast.officer.email)) == expected


def test_a_second_letter_goes_out_only_for_something_new(cast: Cast, case: Case, server: MailServer) -> None:
    for number in range(1, 5):
        day(MONDAY + timedelta(days=number))
    assert len(server.to(cast.officer.email)) == 1
    assert len(server.to(cast.supervisor.email)) == 1  # on the Thursday, when it was escalated


def test_however_often_the_worker_runs_a_morning_has_one_letter(
    cast: Cast, case: Case, server: MailServer
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    for minute in range(0, 60, 5):
        day(tuesday, time(9, minute))
    assert len(server.to(cast.officer.email)) == 1


def test_what_comes_after_the_morning_is_in_the_next_one(cast: Cast, case: Case, server: MailServer) -> None:
    tuesday = MONDAY + timedelta(days=1)
    Notice.objects.all().delete()
    day(tuesday)
    other = Notice.objects.get(person=cast.officer)
    Notice.objects.create(person=cast.officer, kind=Kind.OPENED, case=case, about="later", since=other.since)
    day(tuesday, time(15))
    assert len(server.to(cast.officer.email)) == 1
    day(tuesday + timedelta(days=1))
    assert "You have 2 things" in server.to(cast.officer.email)[1]


def test_a_worker_that_was_down_in_the_morning_sends_it_when_it_is_back(
    cast: Cast, case: Case, server: MailServer
) -> None:
    day(MONDAY + timedelta(days=1), time(16))
    assert len(server.to(cast.officer.email)) == 1


def test_what_was_read_is_in_no_letter(cast: Cast, case: Case, server: MailServer) -> None:
    tuesday = MONDAY + timedelta(days=1)
    rounds.run(at(tuesday, EARLY))
    Notice.objects.filter(person=cast.officer).update(seen_at=at(tuesday, EARLY))
    day(tuesday)
    assert server.to(cast.officer.email) == []


def test_what_its_reader_may_not_see_any_more_is_in_no_letter(
    cast: Cast, case: Case, server: MailServer
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    rounds.run(at(tuesday))
    Exclusion.objects.create(
        record=case.pk, person=cast.officer, reason="A relative", by=cast.lead, since=timezone.now()
    )
    sending.send(at(tuesday))
    assert server.to(cast.officer.email) == []
    assert Letter.objects.get(person=cast.officer).state == State.NEEDLESS


def test_nobody_who_has_left_gets_a_letter(cast: Cast, case: Case, server: MailServer) -> None:
    tuesday = MONDAY + timedelta(days=1)
    rounds.run(at(tuesday))
    cast.officer.is_active = False
    cast.officer.save(update_fields=["is_active"])
    sending.send(at(tuesday))
    assert server.to(cast.officer.email) == []


def test_what_somebody_wants_at_once_does_not_wait_for_the_morning(
    cast: Cast, case: Case, server: MailServer
) -> None:
    actions.choose_mail({Kind.OVERDUE: Mail.AT_ONCE}, by=cast.officer)
    tuesday = MONDAY + timedelta(days=1)
    day(tuesday, time(0, 10))
    assert len(server.to(cast.officer.email)) == 1
    day(tuesday)
    assert len(server.to(cast.officer.email)) == 1


def test_what_somebody_does_not_want_by_mail_is_told_in_the_application_alone(
    cast: Cast, case: Case, server: MailServer
) -> None:
    actions.choose_mail({Kind.OVERDUE: Mail.NEVER}, by=cast.officer)
    day(MONDAY + timedelta(days=1))
    assert server.to(cast.officer.email) == []
    assert Notice.objects.unseen().of(cast.officer).count() == 1


def test_escalation_cannot_be_switched_off(cast: Cast) -> None:
    with pytest.raises(actions.CannotBeSwitchedOff):
        actions.choose_mail({Kind.ESCALATED: Mail.NEVER}, by=cast.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailChoice.objects.create(person=cast.supervisor, kind=Kind.ESCALATED, mail=Mail.NEVER)


def test_without_a_mail_server_no_letter_is_written(cast: Cast, case: Case, settings: LazySettings) -> None:
    settings.SENDS_MAIL = False
    day(MONDAY + timedelta(days=1))
    assert not Letter.objects.exists()


# A server that is away, refuses, or falls silent


def test_a_server_that_is_down_for_days_is_followed_by_one_letter(
    cast: Cast, case: Case, server: MailServer
) -> None:
    server.stop()
    start = at(MONDAY + timedelta(days=1), time(0))
    for number in range(3 * 24 * 6):
        moment = start + timedelta(minutes=10 * number)
        rounds.run(moment) if number % 36 == 0 else None
        sending.send(moment)
    waits = Letter.objects.get(person=cast.officer)
    assert (waits.state, waits.day) == (State.WAITING, MONDAY + timedelta(days=1))
    assert waits.tries < 3 * 24 + 12, "the pauses grow no longer"
    server.start()
    for number in range(12):
        sending.send(start + timedelta(days=3, minutes=10 * number))
    assert len(server.to(cast.officer.email)) == 1
    assert "You have 1 thing" in server.to(cast.officer.email)[0]
    assert set(Letter.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_letter_that_is_refused_is_tried_again_and_the_others_go_out(
    cast: Cast, case: Case, server: MailServer
) -> None:
    case.deadlines.running().update(due=MONDAY - timedelta(days=30))
    server.answers = ["451 Try later"]
    tuesday = MONDAY + timedelta(days=1)
    day(tuesday)
    assert Letter.objects.filter(state=State.WAITING).count() == 1
    assert len(server.came) == Letter.objects.count() - 1 > 0
    sending.send(at(tuesday, time(9, 31)))
    assert Letter.objects.filter(state=State.WAITING).count() == 1, "it waits longer than that"
    sending.send(at(tuesday, time(9, 40)))
    assert len(server.came) == Letter.objects.filter(state=State.SENT).count() == Letter.objects.count()


def test_the_connection_is_closed_also_where_sending_fails(
    cast: Cast, case: Case, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[EmailBackend] = []
    close = EmailBackend.close

    def fail(*args: object) -> int:
        raise DatabaseError("the database is gone")

    def note_and_close(self: EmailBackend) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(sending, "_hand_over", fail)
    monkeypatch.setattr(EmailBackend, "close", note_and_close)
    with pytest.raises(DatabaseError, match="gone"):
        day(MONDAY + timedelta(days=1))
    assert [backend.connection for backend in closed] == [None]


def test_where_the_server_took_it_and_fell_silent_it_is_not_sent_again(
    cast: Cast, case: Case, server: MailServer
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    server.answers = ["250 and silence"]
    day(tuesday)
    for minute in range(30, 60):
        day(tuesday, time(9, minute))
    assert len(server.to(cast.officer.email)) == 1
    assert Letter.objects.get(person=cast.officer).state == State.UNSURE


def test_what_was_in_a_letter_that_perhaps_never_came_is_in_the_next_mornings(
    cast: Cast, case: Case, server: MailServer
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    server.answers = ["250 and silence"]
    day(tuesday)
    day(tuesday + timedelta(days=1))
    first, second = (
        email.message_from_string(letter, policy=default) for letter in server.to(cast.officer.email)
    )
    assert second["Subject"] == "You have 1 thing to look at in Handrail"
    assert first["Message-ID"] != second["Message-ID"]
    day(tuesday + timedelta(days=2))
    assert len(server.to(cast.officer.email)) == 2


def test_a_letter_keeps_its_message_id_however_often_it_is_tried(
    cast: Cast, case: Case, server: MailServer
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    server.answers = ["451 Try later"]
    day(tuesday)
    letter = Letter.objects.get(person=cast.officer)
    sending.send(at(tuesday, time(10)))
    assert f"<{letter.pk}@" in server.to(cast.officer.email)[0]
