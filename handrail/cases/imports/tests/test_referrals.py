from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError

from handrail.access.errors import NotAllowed
from handrail.cases.engine.record import Record
from handrail.cases.imports import referrals
from handrail.cases.imports.opening import Opener
from handrail.cases.imports.referrals import import_referrals
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.tests.conftest import GOOD, MakeFile
from handrail.cases.models import Case, Referral
from handrail.cases.steps.actions import take_step
from handrail.cases.tests.cast import Cast
from handrail.ledger.models import Entry
from handrail.policy.guards import Guard
from handrail.policy.tests.small_pack import altered
from handrail.records.packs import current_pack
from handrail.written.rows import Unreadable


def said(report: ImportReport) -> dict[tuple[int, str], str]:
    """Return the errors of a report by row and column."""
    return {(r.row.number, column): text for r in report.wrong for column, text in r.errors.items()}


def test_a_good_row_opens_a_case_on_the_day_it_was_received(cast: Cast, make_file: MakeFile) -> None:
    report = import_referrals(make_file({}), by=cast.supervisor)
    case = Case.objects.get()
    entry = Entry.objects.get(chain=case.id)
    assert (report.rows, report.imported, report.wrong) == (1, 1, [])
    assert (case.opened_on, case.owner, case.stage_id) == (date(2024, 3, 12), cast.supervisor, "information")
    assert case.subject
    assert case.subject.date_of_birth == date(2008, 3, 27)
    assert case.referrals.get().source_reference == "B-1"
    assert (entry.act, entry.actor, entry.role) == (
        "referral-on-behalf",
        cast.supervisor.id,
        "prevent-supervisor",
    )
    assert entry.recorded_at.date() > entry.happened_at.date() == date(2024, 3, 12)
    assert entry.content.content["answers"]["knows-date-of-birth"] == "yes"


def test_an_imported_case_goes_on_like_any_other(cast: Cast, make_file: MakeFile) -> None:
    import_referrals(make_file({}), by=cast.supervisor)
    case = Case.objects.get()
    typed = {"owner": [str(cast.officer.id)]}
    take_step(case.id, "allocate", typed, by=cast.supervisor, seen_version=case.version)
    case.refresh_from_db()
    assert case.owner == cast.officer


def test_a_second_run_changes_nothing(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({}, {"source_reference": "B-2"})
    import_referrals(path, by=cast.supervisor)
    again = import_referrals(path, by=cast.supervisor)
    assert (again.imported, again.already_there, again.wrong) == (0, 2, [])
    assert Referral.objects.count() == 2


def test_the_same_reference_of_another_force_is_another_referral(cast: Cast, make_file: MakeFile) -> None:
    import_referrals(make_file({}), by=cast.supervisor)
    report = import_referrals(make_file({"force": "wessex-police"}), by=cast.stranger)
    assert report.imported == 1


def test_a_reference_twice_in_one_file_is_an_error_of_the_second_row(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({}, {"family-name": "Other"})
    for already_there in (0, 1):
        report = import_referrals(path, by=cast.supervisor)
        assert report.already_there == already_there
        assert list(said(report)) == [(3, "source_reference")]
        assert "Row 2 has this reference already" in said(report)[3, "source_reference"]
    assert Referral.objects.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({}, {"source_reference": "B-2", "gender": "?"})
    dry = import_referrals(path, by=cast.supervisor, dry_run=True)
    assert (dry.imported, len(dry.wrong)) == (1, 1)
    assert not Case.objects.exists()
    assert not Entry.objects.exists()
    assert said(dry) == said(import_referrals(path, by=cast.supervisor))


def test_wrong_rows_leave_the_others_alone(cast: Cast, make_file: MakeFile) -> None:
    bad = {"source_reference": "B-2", "came-to-light": "31/2/2024"}
    report = import_referrals(make_file({}, bad, {"source_reference": "B-3"}), by=cast.supervisor)
    assert (report.imported, list(said(report))) == (2, [(3, "came-to-light")])
    assert set(Referral.objects.values_list("source_reference", flat=True)) == {"B-1", "B-3"}


def test_a_row_that_contradicts_itself_is_refused_with_the_words_of_the_guard(
    cast: Cast, make_file: MakeFile
) -> None:
    noticed_later = {"source_reference": "B-2", "came-to-light": "2024-03-13"}
    path = make_file({}, noticed_later, {"source_reference": "B-3", "came-to-light": "2024-03-12"})
    refusal = {(3, "came-to-light"): current_pack().guard_by_id["noticed-after-referral"].refusal}
    for dry_run in (True, False):
        report = import_referrals(path, by=cast.supervisor, dry_run=dry_run)
        assert (report.rows, report.imported, said(report)) == (3, 2, refusal)
    assert set(Referral.objects.values_list("source_reference", flat=True)) == {"B-1", "B-3"}
    mended = make_file({}, noticed_later | {"came-to-light": "2024-03-11"})
    again = import_referrals(mended, by=cast.supervisor)
    assert (again.already_there, again.imported, again.wrong) == (1, 1, [])


def test_a_row_that_is_refused_as_a_whole_stands_at_its_reference(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = current_pack()
    said_so = {"statement": "Safeguarding comes first.", "refusal": "Call the school first."}
    first = Guard(
        id="first", steps=(referrals.STEP,), not_taken=("safeguarding",), source="local-choice", **said_so
    )
    monkeypatch.setattr(referrals, "current_pack", lambda: altered(pack, guards=(*pack.guards, first)))
    report = import_referrals(make_file({}), by=cast.supervisor)
    assert (report.imported, said(report)) == (0, {(2, "source_reference"): "Call the school first."})


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"came-to-light": "31/02/2024"}, "came-to-light", "There is no such day"),
        ({"came-to-light": "2099-01-01"}, "came-to-light", "today or in the past"),
        ({"came-to-light": "yesterday"}, "came-to-light", "Write the date like 2019-03-27 or 27/3/2019"),
        ({"came-to-light": "45123"}, "came-to-light", "Format the column as a date"),
        ({"came-to-light": "1/3/24"}, "came-to-light", "four digits"),
        ({"came-to-light": ""}, "came-to-light", "Enter when the concern was first noticed"),
        ({"received_on": ""}, "received_on", "Give the day on which the referral was received"),
        ({"received_on": "2099-01-01"}, "received_on", "today or in the past"),
        ({"date-of-birth": "27/3/1850"}, "date-of-birth", "more than 120 years ago"),
        ({"date-of-birth": "", "approximate-age": "150"}, "approximate-age", "120 or less"),
        ({"approximate-age": "16"}, "approximate-age", "not asked, given the other answers"),
        ({"source_reference": ""}, "source_reference", "Give each row a reference of its own"),
        ({"source_reference": "x" * 121}, "source_reference", "Shorten this to 120 characters"),
        ({"family-name": ""}, "family-name", "Enter their last name"),
        ({"family-name": "x" * 5_000}, "family-name", "Shorten this to 100 characters"),
        ({"family-name": "Ar\x00cher"}, "family-name", "hidden character"),
        ({"gender": "boy"}, "gender", "which are: Female; Male"),
        ({"sector": "Educaton"}, "sector", "Perhaps “education” is meant"),
        ({"force": "Nowhere Police"}, "force", "not one of the answers"),
        ({"force": ""}, "force", "Select a police force"),
        ({"force": "Wessex Police"}, "force", "No post of yours takes referrals for Wessex Police"),
        ({"harm": "yes"}, "harm-described", "Enter what they said or did"),
        ({"referrer-email": "not an address"}, "referrer-email", "correct format"),
    ],
)
def test_each_wrong_value_is_named_with_what_would_be_right(
    cast: Cast, make_file: MakeFile, change: dict[str, str], column: str, message: str
) -> None:
    report = import_referrals(make_file(change), by=cast.supervisor)
    assert message in said(report)[2, column]
    assert not Case.objects.exists()


def test_errors_do_not_repeat_what_the_cell_holds(cast: Cast, make_file: MakeFile) -> None:
    slipped = {
        "gender": "Ann Archer of 12 Church Lane",
        "came-to-light": "Ann Archer",
        "sector": "Ann Archer",
    }
    report = import_referrals(make_file(slipped), by=cast.supervisor)
    assert len(report.wrong[0].errors) == 3
    assert not any("Archer" in message for message in report.wrong[0].errors.values())


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("gender", "FEMALE", "female"),
        ("concern-type", "Mixed, unstable or unclear ideology", "mixed-unstable-unclear"),
        ("noticed-by-referrer", "Y", "yes"),
        ("came-to-light", "1 March 2024", "2024-03-01"),
        ("came-to-light", "01.03.2024", "2024-03-01"),
        ("came-to-light", "20240301", "2024-03-01"),
        ("came-to-light", "2024-03-01 00:00:00", "2024-03-01"),
        ("family-name", "'=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("family-name", "Nǃxau ǂToma 王小明", "Nǃxau ǂToma 王小明"),
        ("postcode", "ls14ap", "LS1 4AP"),
    ],
)
def test_values_are_taken_as_people_write_them(
    cast: Cast, make_file: MakeFile, column: str, written: str, kept: str
) -> None:
    report = import_referrals(make_file({column: written}), by=cast.supervisor)
    assert said(report) == {}
    assert Entry.objects.get().content.content["answers"][column] == kept


def test_without_a_date_of_birth_the_age_counts(cast: Cast, make_file: MakeFile) -> None:
    import_referrals(make_file({"date-of-birth": "", "approximate-age": "15"}), by=cast.supervisor)
    subject = Case.objects.get().subject
    assert subject
    assert subject.approximate_age == 15


def test_somebody_without_such_a_role_imports_nothing(cast: Cast, make_file: MakeFile) -> None:
    with pytest.raises(NotAllowed):
        import_referrals(make_file({}), by=cast.spoc)


def test_a_collision_in_a_batch_costs_no_other_row(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else imports one of the rows between the look and the write."""
    import_referrals(make_file({}), by=cast.supervisor)
    path = make_file({}, {"source_reference": "B-2"})
    real = referrals._Run._already_there
    monkeypatch.setattr(
        referrals._Run,
        "_already_there",
        lambda run, readings: set() if len(readings) > 1 else real(run, readings),
    )
    report = import_referrals(path, by=cast.supervisor)
    assert (report.imported, report.already_there, report.wrong) == (1, 1, [])


def test_a_row_that_fails_to_be_stored_is_counted_as_wrong_and_in_no_other_number(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file({"date-of-birth": "2009"}, {"source_reference": "B-2", "date-of-birth": "2009"})
    real = Opener.write

    def write(opener: Opener, records: Sequence[Record]) -> None:
        if len(records) > 1 or records[0].acts[0].content["imported"]["reference"] == "B-1":
            raise IntegrityError
        real(opener, records)

    dry = import_referrals(path, by=cast.supervisor, dry_run=True)
    monkeypatch.setattr(Opener, "write", write)
    report = import_referrals(path, by=cast.supervisor)
    assert (dry.imported, dry.late_cases, len(dry.remarks)) == (2, 2, 2)
    assert (report.imported, report.late_cases, [remark.row for remark in report.remarks]) == (1, 1, [3])
    assert report.late * 2 == dry.late
    assert list(said(report)) == [(2, "source_reference")]
    assert "could not be stored" in said(report)[2, "source_reference"]


def test_wrong_rows_come_back_with_their_errors_and_can_be_imported_once_mended(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    bad = {"source_reference": "B-2", "gender": "?", "concern-described": "=1+1 was on the wall"}
    report = import_referrals(make_file({}, bad), by=cast.supervisor)
    errors = tmp_path / "wrong.csv"
    report.write_errors(errors)
    text = errors.read_text(encoding="utf-8-sig")
    assert text.startswith("handrail-errors,handrail-row,source_reference")
    assert "'=1+1 was on the wall" in text
    assert "B-1" not in text
    errors.write_text(text.replace(",?,", ",male,"), encoding="utf-8-sig")
    mended = import_referrals(errors, by=cast.supervisor)
    assert (mended.imported, said(mended)) == (1, {})
    answers = Entry.objects.order_by("-id")[0].content.content["answers"]
    assert answers["concern-described"] == "=1+1 was on the wall"


def test_progress_reaches_the_number_of_rows(cast: Cast, make_file: MakeFile) -> None:
    heard: list[tuple[int, int]] = []
    rows = [{"source_reference": f"B-{n}"} for n in range(5)]
    import_referrals(make_file(*rows), by=cast.supervisor, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(5, 5)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([c for c in GOOD if c != "sector"], "1 columns are missing: sector"),
        ([c for c in GOOD if c != "force"], "1 columns are missing: force"),
        ([*GOOD, "shoe size"], "1 columns are not known: “shoe size”"),
        ([*GOOD, "postcod"], "“postcod” (perhaps postcode)"),
        ([*GOOD, "Sector"], "both give sector"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_whole(
    cast: Cast, make_file: MakeFile, columns: list[str], message: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        import_referrals(make_file({}, columns=columns), by=cast.supervisor)
    assert message in str(refused.value)


def test_a_row_that_contradicts_the_age_is_refused_at_its_column(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = current_pack()
    told = {"id": "grown", "statement": "S.", "refusal": "Correct the sector or the age.", "from_age": 18}
    grown = Guard.model_validate(
        {
            **told,
            "steps": [referrals.STEP],
            "source": "local-choice",
            "answers": [{"question": "sector", "is": ["education"]}],
        }
    )
    monkeypatch.setattr(referrals, "current_pack", lambda: altered(pack, guards=(*pack.guards, grown)))
    ages = ({"date-of-birth": "27/3/1990"}, {"date-of-birth": "1990"}, {"date-of-birth": "27/3/2015"})
    rows = [{"source_reference": f"B-{number}", **age} for number, age in enumerate(ages)]
    report = import_referrals(make_file(*rows), by=cast.supervisor)
    refusal = "Correct the sector or the age."
    assert said(report) == {(2, "sector"): refusal, (3, "sector"): refusal}
    assert report.imported == 1
