"""An import loses, doubles or changes no record, and reports each cell that was not read as written."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from handrail.cases.imports.orders import TWO_DAYS
from handrail.cases.imports.references import forms_of
from handrail.cases.imports.referrals import How, import_referrals
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.rows import RowReader
from handrail.cases.imports.tests.conftest import MakeFile
from handrail.cases.models import Case, Referral
from handrail.cases.tests.cast import Cast
from handrail.cases.timeline.entries import event
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.subjects.matching import Outline
from handrail.subjects.matching.outline import Home
from handrail.subjects.models import Subject
from handrail.written.rows import Row, Unreadable


def said(report: ImportReport) -> dict[tuple[int, str], str]:
    """Return the errors of a report by row and column."""
    return {(r.row.number, column): text for r in report.wrong for column, text in r.errors.items()}


def again(report: ImportReport, folder: Path, by: Person) -> ImportReport:
    """Import the file of errors as it was written, and return the report."""
    path = folder / "errors.csv"
    report.write_errors(path)
    return import_referrals(path, by=by)


def cells(path: Path) -> list[list[str]]:
    """Return the rows of a file of errors."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def mend(path: Path, rows: list[list[str]]) -> None:
    """Write a file of errors again with other rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


# Errors are given back as they were


def test_a_row_that_was_cut_in_two_by_a_comma_is_refused_the_second_time_too(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    path = make_file({"source_reference": "C-1"})
    text = path.read_text().rstrip("\n") + " and named, a day\n"
    path.write_text(text)
    first = import_referrals(path, by=cast.supervisor)
    second = again(first, tmp_path, cast.supervisor)
    assert "filled cells than the header" in next(iter(said(first).values()))
    assert said(second) == said(first)
    assert not Case.objects.exists()
    assert cells(tmp_path / "errors.csv")[1][-1] == " a day"


def test_a_row_with_too_few_cells_is_refused_the_second_time_too(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    path = make_file({"anything-else": ""})
    path.write_text(path.read_text().rstrip("\n").removesuffix(",") + "\n")
    first = import_referrals(path, by=cast.supervisor)
    assert "1 cells fewer than the header" in said(first)[2, "anything-else"]
    assert said(again(first, tmp_path, cast.supervisor)) == said(first)


def test_a_row_with_more_cells_is_refused_where_its_last_column_does_not_count(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('ignore = ["Clerk"]\n')
    path = make_file({"Clerk": "KP"})
    path.write_text(path.read_text().rstrip("\n") + ",and more\n")
    assert "filled cells" in said(import_referrals(path, mapping, by=cast.supervisor))[2, "Clerk"]


def test_a_formula_is_refused_the_second_time_too(cast: Cast, make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file({"town": "#FORMULA! =B7"})
    first = import_referrals(path, by=cast.supervisor)
    assert "This is a formula" in said(first)[2, "town"]
    assert said(again(first, tmp_path, cast.supervisor)) == said(first)


# Days


def test_a_moment_falls_on_its_day_in_london(cast: Cast, make_file: MakeFile) -> None:
    stamped = {"received_on": "2024-07-14T23:30:00Z", "date-of-birth": "2008-05-16T23:00:00+00:00"}
    report = import_referrals(make_file(stamped), by=cast.supervisor)
    case = Case.objects.select_related("subject").get()
    assert said(report) == {}
    assert (str(case.opened_on), str(case.subject and case.subject.date_of_birth)) == (
        "2024-07-15",
        "2008-05-17",
    )


def test_one_date_with_the_month_first_throws_doubt_on_the_file(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    rows = (
        {"source_reference": "A", "came-to-light": "02/03/2024", "date-of-birth": "03/04/2008"},
        {"source_reference": "B", "came-to-light": "02/24/2024", "date-of-birth": "2008-04-03"},
        {"source_reference": "C", "came-to-light": "2024-02-03", "date-of-birth": "05/05/2008"},
    )
    first = import_referrals(make_file(*rows), by=cast.supervisor)
    assert first.imported == 1
    assert Referral.objects.get().source_reference == "C"
    assert set(said(first)) == {(2, "came-to-light"), (2, "date-of-birth"), (3, "came-to-light")}
    assert TWO_DAYS in said(first)[2, "date-of-birth"]
    assert "row 3 of “came-to-light” has the month first" in said(first)[2, "date-of-birth"]
    # The doubt stays when the row that caused it is taken out.
    path = tmp_path / "errors.csv"
    first.write_errors(path)
    mend(path, [row for row in cells(path) if "B" not in row])
    assert set(said(import_referrals(path, by=cast.supervisor))) == {
        (2, "came-to-light"),
        (2, "date-of-birth"),
    }
    taken = import_referrals(path, by=cast.supervisor, how=How(dates="month-first"))
    born = Subject.objects.filter(cases__referrals__source_reference="A").get().date_of_birth
    assert (taken.imported, str(born)) == (1, "2008-03-04")


def test_a_column_that_proves_its_own_order_is_read_beside_one_in_doubt(
    cast: Cast, make_file: MakeFile
) -> None:
    rows = (
        {"source_reference": "A", "came-to-light": "02/24/2024", "date-of-birth": "03/04/2008"},
        {"source_reference": "B", "came-to-light": "2024-02-03", "date-of-birth": "27/04/2008"},
        {"source_reference": "C", "came-to-light": "2024-02-03", "date-of-birth": "03/04/2008"},
    )
    report = import_referrals(make_file(*rows), by=cast.supervisor)
    assert (report.imported, set(said(report))) == (2, {(2, "came-to-light")})
    assert str(Subject.objects.get(cases__referrals__source_reference="C").date_of_birth) == "2008-04-03"


def test_a_file_that_is_said_to_have_the_month_first_is_judged_too(cast: Cast, make_file: MakeFile) -> None:
    rows = (
        {"source_reference": "A", "date-of-birth": "03/04/2008"},
        {"source_reference": "B", "date-of-birth": "27/04/2008"},
    )
    report = import_referrals(make_file(*rows), by=cast.supervisor, how=How(dates="month-first"))
    assert set(said(report)) == {(2, "date-of-birth"), (3, "date-of-birth")}


# What cannot be understood never costs the referral


@pytest.mark.parametrize(
    ("written", "age"),
    [
        ("00/03/2009", 15), ("03/2009", 15), ("2009", 15), ("about 2009", 15), ("04/2009", 14),
        ("Mar 2009", 15),
        ("1/1/1900", None), ("01-Jan-1901", None), ("99/99/9999", None), ("n/k", None), ("teens", None),
    ],
)  # fmt: skip
def test_a_birth_that_is_known_in_part_becomes_an_age_and_is_kept_as_written(
    cast: Cast, make_file: MakeFile, written: str, age: int | None
) -> None:
    report = import_referrals(make_file({"date-of-birth": written}), by=cast.supervisor)
    subject = Subject.objects.get()
    content = Entry.objects.get().content.content
    assert (said(report), report.imported) == ({}, 1)
    assert (subject.date_of_birth, subject.approximate_age) == (None, age)
    assert content["answers"]["knows-date-of-birth"] == "no"
    assert content["imported"]["as-written"] == {"date-of-birth": written}
    assert [(remark.row, remark.column) for remark in report.remarks] == [(2, "date-of-birth")]
    assert "approximate-age" in report.remarks[0].message


@pytest.mark.parametrize("written", ["39899", "39899.0", "1238112000", "1238112000000"])
def test_a_number_that_a_spreadsheet_shows_as_a_date_is_no_unknown_birth(
    cast: Cast, make_file: MakeFile, written: str
) -> None:
    report = import_referrals(make_file({"date-of-birth": written}), by=cast.supervisor)
    assert (report.rows, report.imported, len(report.wrong)) == (1, 0, 1)
    assert "Format the column as a date" in said(report)[2, "date-of-birth"]


def test_a_birth_with_letters_that_nobody_sees_is_that_day(cast: Cast, make_file: MakeFile) -> None:
    report = import_referrals(make_file({"date-of-birth": "\u200e27\u200b/03/2009"}), by=cast.supervisor)
    assert (said(report), Subject.objects.get().date_of_birth) == ({}, date(2009, 3, 27))


def test_letters_that_nobody_sees_make_no_other_column_and_no_other_answer(
    cast: Cast, make_file: MakeFile
) -> None:
    path = make_file({"gender": "female\u200b", "town": "Ilk\u200cley"})
    text = path.read_text(encoding="utf-8").replace("family-name", "\ufefffamily-\u200bname", 1)
    path.write_text(text, encoding="utf-8")
    report = import_referrals(path, by=cast.supervisor)
    assert (said(report), report.imported) == ({}, 1)
    assert Subject.objects.get().town == "Ilk\u200cley"


def test_an_age_that_stands_beside_a_year_of_birth_counts(cast: Cast, make_file: MakeFile) -> None:
    report = import_referrals(
        make_file({"date-of-birth": "2009", "approximate-age": "14"}), by=cast.supervisor
    )
    assert (said(report), Subject.objects.get().approximate_age) == ({}, 14)


def test_an_age_of_long_ago_is_compared_as_of_then(cast: Cast, make_file: MakeFile) -> None:
    long_ago = {"received_on": "2012-03-12", "came-to-light": "2012-03-01", "date-of-birth": "1996"}
    import_referrals(make_file(long_ago), by=cast.supervisor)
    assert '[1994,1998],"f"' in Subject.objects.get().outline.packed


@pytest.mark.parametrize(
    ("written", "kept", "found_by"),
    [
        ("LS1  4AP", "LS1 4AP", "ls14ap"), ("LS1\u00a04AP", "LS1 4AP", "ls14ap"),
        (" LS1 4AP. ", "LS1 4AP", "ls14ap"),
        ("GIR 0AA", "GIR 0AA", "gir0aa"), ("BFPO 57", "BFPO 57", "bfpo57"),
        ("D02 AF30", "D02 AF30", "d02af30"),
        ("ASCN 1ZZ", "ASCN 1ZZ", "ascn1zz"), ("LS1", "LS1", ""), ("not known, near the river", "", ""),
    ],
)  # fmt: skip
def test_a_postcode_never_costs_the_referral(
    cast: Cast, make_file: MakeFile, written: str, kept: str, found_by: str
) -> None:
    report = import_referrals(make_file({"postcode": written}), by=cast.supervisor)
    subject = Subject.objects.get()
    assert (said(report), subject.postcode) == ({}, kept or written)
    assert [home.postcode for home in _homes(subject)] == ([found_by] if found_by else [])
    assert bool(report.remarks) is (found_by == "")


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("07700 900123 ext 12", ["700900123"]),
        ("07700 900123 / 0113 496 0123", ["700900123", "134960123"]),
        ("07700 900123 (mum, after six) or 0113 496 0123 (home)", ["700900123", "134960123"]),
        ("7.7009E+09", []),
    ],
)
def test_a_telephone_is_kept_as_written_and_finds_by_what_rings(
    cast: Cast, make_file: MakeFile, written: str, numbers: list[str]
) -> None:
    report = import_referrals(make_file({"phone": written}), by=cast.supervisor)
    subject = Subject.objects.get()
    assert subject.known().telephones == (written,)
    assert list(_outline(subject).telephones) == numbers
    assert [remark.column for remark in report.remarks] == ([] if numbers else ["phone"])


def _outline(subject: Subject) -> Outline:
    return Outline.unpacked(subject.outline.packed)


def _homes(subject: Subject) -> list[Home]:
    return [home for home in _outline(subject).homes if home.postcode]


# References


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("00457", "457"), ("WYP/2025/0017", "wyp/2025/0017"), ("WYP/2025/0017", "WYP-2025-17"), ("A 1", "A1"),
        ("PR-É1", "pr-e\u03011"), ("457", "457.0"), ("A\u00a017", "A 17"), ("P3H-T2Y-6BP", "P3HT2Y6BP"),
    ],
)  # fmt: skip
def test_a_reference_that_is_nearly_a_known_one_is_held_back_until_somebody_says(
    cast: Cast, make_file: MakeFile, tmp_path: Path, one: str, other: str
) -> None:
    import_referrals(make_file({"source_reference": one}), by=cast.supervisor)
    path = make_file({"source_reference": other, "family-name": "Second"})
    report = import_referrals(path, by=cast.supervisor)
    assert (report.imported, report.held_back, Referral.objects.count()) == (0, 1, 1)
    assert f"may be the same as “{one}”, which already exists" in said(report)[2, "source_reference"]
    assert again(report, tmp_path, cast.supervisor).held_back == 1
    errors = tmp_path / "errors.csv"
    rows = cells(errors)
    rows[1][rows[0].index("handrail-new")] = "yes"
    mend(errors, rows)
    assert import_referrals(errors, by=cast.supervisor).imported == 1


def test_two_rows_of_one_file_that_are_nearly_the_same_are_held_back(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({"source_reference": "00457"}, {"source_reference": "457"})
    report = import_referrals(path, by=cast.supervisor)
    assert report.imported == 1
    assert "that of row 2" in said(report)[3, "source_reference"]
    assert import_referrals(path, by=cast.supervisor, how=How(similar_is_new=True)).imported == 1


@pytest.mark.parametrize(
    ("one", "other"), [("100", "1"), ("A-1", "A-2"), ("2025/17", "2025/18"), ("10", "01")]
)
def test_references_that_are_others_share_nothing(one: str, other: str) -> None:
    assert not forms_of(one) & forms_of(other)


def test_a_known_reference_with_something_else_under_it_is_named(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    import_referrals(make_file({}), by=cast.supervisor)
    changed = {"family-name": "Corrected", "date-of-birth": "27/3/2001", "received_on": "2024-03-13"}
    report = import_referrals(make_file(changed), by=cast.supervisor)
    assert (report.imported, report.already_there, report.different, report.is_well) == (0, 0, 1, False)
    message = said(report)[2, "source_reference"]
    assert "differs in: received_on, family-name, date-of-birth" in message
    assert "Corrected" not in message
    assert again(report, tmp_path, cast.supervisor).different == 1
    assert Subject.objects.get().family_name == "Archer-Test"


def test_what_a_file_has_no_column_for_is_no_difference(cast: Cast, make_file: MakeFile) -> None:
    import_referrals(make_file({"town": "Felpersham", "date-of-birth": "2009"}), by=cast.supervisor)
    report = import_referrals(make_file({"date-of-birth": "2009"}), by=cast.supervisor)
    assert (report.already_there, report.different) == (1, 0)


def test_a_known_reference_is_compared_after_its_case_was_joined(cast: Cast, make_file: MakeFile) -> None:
    import_referrals(make_file({}, {"source_reference": "J-2", "town": "Ambridge"}), by=cast.supervisor)
    into, joined = (Case.objects.get(referrals__source_reference=ref) for ref in ("B-1", "J-2"))
    Referral.objects.filter(case=joined).update(case=into)
    Case.objects.filter(pk=joined.pk).update(joined_to=into)
    report = import_referrals(
        make_file({}, {"source_reference": "J-2", "town": "Ambridge"}), by=cast.supervisor
    )
    assert (report.already_there, report.different) == (2, 0)


def test_a_file_that_ends_inside_a_cell_opens_no_case(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({}, {"source_reference": "B-2"}, {"source_reference": "B-3"})
    lines = path.read_text().splitlines()
    lines[1] = lines[1] + ' "'
    path.write_text("\n".join(lines).replace(',no "', ',"no ') + "\n")
    with pytest.raises(Unreadable, match="begins in line 2"):
        import_referrals(path, by=cast.supervisor)
    assert not Case.objects.exists()


# What is shown


def test_an_entry_shows_what_the_file_had_and_marks_what_is_not_understood(
    cast: Cast, make_file: MakeFile
) -> None:
    odd = {"date-of-birth": "03/2009", "postcode": "by the river", "phone": "7.7009E+09"}
    import_referrals(make_file(odd), by=cast.supervisor)
    found = event(Case.objects.get(), 1, cast.supervisor)
    assert found
    shown = {answered.name: (answered.label, answered.answer) for answered in found[1]}
    assert shown["date-of-birth"] == ("Date of birth, as the file had it", "03/2009")
    assert shown["postcode"][1] == "by the river (not understood as a postcode)"
    assert shown["phone"][1] == "7.7009E+09 (not understood as a telephone number)"


def test_the_page_of_a_case_says_that_it_was_taken_over(
    cast: Cast, make_file: MakeFile, client: Client
) -> None:
    import_referrals(make_file({}), by=cast.supervisor, how=How(back_record=True))
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:case", args=[Case.objects.get().pk]))
    assert "Taken over from a back record on" in page.content.decode()


@pytest.mark.parametrize(
    ("written", "kept"),
    [("03/2009", "2009-03"), ("about 2009", "2009"), ("1/1/1900", ""), ("27/03/2009", ""), ("n/k", "")],
)
def test_a_birth_that_is_known_in_part_is_compared_as_that_part(
    cast: Cast, make_file: MakeFile, written: str, kept: str
) -> None:
    import_referrals(make_file({"date-of-birth": written}), by=cast.supervisor)
    subject = Subject.objects.get()
    assert subject.born_in == kept
    assert not kept or subject.known().births == (kept,)


# What nobody needs costs no referral, and a row that is none is said in one sentence


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("aged 16", 16),
        ("16 yrs", 16),
        ("approx. 16", 16),
        ("c. 16 years old", 16),
        ("30/02/2008", 16),
        ("31.02.2008", 16),
        ("??/??/2008", 16),
        ("16", None),
        ("16-17", None),
        ("17/18", None),
    ],
)
def test_what_tells_no_day_of_birth_is_an_age_where_it_says_so(
    cast: Cast, make_file: MakeFile, written: str, years: int | None
) -> None:
    report = import_referrals(make_file({"date-of-birth": written}), by=cast.supervisor)
    assert (report.imported, [remark.column for remark in report.remarks]) == (1, ["date-of-birth"])
    subject = Subject.objects.get()
    assert (subject.date_of_birth, subject.approximate_age) == (None, years)
    assert Entry.objects.get().content.content["imported"]["as-written"] == {"date-of-birth": written}


def test_a_birth_without_its_century_is_refused_and_names_what_may_stand_instead(
    cast: Cast, make_file: MakeFile
) -> None:
    report = import_referrals(make_file({"date-of-birth": "21/4/08"}), by=cast.supervisor)
    assert "four digits" in said(report)[2, "date-of-birth"]
    assert "approximate-age" in said(report)[2, "date-of-birth"]


@pytest.mark.parametrize(
    ("written", "years"), [("about 16", 16), ("16 yrs", 16), ("teens", None), ("n/k", None)]
)
def test_an_age_in_words_costs_no_referral(
    cast: Cast, make_file: MakeFile, written: str, years: int | None
) -> None:
    path = make_file({"date-of-birth": "", "approximate-age": written})
    report = import_referrals(path, by=cast.supervisor)
    assert (report.imported, len(report.remarks)) == (1, int(years is None))
    assert Subject.objects.get().approximate_age == years
    assert import_referrals(path, by=cast.supervisor).already_there == 1


@pytest.mark.parametrize(
    "written", ["refused", "n/a", "None", "ann at example.org", "a@example.org; b@example.org"]
)
def test_what_is_no_email_address_costs_no_referral(cast: Cast, make_file: MakeFile, written: str) -> None:
    path = make_file({"email": written})
    report = import_referrals(path, by=cast.supervisor)
    assert (report.imported, [remark.column for remark in report.remarks]) == (1, ["email"])
    content = Entry.objects.get().content.content
    assert content["imported"]["as-written"] == {"email": written}
    assert "email" not in content["answers"]
    assert import_referrals(path, by=cast.supervisor).already_there == 1


def test_the_address_of_who_referred_is_still_one_or_none(cast: Cast, make_file: MakeFile) -> None:
    wrong = make_file({"referrer-email": "ann at example.org"})
    assert "correct format" in said(import_referrals(wrong, by=cast.supervisor))[2, "referrer-email"]
    assert import_referrals(make_file({"referrer-email": "none"}), by=cast.supervisor).imported == 1


@pytest.mark.parametrize("written", ["Unknown", "n/k", "NK", "Don’t know"])
def test_unknown_is_the_answer_not_known_where_there_is_one(
    cast: Cast, make_file: MakeFile, written: str
) -> None:
    assert import_referrals(make_file({"gender": written}), by=cast.supervisor).imported == 1
    assert Subject.objects.get().gender == "not-known"
    refused = import_referrals(
        make_file({"source_reference": "B-2", "person-informed": "refused"}), by=cast.supervisor
    )
    assert "not one of the answers" in said(refused)[2, "person-informed"]


@pytest.mark.parametrize("written", ["1.23457E+17", "4,57e+15", "5E+05"])
def test_a_reference_that_a_spreadsheet_shortened_is_refused(
    cast: Cast, make_file: MakeFile, written: str
) -> None:
    report = import_referrals(make_file({"source_reference": written}), by=cast.supervisor)
    assert "last digits are lost" in said(report)[2, "source_reference"]


def test_a_row_of_a_file_without_a_column_of_its_own_is_not_the_header_again() -> None:
    reader = RowReader.__new__(RowReader)
    reader.header, reader.own = ["new"], {}
    assert reader._is_no_row(Row(2, ["yes"])) == ""
    reader.header, reader.own = ["gender"], {0: "gender"}
    assert "header again" in reader._is_no_row(Row(2, ["Gender"]))


def test_the_header_again_and_a_row_of_totals_are_each_refused_in_one_sentence(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    path = make_file({"source_reference": "T-1"}, {"source_reference": "T-2"})
    rows = cells(path)
    mend(path, [rows[0], rows[1], rows[0], rows[2], ["Total: 2", *[""] * (len(rows[0]) - 1)]])
    report = import_referrals(path, by=cast.supervisor)
    assert report.imported == 2
    assert [list(refused.errors.values()) for refused in report.in_order()] == [
        ["This row is the header again. Take it out."],
        ["This row has next to nothing in it, as a total or a note has. Take it out, or fill it in."],
    ]
    twice = again(report, tmp_path, cast.supervisor)
    assert [refused.errors for refused in twice.in_order()] == [r.errors for r in report.in_order()]


def test_a_date_that_proves_the_other_order_says_which_it_has(cast: Cast, make_file: MakeFile) -> None:
    report = import_referrals(make_file({"date-of-birth": "02/24/2008"}), by=cast.supervisor)
    assert said(report)[2, "date-of-birth"].startswith("This has the month first.")


def test_a_row_that_is_mended_in_the_file_of_errors_is_taken_once_and_only_once(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    path = make_file({"source_reference": "M-1", "sector": "skool"}, {"source_reference": "M-2"})
    report = import_referrals(path, by=cast.supervisor)
    errors = tmp_path / "errors.csv"
    report.write_errors(errors)
    assert errors.stat().st_mode & 0o777 == 0o600
    rows = cells(errors)
    rows[1][rows[0].index("sector")] = "education"
    mend(errors, rows)
    assert import_referrals(errors, by=cast.supervisor).imported == 1
    assert import_referrals(errors, by=cast.supervisor).already_there == 1
    assert Case.objects.count() == 2
