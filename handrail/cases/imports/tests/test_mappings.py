from pathlib import Path

import pytest

from handrail.cases.imports.mappings import read_mapping
from handrail.cases.imports.referrals import import_referrals
from handrail.cases.imports.tests.conftest import GOOD, MakeFile
from handrail.cases.models import Referral
from handrail.cases.tests.cast import Cast
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation
from handrail.written.rows import Unreadable

SAMPLES = Path(__file__).resolve().parents[4] / "samples"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns = 1", "“columns”"),
        ('dates = "upside-down"', "“dates”"),
        ("[collumns]", "“collumns”"),
        ("[columns", "not valid TOML"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_mapping(path)
    assert message in str(refused.value)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_mapping(tmp_path / "nothing.toml")


def test_columns_values_and_fixed_answers_are_translated(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'dates = "month-first"\nignore = ["Clerk"]\n[columns]\n"M/F" = "gender"\n"Seen" = "came-to-light"\n'
        '[values.gender]\n"1" = "male"\n[fixed]\nforce = "borsetshire-police"\n',
        encoding="utf-8",
    )
    kept = [column for column in GOOD if column not in {"gender", "came-to-light", "force"}]
    path = make_file({"M/F": "1", "Seen": "3/25/2023", "Clerk": "KP"}, columns=kept)
    report = import_referrals(path, mapping, by=cast.supervisor)
    assert list(report.wrong[0].errors) == ["date-of-birth"]
    assert report.wrong[0].errors["date-of-birth"].startswith("This has the day first.")
    path = make_file({"M/F": "1", "Seen": "3/25/2023", "date-of-birth": "3/27/2008"}, columns=kept)
    assert import_referrals(path, mapping, by=cast.supervisor).wrong == []
    answers = Entry.objects.get().content.content["answers"]
    assert (answers["gender"], answers["came-to-light"]) == ("male", "2023-03-25")


def test_a_value_in_a_fixed_column_is_checked_like_any_other(
    cast: Cast, make_file: MakeFile, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[fixed]\nsector = "moon"\n', encoding="utf-8")
    path = make_file({}, columns=[column for column in GOOD if column != "sector"])
    report = import_referrals(path, mapping, by=cast.supervisor)
    assert "not one of the answers" in report.wrong[0].errors["sector"]


@pytest.fixture
def west_yorkshire(cast: Cast) -> Organisation:
    """The force that the sample files name, in place of the cast's."""
    cast.force.slug, cast.force.name = "west-yorkshire", "West Yorkshire Police"
    cast.force.save(update_fields=["slug", "name"])
    return cast.force


@pytest.mark.parametrize(
    ("name", "mapping", "imported", "wrong"),
    [
        ("referrals.csv", None, 5, []),
        ("own-columns.csv", "own-columns.toml", 4, []),
        ("referrals-with-errors.csv", None, 4, [5, 6, 7, 8, 9, 10]),
    ],
)
def test_the_samples_do_what_they_say(
    cast: Cast, west_yorkshire: Organisation, name: str, mapping: str | None, imported: int, wrong: list[int]
) -> None:
    report = import_referrals(SAMPLES / name, SAMPLES / mapping if mapping else None, by=cast.supervisor)
    assert [refused.row.number for refused in report.in_order()] == wrong
    assert report.imported == imported == Referral.objects.filter(force=west_yorkshire).count()
