"""A day given without a time is shown without one; within a day the order of recording decides."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.disclosure.paper.blocks import brief, moment
from handrail.cases.disclosure.paper.chronology import chronology_of
from handrail.cases.engine.happened import happened
from handrail.cases.engine.store import write
from handrail.cases.imports.opening import Opener
from handrail.cases.imports.rows import Reading
from handrail.cases.intake.contacts import opening_of
from handrail.cases.models import Case, Referral
from handrail.cases.models.referrals import referrals_of
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, typed_for
from handrail.cases.timeline import checks
from handrail.cases.timeline.entries import across, chronology
from handrail.cases.timeline.factors import last_assessed
from handrail.ledger.models import Entry
from handrail.ledger.record import Act, append
from handrail.organisations.models import Person
from handrail.records.packs import current_pack, policy_of
from handrail.written.rows import Row

MONDAY = date(2026, 6, 1)  # in summer, an hour before UTC
DAYS = [(MONDAY, "1 Jun 2026"), (date(2026, 1, 5), "5 Jan 2026")]


def on_screen(when: date | datetime) -> str:
    return str(engines["jinja2"].from_string("{{ when|moment }}").render({"when": when}))


def at(day: date, hour: int, minute: int = 14) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute, 7, 1234)))


def referral(cast: Cast, when: datetime) -> Case:
    step = current_pack().step_by_id["police-referral"]
    typed = typed_for(current_pack(), step, cast.force, **{"police-force": str(cast.force.pk)})
    with context.asking(cast.officer):
        case, _ = actions.refer(step.id, typed, by=cast.officer, at=when)
    return case


def dated(day: date, name: str = "happened-on") -> dict[str, Any]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def take(case: Case, step_id: str, by: Person, when: datetime, **given: Any) -> Entry:
    case.refresh_from_db()
    typed = typed_for(case.pack, case.pack.step_by_id[step_id], case.force, **given)
    with context.asking(by):
        return actions.take_step(case.pk, step_id, typed, by=by, seen_version=case.version, at=when)


@pytest.mark.parametrize(("day", "words"), DAYS)
def test_a_day_has_no_time_on_any_page_or_paper(cast: Cast, client: Client, day: date, words: str) -> None:
    case = referral(cast, at(day, 9))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    note = take(case, "note", cast.officer, at(day + timedelta(days=5), 15), **dated(day))
    client.force_login(cast.officer)
    addresses = {
        "case": reverse("cases:case", args=[case.pk]),
        "entry": reverse("cases:entry", args=[case.pk, note.number]),
        "documents": reverse("cases:documents", args=[case.pk]),
        "person": reverse("cases:person", args=[case.pk]),
    }
    for name, address in addresses.items():
        page = client.get(address).text
        assert words in page, name
        assert "12:00" not in page, name
        assert f"{words} at" not in page or name != "entry"
    with context.asking(cast.officer):
        case = Case.objects.visible_to(cast.officer).get(pk=case.pk)
        paper = str(chronology_of(case, cast.officer, with_answers=True).blocks)
    assert f"{day:%-d %B %Y}" in paper
    assert "12:00" not in paper
    assert "15:14" in paper, "when it was recorded is said"


def test_a_day_that_is_today_has_no_time_either(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    take(case, "note", cast.officer, at(MONDAY, 9), **dated(MONDAY))
    take(case, "safeguarding", cast.mash, at(MONDAY, 10))
    latest, note, _ = chronology(case, cast.officer)
    assert note.happened == MONDAY
    assert on_screen(note.happened) == "1 Jun 2026"
    assert moment(note.happened) == "1 June 2026"
    assert brief(note.happened) == "1 Jun 2026"
    assert not note.recorded_late
    assert latest.number > note.number


def test_an_act_that_asks_for_no_day_keeps_its_moment(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    take(case, "allocate", cast.supervisor, at(MONDAY, 12, 0), owner=str(cast.officer.pk))
    allocated = chronology(case, cast.officer)[0]
    assert on_screen(allocated.happened) == "1 Jun 2026 at 12:00", "somebody did it at noon"


def test_within_a_day_the_order_of_recording_decides(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    first = take(case, "note", cast.officer, at(MONDAY, 9), **dated(MONDAY))
    second = take(case, "safeguarding", cast.mash, at(MONDAY, 15))
    third = take(case, "note", cast.officer, at(MONDAY + timedelta(days=2), 10), **dated(MONDAY))
    with context.asking(cast.officer):
        told = [event.number for _, event in across([case], cast.officer)]
    assert told == [third.number, second.number, first.number, 1]
    days = [timezone.localdate(entry.happened_at) for entry in (first, second, third)]
    assert days == [MONDAY] * 3


def test_of_two_assessments_of_one_day_the_one_recorded_last_is_the_latest(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    factors = case.pack.factors
    assert factors
    step = next(step for step in case.pack.steps if step.form == factors.assessed)
    assessed(case, step.id, 2, at(MONDAY, 14), at(MONDAY, 14))
    assessed(case, step.id, 3, at(MONDAY, 12, 0), at(MONDAY, 16))
    found = last_assessed(case)
    assert found
    assert found.number == 3


def assessed(case: Case, act: str, number: int, happened_at: datetime, recorded_at: datetime) -> None:
    opened = Entry.objects.get(chain=case.pk, number=1)
    append(
        Act(
            chain=case.pk,
            kind="case",
            act=act,
            outcome=None,
            stage=case.stage_id,
            actor=opened.actor,
            role=opened.role,
            organisation=opened.organisation,
            seen_version=number - 1,
            happened_at=happened_at,
            pack=case.pack_id,
            content={"answers": {}},
            reason_given=False,
            level=0,
        ),
        recorded_at=recorded_at,
    )


def test_a_row_that_was_imported_says_in_its_entry_that_a_day_was_given(cast: Cast) -> None:
    pack = current_pack()
    opener = Opener(pack, pack.step_by_id["police-referral"], cast.officer)
    answers = {opener.force_question: str(cast.force.pk), "given-name": "Amber", "family-name": "Roe"}
    reading = Reading(row=Row(2, []), reference="WYP/1", received=MONDAY, answers=answers)
    record = opener.open(reading)
    write(record)
    entry = Entry.objects.select_related("content").get(chain=record.case.pk)
    assert entry.content.content["happened_on"] == "2026-06-01"
    assert happened(entry, *policy_of(entry)) == MONDAY


def test_an_import_of_before_is_known_by_its_noon(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    entry = Entry.objects.get(chain=case.pk)
    pack, step = policy_of(entry)
    step = next(each for each in pack.steps if each.form is None)
    entry.happened_at, entry.recorded_at = at(MONDAY, 12, 0).replace(second=0, microsecond=0), at(MONDAY, 16)
    assert happened(entry, pack, step) == MONDAY
    entry.happened_at = entry.recorded_at
    assert happened(entry, pack, step) == entry.recorded_at


@pytest.mark.parametrize(("late", "hour"), [(1, 23), (2, 0)])
def test_lateness_counts_days_and_not_hours_from_noon(cast: Cast, late: int, hour: int) -> None:
    case = referral(cast, at(MONDAY, 8))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    take(case, "note", cast.officer, at(MONDAY + timedelta(days=late), hour), **dated(MONDAY))
    assert chronology(case, cast.officer)[0].recorded_late is (late > 1)


@pytest.mark.parametrize(("late", "hour", "bad"), [(5, 23, False), (6, 0, True)])
def test_the_check_of_late_records_counts_days_too(cast: Cast, late: int, hour: int, bad: bool) -> None:
    case = referral(cast, at(MONDAY, 8))
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    take(case, "note", cast.officer, at(MONDAY + timedelta(days=late), hour), **dated(MONDAY))
    case.refresh_from_db()
    found = {check.id for check in checks.out_of_line(case, today=MONDAY + timedelta(days=late))}
    check = next(check for check in case.pack.checks if check.days == 5)
    assert (check.id in found) is bad


def test_of_two_referrals_of_one_day_the_one_that_opened_the_case_is_the_first(cast: Cast) -> None:
    case = referral(cast, at(MONDAY, 8))
    [opened] = case.referrals.all()
    for number in range(8):
        Referral.objects.create(
            pk=UUID(int=number * 2**125),
            case=case,
            force=case.force,
            step_id="further-referral",
            received_on=opened.received_on,
        )
    assert referrals_of(case)[-1] == opened
    assert opening_of(case) == opened
