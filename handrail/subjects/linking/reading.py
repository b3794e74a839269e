"""Records of a file, as what is known of somebody."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from handrail.subjects.matching import Known, Name, Place

COLUMNS = {
    name: name
    for name in (
        "record_id",
        "given_name",
        "family_name",
        "full_name",
        "date_of_birth",
        "gender",
        "address",
        "town",
        "postcode",
        "telephone",
        "email",
    )
}


class Unreadable(Exception):
    """The file cannot be read; the message says why, for who gave it."""


class Record(NamedTuple):
    """One record: by what it is known where it comes from, and what is known of the person."""

    id: str
    known: Known


def columns(mapping: Path | None) -> dict[str, str]:
    """By what name a file calls each column. Raises Unreadable where the mapping names what there is not."""
    if mapping is None:
        return COLUMNS
    try:
        told = tomllib.loads(mapping.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"{mapping} is no TOML: {error}") from error
    if unknown := sorted(set(told) - set(COLUMNS)):
        raise Unreadable(f"{mapping} names {', '.join(unknown)}. There are: {', '.join(COLUMNS)}.")
    return COLUMNS | {name: str(column) for name, column in told.items()}


def records(file: Path, named: Mapping[str, str]) -> Iterator[Record]:
    """The records of a CSV file, one after the other."""
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        rows = csv.DictReader(stream)
        if named["record_id"] not in (rows.fieldnames or ()):
            raise Unreadable(
                f"{file} has no column {named['record_id']}: each record needs a name of its own."
            )
        for row in rows:
            held = {name: (row.get(column) or "") for name, column in named.items()}
            yield Record(held["record_id"], known(held))


def known(held: Mapping[str, str]) -> Known:
    """What a row says of somebody."""
    whole = Name(held["full_name"])
    return Known(
        names=(Name(held["given_name"], held["family_name"]), whole),
        births=(held["date_of_birth"],),
        gender=held["gender"],
        places=(Place(held["address"], held["town"], held["postcode"]),),
        telephones=(held["telephone"],),
        emails=(held["email"],),
    )
