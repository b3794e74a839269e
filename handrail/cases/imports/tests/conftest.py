"""Fixtures of the import's tests: the fixed cast, a file with one good row, and files made from rows."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

GOOD = {
    "source_reference": "B-1",
    "received_on": "2024-03-12",
    "force": "borsetshire-police",
    "given-name": "Ann",
    "family-name": "Archer-Test",
    "date-of-birth": "27/3/2008",
    "gender": "Female",
    "ethnicity": "not-asked",
    "concern-described": "Said something that frightened people.",
    "concern-type": "islamist",
    "harm": "no",
    "noticed-by-referrer": "yes",
    "referrer-name": "Mrs Test",
    "sector": "education",
    "came-to-light": "2024-03-01",
    "conditions": "Not known",
    "discussed-with-lead": "no",
    "person-informed": "no",
}

MakeFile = Callable[..., Path]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Return a function that writes rows to a CSV file, each the good row with some changes."""

    def make(
        *changes: Mapping[str, str],
        name: str = "referrals.csv",
        encoding: str = "utf-8",
        separator: str = ",",
        columns: Sequence[str] = tuple(GOOD),
    ) -> Path:
        path = tmp_path / name
        extra = [column for change in changes for column in change if column not in columns]
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(
                file, [*columns, *dict.fromkeys(extra)], delimiter=separator, extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(GOOD | dict(change) for change in changes)
        return path

    return make
