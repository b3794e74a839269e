"""Every column of a case follows from the entries of its chain, whichever act changed it."""

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from handrail.access import context
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.engine.rebuild import TABLES, differences, folded
from handrail.cases.engine.record import Record
from handrail.cases.models import Case, Deadline, FollowUp, Referral
from handrail.cases.models.restriction import Category
from handrail.cases.person import merging
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.tests.cast import Cast, answer, refer, take, what_becomes
from handrail.cases.tests.staff import Staff, again, client_of, leave, make_staff
from handrail.cases.timeline import marking_actions
from handrail.cases.timeline.entries import chronology
from handrail.ledger import rebuild
from handrail.ledger.models import Chain, Content, Entry
from handrail.ledger.rebuild import Difference, columns_of, differing
from handrail.ledger.record import HANDRAIL
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records.marking import WHOLE
from handrail.subjects.models import Detail, Subject

CASE = Case._meta.db_table
WHY = "Needed for the test"
ABOUT_BOTH = {"given-name": "Perpetua", "family-name": "Windlestraw"}


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def by(somebody: Person, act: Callable[..., Any], *said: Any, **more: Any) -> None:
    """Call an act as the user of a request would."""
    asker = again(somebody)
    with context.asking(asker):
        act(*said, by=asker, reason=WHY, **more)


def restrict(case: Case, cast: Cast, *named: Person, concerned: tuple[Person, ...] = ()) -> None:
    asked = {"category": Category.POLICE_STAFF, "named": list(named), "concerned": list(concerned)}
    by(cast.supervisor, restrictions.restrict, case.pk, **asked)


def entries_of(case: Case) -> list[Entry]:
    return list(Entry.objects.filter(chain=case.pk).select_related("content").order_by("number"))


def follows(case: Case) -> Entry:
    """Assert that all columns follow from the entries and the version counts them; return the last entry."""
    case.refresh_from_db()
    entries = entries_of(case)
    assert differences([case]) == []
    assert case.version == len(entries)
    return entries[-1]


def test_the_entries_name_whoever_answers_for_a_case_once_its_owner_is_unnamed(
    case: Case, cast: Cast, staff: Staff
) -> None:
    restrict(case, cast, cast.officer, staff.standards)
    assert follows(case).content.content["restricted"] == Category.POLICE_STAFF
    assert case.owner == cast.officer
    before = case.version
    grant = who_may_work.grants_of(case).get(person=cast.officer)
    by(staff.standards, restrictions.unname, grant.pk)
    last = follows(case)
    assert (case.owner, case.version) == (staff.standards, before + 1)
    assert last.act == "change-owner"
    assert last.actor == staff.standards.pk
    assert last.content.content["responsible"]["owner"] == str(staff.standards.pk)


def _lift(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.supervisor, staff.standards)
    by(cast.supervisor, restrictions.ask_to_lift, case.pk)
    by(staff.standards, restrictions.settle_lift, case.pk, agreed=True)


def _keep_the_owner_out(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.officer, cast.supervisor)
    by(cast.supervisor, restrictions.keep_from, case.pk, cast.officer)


def _answer_for_it(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.officer, cast.supervisor)
    leave(cast.officer)
    by(cast.supervisor, restrictions.answer_for, case.pk)


def _take_it_on(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.fimu)
    leave(cast.fimu)
    by(staff.standards, restrictions.take_on, case.pk)


def _learn_the_name_of_the_owner(case: Case, cast: Cast, staff: Staff) -> None:
    given, family = cast.officer.name.split()
    take(case, "identity-detail", cast.supervisor, what="name", **{
        "given-name": given, "family-name": family, "name-sort": "spelling",
    })  # fmt: skip


def _mark_the_case(case: Case, cast: Cast, staff: Staff) -> None:
    _mark(case, cast, WHOLE)


def _mark_an_entry(case: Case, cast: Cast, staff: Staff) -> None:
    take(case, "identity-detail", cast.officer, what="telephone", phone="07700 900111")
    _mark(case, cast, case.version)


def _mark(case: Case, cast: Cast, number: int) -> None:
    cast.supervisor.posts.update(vetting=Vetting.MANAGEMENT)
    highest = case.pack.markings[-1].id
    by(cast.supervisor, marking_actions.raise_marking, case, number, highest)


@pytest.mark.parametrize(
    ("act", "last", "column"),
    [
        (_lift, "lift-restriction", "restricted"),
        (_keep_the_owner_out, "change-owner", "owner_id"),
        (_answer_for_it, "change-owner", "owner_id"),
        (_take_it_on, "change-owner", "owner_id"),
        (_learn_the_name_of_the_owner, "change-owner", "owner_id"),
        (_mark_the_case, "raise-marking", "level"),
        (_mark_an_entry, "raise-marking", ""),
    ],
)
def test_each_act_beside_the_policy_leaves_an_entry_from_which_the_columns_follow(
    case: Case, cast: Cast, staff: Staff, act: Callable[..., None], last: str, column: str
) -> None:
    act(case, cast, staff)
    entry = follows(case)
    assert entry.act == last
    without = folded(entries_of(case)[:-1])
    if column and column != "restricted":
        assert getattr(without.case, column) != getattr(case, column)
    if act is _mark_an_entry:
        assert Detail.objects.get(record=case.pk, kind="telephone").apart
        assert [detail.apart for detail in without.details] == [False]


def test_a_case_that_is_restricted_when_it_is_referred_says_so_in_its_first_entry(
    cast: Cast, staff: Staff
) -> None:
    case = refer(cast, "staff-concern")
    entry = follows(case)
    assert case.restricted
    assert entry.content.content["restricted"] == Category.POLICE_STAFF
    assert entry.content.content["responsible"]["owner"] == str(case.owner_id)


def test_joined_cases_follow_whoever_works_on_the_one_that_stays(cast: Cast) -> None:
    into, joined = (refer(cast, **ABOUT_BOTH) for _ in range(2))
    look_beyond()
    for one in (into, joined):
        take(one, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    joined.refresh_from_db()
    became = what_becomes(joined, cast.supervisor)
    by(cast.supervisor, merging.merge, joined.pk, into.pk, seen_version=joined.version, became=became)
    assert follows(joined).act == "join"
    assert follows(into).act == "referral-received"
    take(into, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    assert follows(joined).act == "follow-joined-case"
    assert joined.owner == cast.second_officer
    assert entries_of(joined)[-1].actor == cast.supervisor.pk
    assert into.referrals.count() == 2
    by(cast.supervisor, merging.unmerge, joined.pk, seen_version=joined.version)
    assert follows(joined).act == "take-apart"
    follows(into)
    assert (joined.owner, joined.referrals.count(), into.referrals.count()) == (cast.officer, 1, 1)


def test_who_is_shut_out_of_a_case_reads_no_entry_of_it(case: Case, cast: Cast, staff: Staff) -> None:
    with context.asking(again(cast.supervisor)):
        assert Entry.objects.filter(chain=case.pk).exists()
    restrict(case, cast, staff.standards, concerned=(cast.fimu,))
    assert follows(case).actor == cast.supervisor.pk
    for outsider in (cast.supervisor, cast.officer, cast.fimu, cast.lead, cast.nation):
        with context.asking(again(outsider)):
            assert not Entry.objects.filter(chain=case.pk).exists(), outsider
            assert not Content.objects.filter(entry__chain=case.pk).exists(), outsider


def test_no_entry_of_a_case_names_who_is_kept_from_it(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.supervisor, concerned=(cast.officer,))
    assert who_may_work.kept_from(case) == {cast.officer.pk}
    said = entries_of(case)[-1].content.content
    assert said["restricted"]
    assert str(cast.officer.pk) not in str(said)
    with context.asking(again(cast.supervisor)):
        case.refresh_from_db()
        events = chronology(case, again(cast.supervisor))
    assert (events[0].title, events[0].reason) == ("Restriction to named people", "")


def test_the_page_of_such_an_entry_names_the_new_owner(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.officer, staff.standards)
    grant = who_may_work.grants_of(case).get(person=cast.officer)
    by(staff.standards, restrictions.unname, grant.pk)
    number = follows(case).number
    page = client_of(staff.standards).get(reverse("cases:entry", args=[case.pk, number])).content.decode()
    assert "Change of owner" in page
    assert staff.standards.name in page.split("Owner</dt>")[1].split("</dd>")[0]


@pytest.fixture
def full(cast: Cast) -> Case:
    """A case with a row in every table."""
    case = refer(cast, phone="07700 900111")
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    entry = take(case, "action", cast.officer, owner=str(cast.mash.pk), what="Call the school")
    answer(case, "action-accept", cast.mash, entry.number)
    follows(case)
    return case


ROWS: dict[type[Model], Callable[[Case], Any]] = {
    Case: lambda case: Case.objects.filter(pk=case.pk),
    Subject: lambda case: Subject.objects.filter(cases=case),
    Referral: lambda case: Referral.objects.filter(case=case),
    Detail: lambda case: Detail.objects.filter(record=case.pk),
    Deadline: lambda case: Deadline.objects.filter(case=case),
    FollowUp: lambda case: FollowUp.objects.filter(case=case),
}


@pytest.mark.parametrize("model", TABLES)
def test_each_column_is_compared(full: Case, model: type[Model]) -> None:
    for column in columns_of(model):
        one, other = ROWS[model](full).first(), ROWS[model](full).first()
        assert list(differing(one, other)) == []
        setattr(other, column, object())
        assert list(differing(one, other)) == [(model._meta.db_table, column)]


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        (Case, {"council_id": None, "allocated": False}),
        (Case, {"taken_over_on": date(2020, 1, 1)}),
        (Subject, {"given_name": "Somebody", "postcode": "LS1 1AA"}),
        (Referral, {"sector": "elsewhere"}),
        (Detail, {"what": {"number": "1"}}),
        (Detail, {"apart": True}),
        (Deadline, {"lapsed": True}),
        (Deadline, {"due": date(2020, 1, 1)}),
        (FollowUp, {"ended_on": date(2020, 1, 1)}),
    ],
)
def test_what_was_written_beside_the_entries_is_named(
    full: Case, model: type[Model], changed: dict[str, Any]
) -> None:
    row = ROWS[model](full).first()
    expected = {name for name, value in changed.items() if getattr(row, name) != value}
    assert expected
    model._default_manager.filter(pk=row.pk).update(**changed)
    found = differences([Case.objects.get(pk=full.pk)])
    assert {(one.record, one.table) for one in found} == {(full.reference, model._meta.db_table)}
    assert {one.column for one in found} == expected
    assert "1" not in str(found[0]).removeprefix(full.reference)


@pytest.mark.parametrize("model", [Deadline, FollowUp, Detail])
def test_a_row_that_is_missing_is_named(full: Case, model: type[Model]) -> None:
    row = ROWS[model](full).first()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row.pk])
    assert differences([full]) == [Difference(full.reference, model._meta.db_table, "")]


def test_a_row_that_no_entry_made_is_named(full: Case) -> None:
    row = Deadline.objects.filter(case=full).first()
    assert row
    row.pk, row.ended, row.limit_id = None, row.due, "nothing"
    row.save(force_insert=True)
    assert differences([full]) == [Difference(full.reference, Deadline._meta.db_table, "")]


def test_a_referral_that_lies_on_another_case_is_named(full: Case, cast: Cast) -> None:
    other = refer(cast)
    Referral.objects.filter(case=full).update(case=other)
    found = differences([full, other])
    assert {(one.record, one.table) for one in found} == {
        (full.reference, Referral._meta.db_table),
        (other.reference, Referral._meta.db_table),
    }


def test_a_case_whose_entries_cannot_be_read_is_never_said_to_be_right(full: Case, cast: Cast) -> None:
    other = refer(cast)
    assert rebuild.check().differences == []
    heard: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE ledger_content DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM ledger_content WHERE entry_id = %s", [entries_of(full)[1].pk])
    report = rebuild.check(lambda at, of: heard.append((at, of)))
    why = "entry 2 cannot be folded: its content is missing or was erased"
    assert report.differences == [Difference(full.reference, Entry._meta.db_table, why=why)]
    assert str(report.differences[0]) == f"{full.reference}: {why}"
    assert heard[-1] == (report.compared, Chain.objects.count())
    assert report.compared == Chain.objects.count()
    assert other.reference not in str(report.differences)


def _lose_an_entry(case: Case) -> str:
    _without_triggers("DELETE FROM ledger_entry WHERE id = %s", entries_of(case)[1].pk)
    return "entry 3 cannot be folded: entry 2 is missing"


def _name_another_policy(case: Case) -> str:
    _without_triggers("UPDATE ledger_entry SET pack = 'nowhere' WHERE id = %s", entries_of(case)[0].pk)
    return "entry 1 cannot be folded: its policy cannot be used here"


def _name_another_step(case: Case) -> str:
    _without_triggers("UPDATE ledger_entry SET act = 'nothing' WHERE id = %s", entries_of(case)[1].pk)
    return "entry 2 cannot be folded: its policy has no such step"


def _say_nothing(case: Case) -> str:
    _without_triggers("UPDATE ledger_content SET content = '[7]' WHERE entry_id = %s", entries_of(case)[1].pk)
    return "entry 2 cannot be folded: a fault of the program, "


def _without_triggers(statement: str, key: Any) -> None:
    table = re.split(r"UPDATE |DELETE FROM ", statement)[1].split()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(statement, [key])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


@pytest.mark.parametrize("damage", [_lose_an_entry, _name_another_policy, _name_another_step, _say_nothing])
def test_an_entry_that_cannot_be_folded_is_named_with_the_reason(
    full: Case, cast: Cast, damage: Callable[[Case], str]
) -> None:
    other = refer(cast)
    Case.objects.filter(pk=other.pk).update(allocated=True)
    why = damage(full)
    broken, found = rebuild.check().differences
    assert (broken.record, broken.table) == (full.reference, Entry._meta.db_table)
    assert broken.why.startswith(why)
    assert found == Difference(other.reference, CASE, "allocated")


def test_an_error_of_the_program_is_named_as_one(full: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any) -> None:
        raise TypeError("Ada Moss")

    monkeypatch.setattr("handrail.cases.engine.rebuild.fold", wrong)
    [found] = differences([full])
    assert "entry 1 cannot be folded: a fault of the program, TypeError in test_rebuild.py, line " in str(
        found
    )
    assert "Ada" not in str(found)


def test_a_chain_without_its_case_and_a_case_without_a_chain_are_named(full: Case, cast: Cast) -> None:
    other = refer(cast)
    _without_triggers("UPDATE ledger_chain SET kind = 'nothing' WHERE id = %s", other.pk)
    _without_triggers("DELETE FROM cases_case WHERE id = %s", full.pk)
    found = {(one.record, one.table) for one in rebuild.check().differences}
    assert (f"chain {full.pk}", CASE) in found
    assert ("kind “nothing”", Chain._meta.db_table) in found
    _without_triggers("DELETE FROM ledger_entry WHERE chain = %s", full.pk)
    assert f"chain {full.pk}: it has no entry" in map(str, rebuild.check().differences)


def test_a_category_that_the_entries_do_not_say_is_named(case: Case, cast: Cast, staff: Staff) -> None:
    restrict(case, cast, cast.supervisor)
    follows(case)
    case.restrictions.update(category=Category.OTHER)
    assert differences([case]) == [Difference(case.reference, "cases_restriction", "category")]


def test_what_stood_beside_the_entries_before_is_brought_forward_once(
    case: Case, cast: Cast, staff: Staff
) -> None:
    """An old installation: columns were written and no entry of the case's chain recorded them."""
    restrict(case, cast, cast.supervisor)
    case.refresh_from_db()
    case.restrictions.update(category=Category.OTHER)
    Case.objects.filter(pk=case.pk).update(owner=staff.chief, allocated=False, marking_id="x", level=3)
    case.refresh_from_db()
    assert {one.column for one in differences([case])} >= {"owner_id", "level", "category"}
    before = case.version
    migration = import_module("handrail.cases.migrations.0026_bring_forward")
    migration.bring_forward(apps, None)
    entry = follows(case)
    assert case.version == before + 1
    assert (entry.act, entry.actor, migration.HANDRAIL) == ("bring-forward", HANDRAIL, HANDRAIL)
    assert Record.of(case).category == ""
