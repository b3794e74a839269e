"""An imported row about a user is kept from that user, until another user confirms it is not about them."""

from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.access import context
from handrail.access.models import Exclusion
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.case_access.tests.test_kept_out_by_name import rename
from handrail.cases.case_access.tests.test_restricting import sees
from handrail.cases.engine.record import Record
from handrail.cases.imports.opening import Opener
from handrail.cases.imports.referrals import import_referrals
from handrail.cases.imports.tests.conftest import MakeFile
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, person, refer
from handrail.cases.tests.staff import again, leave, make_staff
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack

ABOUT = {"source_reference": "B-7", "given-name": "Rupert", "family-name": "Feldman"}


def second(cast: Cast) -> Person:
    return person("Ola Second", Role.PREVENT_SUPERVISOR, cast.supervisor.posts.get().organisation)


def test_a_row_about_a_colleague_is_kept_from_them_until_another_person_says_that_it_is_not_them(
    cast: Cast, make_file: MakeFile
) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    assert import_referrals(make_file({}, ABOUT), by=cast.supervisor).imported == 2
    case = Case.objects.get(referrals__source_reference="B-7")
    other = Case.objects.get(referrals__source_reference="B-1")
    assert sees(cast.supervisor, case)
    assert sees(cast.fimu, other)
    assert not sees(cast.fimu, case)
    kept = Exclusion.objects.get()
    assert (kept.record, kept.person, kept.by) == (case.pk, cast.fimu, cast.supervisor)
    entry = Entry.objects.get(chain=kept.pk, act="access-excluded")
    assert (entry.actor, entry.role) == (cast.supervisor.pk, Role.PREVENT_SUPERVISOR)
    with context.asking(again(cast.supervisor)):  # importing a row is not writing it
        by = again(cast.supervisor)
        restrictions.not_them(case.pk, again(cast.fimu), by=by, reason="Born in another year")
    assert sees(cast.fimu, case)


def test_whoever_imports_a_row_that_may_be_about_themselves_does_not_see_it(
    cast: Cast, make_file: MakeFile
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    other = second(cast)
    path = make_file(ABOUT)
    assert import_referrals(path, by=cast.supervisor).imported == 1
    case = Case.objects.get()
    assert case.owner is None
    assert sees(other, case)
    assert not sees(cast.supervisor, case)
    assert import_referrals(path, by=cast.supervisor).already_there == 1


def test_where_the_only_supervisor_is_near_in_name_professional_standards_take_the_row(
    cast: Cast, make_file: MakeFile
) -> None:
    staff = make_staff(cast)
    rename(cast.supervisor, "Rupert Feldmann")
    import_referrals(make_file({}, ABOUT), by=cast.supervisor)
    case = Case.objects.get(referrals__source_reference="B-7")
    assert case.restricted
    assert who_may_work.people_of(case) == [staff.standards, staff.second_standards]
    assert sees(staff.standards, case)
    assert not sees(cast.supervisor, case)
    assert sees(cast.supervisor, Case.objects.get(referrals__source_reference="B-1"))


def test_a_dry_run_keeps_nobody_out(cast: Cast, make_file: MakeFile) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    report = import_referrals(make_file(ABOUT), by=cast.supervisor, dry_run=True, foresee=lambda _: None)
    assert report.imported == 1
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("rows", [2, 40])
def test_it_asks_the_database_as_often_for_many_as_for_few(
    cast: Cast, make_file: MakeFile, rows: int
) -> None:
    second(cast)
    rename(cast.fimu, "Rupert Feldmann")
    path = make_file(*({**ABOUT, "source_reference": f"B-{number}"} for number in range(rows)))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert import_referrals(path, by=cast.supervisor).imported == rows
    of_exclusions = [q for q in asked.captured_queries if "access_exclusion" in q["sql"]]
    assert Exclusion.objects.count() == rows
    assert len(of_exclusions) == 1
    posts = [q for q in asked.captured_queries if "organisations_post" in q["sql"]]
    assert len(posts) < 8


def test_the_worker_who_imports_may_keep_somebody_out_and_name_professional_standards(
    cast: Cast, make_file: MakeFile
) -> None:
    staff = make_staff(cast)
    rename(cast.supervisor, "Rupert Feldmann")
    rename(cast.fimu, "Ingrid Ostrander")
    other = {"source_reference": "B-8", "given-name": "Ingrid", "family-name": "Ostranda"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE handrail_jobs")
        report = import_referrals(make_file(ABOUT, other), by=cast.supervisor)
        cursor.execute("RESET ROLE")
    assert report.imported == 2
    assert who_may_work.people_of(Case.objects.get(referrals__source_reference="B-7"))[0] == staff.standards
    assert not sees(cast.fimu, Case.objects.get(referrals__source_reference="B-8"))


def test_where_nobody_takes_concerns_about_staff_the_row_stays_with_the_officers(
    cast: Cast, make_file: MakeFile
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    assert import_referrals(make_file(ABOUT), by=cast.supervisor).imported == 1
    case = Case.objects.get()
    assert not case.restricted
    assert case.owner is None
    assert sees(cast.officer, case)
    assert not sees(cast.supervisor, case)


def test_nobody_elsewhere_who_is_near_in_name_is_named_for_a_row(cast: Cast, make_file: MakeFile) -> None:
    staff = make_staff(cast)
    for one in (staff.standards, staff.second_standards):
        leave(one)
    rename(cast.supervisor, "Rupert Feldmann")
    rename(staff.elsewhere, "Rupert Feldmann")
    place = staff.elsewhere.posts.get().organisation
    other = person("Zoe Quartz", Role.PROFESSIONAL_STANDARDS, place)
    import_referrals(make_file(ABOUT), by=cast.supervisor)
    case = Case.objects.get()
    assert (case.owner, who_may_work.people_of(case)) == (other, [other])


def test_an_import_remembers_nobody_who_was_kept_out_once_the_rows_are_written(cast: Cast) -> None:
    make_staff(cast)
    rename(cast.fimu, "Rupert Feldmann")
    pack = current_pack()
    opener = Opener(pack, pack.step_by_id["referral"], cast.supervisor)
    case = refer(cast)
    opener.kept_out[case.pk] = [cast.fimu], cast.supervisor.posts.get()
    record = Record.of(case)
    assert opener.kept_out
    with context.asking(cast.supervisor), patch("handrail.cases.imports.opening.write_new"):
        opener.write([record])
    assert not opener.kept_out
    assert Exclusion.objects.filter(record=case.pk, person=cast.fimu).exists()
