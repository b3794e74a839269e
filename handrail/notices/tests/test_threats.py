"""A stated threat is notified to a named person at any hour; receivers, and the text of the e-mail."""

import csv
import email
from datetime import date, datetime, time, timedelta
from email.policy import default
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context, duty
from handrail.access.errors import NotAllowed
from handrail.cases.case_access import restrictions
from handrail.cases.imports.referrals import How, import_referrals
from handrail.cases.imports.tests.conftest import GOOD
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.tests.telling import add, advise
from handrail.cases.tests.cast import Cast, person, refer, take
from handrail.cases.tests.staff import again, client_of, leave, make_staff
from handrail.notices import registers, rounds, sending, threats
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.rules import day_of
from handrail.notices.tests.conftest import MailServer
from handrail.organisations.models import Duty, Person, Post
from handrail.organisations.roles import Role

SAID = "He will stab somebody tomorrow."
# 23:00 on a Friday, in winter and in summer.
FRIDAYS = [date(2026, 12, 4), date(2026, 7, 3)]
LATE = [timezone.make_aware(datetime.combine(friday, time(23))) for friday in FRIDAYS]


def threatened(cast: Cast, at: datetime, **answers: str) -> Case:
    """Return a referral by the public form that states a threat at a moment."""
    with patch("django.utils.timezone.now", return_value=at):
        case = refer(cast, "referral", **{"harm": "yes", "harm-described": SAID} | answers)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    return case


def on_duty(cast: Cast, person: Person, at: datetime) -> Duty:
    """Put a person on duty from some hours before a moment until some hours after."""
    return Duty.objects.create(
        force=cast.force,
        person=person,
        telephone="01632 960 001",
        since=at - timedelta(hours=5),
        until=at + timedelta(hours=9),
    )


def notified(case: Case) -> set[str]:
    rows = Notice.objects.filter(case=case, kind=Kind.THREAT, over_at=None)
    return set(rows.values_list("person__name", flat=True))


@pytest.mark.parametrize("at", LATE)
def test_a_threat_typed_at_23_on_a_friday_reaches_a_person_by_name_within_the_minute(
    cast: Cast, server: MailServer, at: datetime
) -> None:
    on_duty(cast, cast.mash, at)
    case = threatened(cast, at)
    assert (case.threat_at, case.threat_number) == (at, 1)
    due = case.deadlines.running().get(limit_id="threat").due
    assert due == timezone.localdate(at) + timedelta(days=1)  # an hour later it is Saturday
    assert case.threat_due_at == at + timedelta(hours=1)
    soon = at + timedelta(minutes=1)
    with patch("django.utils.timezone.now", return_value=soon):
        threats.run(soon)
        sending.send(soon)
    assert cast.mash.name in notified(case)
    assert cast.supervisor.name not in notified(case), "Somebody is on duty: others are told when it is late."
    [letter] = server.to(cast.mash.email)
    read = email.message_from_string(letter, policy=default)
    assert read["Subject"] == "Urgent: sign in to Handrail now"
    assert case.subject is not None
    for word in (case.reference, case.subject.name, cast.force.name, "stab", cast.mash.name):
        assert word.lower() not in letter.lower()
    later = soon + timedelta(minutes=1)
    with patch("django.utils.timezone.now", return_value=later):
        threats.run(later)
        sending.send(later)
    assert len(server.to(cast.mash.email)) == 1, "It is told once."


def told_in_register(register_entry: RegisterEntry) -> set[Person]:
    rows = Notice.objects.open().filter(record=register_entry.pk, kind=Kind.THREAT)
    return {notice.person for notice in rows.select_related("person")}


@pytest.mark.parametrize("at", LATE)
def test_a_threat_that_is_told_with_advice_reaches_who_is_on_duty(
    cast: Cast, server: MailServer, at: datetime
) -> None:
    on_duty(cast, cast.mash, at)
    with patch("django.utils.timezone.now", return_value=at):
        calm = advise(cast.officer, "referral-advised", harm="no")
        register_entry = advise(cast.officer, "referral-advised", harm="yes")
    assert (register_entry.threat_at, calm.threat_at) == (at, None)
    for minutes in (1, 2):
        soon = at + timedelta(minutes=minutes)
        with patch("django.utils.timezone.now", return_value=soon):
            threats.run(soon)
            sending.send(soon)
    assert told_in_register(register_entry) == {cast.mash}
    assert told_in_register(calm) == set()
    [letter] = server.to(cast.mash.email)
    assert "Urgent: sign in to Handrail now" in letter
    late = at + timedelta(hours=1)
    with patch("django.utils.timezone.now", return_value=late):
        threats.run(late)
    assert {cast.mash, cast.supervisor} <= told_in_register(register_entry)


def test_a_threat_that_is_told_with_advice_reaches_who_leads_where_nobody_is_on_duty(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="hurt")
    threats.run(timezone.now())
    assert cast.supervisor in told_in_register(register_entry)
    client = Client()
    client.force_login(cast.supervisor)
    assert "Threat or harm stated" in client.get(reverse("notices:list")).content.decode()
    assert (
        "Threat or harm stated"
        in client.get(reverse("cases:matter", args=[register_entry.pk])).content.decode()
    )


def test_its_notice_says_the_hour_by_the_clock(cast: Cast) -> None:
    register_entry = advise(cast.officer, "general", harm="yes")
    threats.run(timezone.now())
    for hours, word in ((0, "By"), (2, "Late since")):
        at = timezone.now() - timedelta(hours=hours)
        RegisterEntry.objects.filter(pk=register_entry.pk).update(threat_at=at)
        due = timezone.localtime(at + timedelta(hours=1))
        text = client_of(cast.supervisor).get(reverse("notices:list")).content.decode()
        assert register_entry.reference in text
        assert f"{word} {due:%H:%M}</strong>" in text


def test_notices_of_it_end_with_the_act_and_no_addition_tells_them_again(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised", harm="yes")
    now = timezone.now()
    threats.run(now)
    rows = Notice.objects.open().filter(record=register_entry.pk, kind=Kind.THREAT)
    assert cast.supervisor.pk in rows.values_list("person", flat=True)
    count = rows.count()
    add(register_entry, "advice-followed", cast.officer, outcome="nothing-yet", harm="no")
    threats.run(now + timedelta(minutes=1))
    assert rows.count() == count
    add(register_entry, "advice-threat-acted", cast.supervisor)
    registers.settle(day_of(now + timedelta(minutes=2)))
    assert not rows.exists()
    threats.run(now + timedelta(minutes=3))
    assert not rows.exists()


def test_who_leads_is_told_once_more_when_nobody_said_in_time_what_was_done(
    cast: Cast, server: MailServer
) -> None:
    register_entry = advise(cast.officer, "referral-advised", harm="yes")
    stated = register_entry.threat_at
    assert stated
    rows = Notice.objects.open().filter(record=register_entry.pk, kind=Kind.THREAT, person=cast.supervisor)
    for minutes, times in ((1, 1), (2, 1), (61, 2), (62, 2)):
        at = stated + timedelta(minutes=minutes)
        with patch("django.utils.timezone.now", return_value=at):
            threats.run(at)
            sending.send(at)
        assert rows.count() == times, minutes
        assert len(server.to(cast.supervisor.email)) == times, minutes


def test_days_later_whoever_comes_on_duty_is_told_while_nobody_said_what_was_done(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised", harm="yes")
    later = timezone.now() + timedelta(days=3)
    on_duty(cast, cast.mash, later)
    threats.run(later)
    told = Notice.objects.open().filter(record=register_entry.pk, kind=Kind.THREAT)
    assert cast.mash.pk in told.values_list("person", flat=True)


def test_where_nobody_is_on_duty_the_supervisors_and_those_who_lead_are_told(cast: Cast) -> None:
    at = LATE[0]
    Duty.objects.all().delete()
    gone = on_duty(cast, cast.mash, at)
    Duty.objects.filter(pk=gone.pk).update(until=at)
    case = threatened(cast, at)
    threats.run(at)
    assert cast.supervisor.name in notified(case)
    assert cast.mash.name not in notified(case)


def test_what_nobody_answers_in_time_is_told_to_the_supervisors_too(cast: Cast) -> None:
    at = LATE[0]
    on_duty(cast, cast.mash, at)
    case = threatened(cast, at)
    threats.run(at + timedelta(minutes=59))
    assert cast.supervisor.name not in notified(case)
    threats.run(at + timedelta(minutes=60))
    assert cast.supervisor.name in notified(case)


def test_what_was_answered_is_told_to_nobody_any_more_and_a_second_threat_is(cast: Cast) -> None:
    now = timezone.now()
    on_duty(cast, cast.mash, now)
    case = refer(cast, "referral", **{"harm": "yes", "harm-described": SAID})
    threats.run(now)
    assert cast.mash.name in notified(case)
    take(case, "threat-acted", cast.supervisor)
    rounds.run(now + timedelta(minutes=10))
    assert notified(case) == set()
    take(case, "threat-stated", cast.mash, **{"threat-described": "Now it is Monday."})
    threats.run(now + timedelta(minutes=11))
    assert cast.mash.name in notified(case)


def test_of_a_restricted_case_only_those_who_are_named_are_told(cast: Cast) -> None:
    now = timezone.now()
    on_duty(cast, cast.mash, now)
    case = refer(cast, "referral", **{"harm": "yes", "harm-described": SAID})
    Case.objects.filter(pk=case.pk).update(restricted=True)
    threats.run(now)
    assert notified(case) == set(), "The planted duty is in force, and nobody of it is named."
    Case.objects.filter(pk=case.pk).update(restricted=False)
    threats.run(now)
    assert cast.mash.name in notified(case)


def test_a_supervisor_keeps_the_list_and_an_officer_does_not(cast: Cast) -> None:
    now = timezone.now()
    until = now + timedelta(hours=8)
    with context.asking(cast.supervisor):
        row = duty.put_on_duty(cast.force, cast.officer, "01632 960 002", now, until, by=cast.supervisor)
    assert Duty.objects.on_duty(now + timedelta(hours=1)).get() == row
    with context.asking(cast.officer), pytest.raises(NotAllowed):
        duty.end_duty(row, by=cast.officer)
    with context.asking(cast.supervisor):
        duty.end_duty(row, by=cast.supervisor)
    assert not Duty.objects.on_duty(now + timedelta(hours=1)).exists()


def test_a_concern_about_a_colleague_is_told_to_those_who_are_named_and_not_to_who_is_on_duty(
    cast: Cast,
) -> None:
    staff = make_staff(cast)
    now = timezone.now()
    on_duty(cast, cast.mash, now)
    case = refer(cast, "staff-concern", cast.fimu, danger="yes", **{"danger-described": SAID})
    assert case.restricted
    threats.run(now + timedelta(minutes=1))
    names = notified(case)
    assert staff.standards.name in names
    assert cast.mash.name not in names
    assert cast.fimu.name not in names, "Whoever raised it learns nothing more of it."


@pytest.mark.parametrize("back_record", [True, False])
def test_a_back_record_flags_and_alarms_nobody_and_what_is_imported_otherwise_does(
    cast: Cast, tmp_path: Path, back_record: bool
) -> None:
    row = GOOD | {"harm": "Yes", "harm-described": SAID}
    path = tmp_path / "referrals.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    import_referrals(path, by=cast.officer, how=How(back_record=back_record))
    case = Case.objects.get()
    assert case.threat
    threats.run(timezone.now())
    assert bool(notified(case)) is not back_record


# Somebody is always told


def of_unattended(case: Case) -> set[str]:
    rows = Notice.objects.open().filter(case=None, kind=Kind.THREAT, about=str(case.pk))
    return set(rows.values_list("person__name", flat=True))


def stated_of_a_colleague(cast: Cast) -> Case:
    case = refer(cast, "staff-concern", cast.fimu, danger="yes", **{"danger-described": SAID})
    assert case.restricted
    return case


def test_of_a_restricted_case_that_nobody_is_left_to_see_those_of_another_force_are_told(
    cast: Cast, server: MailServer
) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    now = timezone.now()
    on_duty(cast, cast.mash, now)
    threats.run(now)
    assert notified(case) >= {staff.standards.name}
    assert of_unattended(case) == set()
    for one in (staff.standards, staff.second_standards):
        leave(one)
    Notice.objects.all().delete()
    threats.run(now + timedelta(minutes=1))
    sending.send(now + timedelta(minutes=1))
    assert notified(case) == set()
    assert of_unattended(case) == {staff.elsewhere.name}
    [letter] = server.to(staff.elsewhere.email)
    assert "Urgent: sign in to Handrail now" in letter
    assert case.reference not in letter
    text = client_of(staff.elsewhere).get(reverse("notices:list")).content.decode()
    assert "Nobody can see this restricted case any more" in text
    assert reverse("cases:concerns") in text
    assert case.subject is not None
    assert case.subject.name not in text
    assert case.reference in client_of(staff.elsewhere).get(reverse("cases:concerns")).content.decode()
    with context.asking(again(staff.elsewhere)):
        assert Notice.objects.filter(about=str(case.pk)).count() == 1
        restrictions.take_on(case.pk, by=again(staff.elsewhere), reason="Nobody is left there.")
    threats.run(now + timedelta(minutes=2))
    assert of_unattended(case) == set()
    assert notified(case) == {staff.elsewhere.name}


def test_of_a_case_that_is_unattended_again_they_are_told_again(cast: Cast, server: MailServer) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    for one in (staff.standards, staff.second_standards):
        leave(one)
    now = timezone.now()
    threats.run(now)
    sending.send(now)
    assert of_unattended(case) == {staff.elsewhere.name}
    Notice.objects.filter(about=str(case.pk)).update(seen_at=now)
    back = Post.objects.filter(person=staff.standards)
    back.update(until=timezone.localdate(now) + timedelta(days=9))
    threats.run(now + timedelta(minutes=1))
    assert of_unattended(case) == set(), "Somebody who is named is there."
    leave(staff.standards)
    later = now + timedelta(minutes=2)
    threats.run(later)
    sending.send(later)
    told_again = Notice.objects.open().get(about=str(case.pk), person=staff.elsewhere)
    assert (told_again.since, told_again.seen_at) == (later, None)
    assert len(server.to(staff.elsewhere.email)) == 2


def test_without_a_limit_on_threats_what_was_told_of_an_unattended_case_ends(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    for one in (staff.standards, staff.second_standards):
        leave(one)
    now = timezone.now()
    threats.run(now)
    assert of_unattended(case) == {staff.elsewhere.name}
    monkeypatch.setattr(threats, "packs_in_use", list)
    threats.tell(day_of(now + timedelta(minutes=1)))
    assert of_unattended(case) == set()


def test_whoever_holds_the_office_next_is_told_before_another_force(cast: Cast) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    for one in (staff.standards, staff.second_standards):
        leave(one)
    next_one = person("Ola Reed", Role.PROFESSIONAL_STANDARDS, cast.force)
    threats.run(timezone.now())
    assert of_unattended(case) == {next_one.name}
    leave(next_one)
    threats.run(timezone.now())
    assert of_unattended(case) == {staff.elsewhere.name}, "It goes on to who is there."
    with context.asking(again(next_one)):
        assert not Notice.objects.filter(about=str(case.pk)).exists()


def test_whoever_may_be_whom_it_is_about_is_not_told_of_that_either(cast: Cast) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    assert case.subject is not None
    for one in (staff.standards, staff.second_standards):
        leave(one)
    namesake = person(case.subject.name, Role.PROFESSIONAL_STANDARDS, cast.force)
    threats.run(timezone.now())
    assert namesake.name not in of_unattended(case)
    assert of_unattended(case) == {staff.elsewhere.name}


def test_of_a_restricted_case_all_who_are_named_are_told_when_the_one_on_duty_stays_silent(
    cast: Cast,
) -> None:
    staff = make_staff(cast)
    case = stated_of_a_colleague(cast)
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(owner=staff.standards)
    on_duty(cast, staff.standards, now)
    threats.run(now)
    assert notified(case) == {staff.standards.name}
    threats.run(now + timedelta(hours=2))
    assert notified(case) == {staff.standards.name, staff.second_standards.name}


def test_where_nobody_leads_a_force_those_above_are_told_when_the_one_on_duty_stays_silent(
    cast: Cast,
) -> None:
    now = timezone.now()
    on_duty(cast, cast.mash, now)
    case = refer(cast, "referral", **{"harm": "yes", "harm-described": SAID})
    for one in (cast.supervisor, cast.lead):
        leave(one)
    threats.run(now)
    assert cast.mash.name in notified(case)
    assert cast.nation.name not in notified(case)
    threats.run(now + timedelta(hours=2))
    assert cast.nation.name in notified(case)


def test_where_nobody_of_a_force_is_left_somebody_above_is_told_at_once(cast: Cast) -> None:
    case = refer(cast, "referral", **{"harm": "yes", "harm-described": SAID})
    gone = Post.objects.filter(Q(organisation=cast.force) | Q(organisation__parent=cast.force))
    for post in gone.select_related("person"):
        leave(post.person)
    threats.run(timezone.now())
    assert notified(case)
    assert notified(case).isdisjoint(gone.values_list("person__name", flat=True))
