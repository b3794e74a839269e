"""The pages on security, and on what Handrail will not do, name what exists, and answer every requirement."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WILL_NOT = ROOT / "docs" / "will-not-do.md"
PAGES = [*sorted((ROOT / "docs" / "security").glob("*.md")), WILL_NOT]
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|toml|md|js))(?:::(\w+))?`")
TO_COME = re.compile(r"\(to come: ([\w/.]+)\)")
# How many requirements of levels 1 and 2 each section of ASVS 5.0 has; they are numbered from 1.
ASVS = {
    1: [2, 9, 11, 3, 2],
    2: [3, 3, 4, 1],
    3: [0, 2, 4, 6, 5, 0, 2],
    4: [3, 1, 2, 4],
    5: [1, 3, 2, 3],
    6: [3, 12, 4, 4, 5, 3, 0, 4],
    7: [3, 4, 2, 5, 2, 2],
    8: [2, 3, 1, 1],
    9: [3, 4],
    10: [2, 2, 4, 11, 5, 2, 3],
    11: [2, 3, 3, 4, 1, 1],
    12: [3, 2, 4],
    13: [1, 5, 2, 5],
    14: [2, 4, 3],
    15: [3, 3, 7],
    16: [1, 5, 4, 3, 3],
    17: [1, 4, 2],
}
STATES = {"met", "partly", "not met", "outside", "none"}
Number = tuple[int, int, int]


def rows(name: str) -> list[list[str]]:
    """The cells of every row of the tables of a page on security."""
    return rows_of(ROOT / "docs" / "security" / name)


def rows_of(page: Path) -> list[list[str]]:
    return rows_in(page.read_text(encoding="utf-8"))


def rows_in(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path, name in NAMED.findall(text):
        assert (ROOT / path).exists(), f"{page.name} names {path}."
        if name:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{page.name}: {path}::{name}"
    for path in TO_COME.findall(text):
        assert not (ROOT / path).exists(), f"{page.name}: {path} has come; name it as the others are."


def numbers(cell: str) -> list[Number]:
    """The requirements of one row: `V1.2.1, V1.2.4 to V1.2.6`."""
    found: list[Number] = []
    for part in cell.split(", "):
        first, _, last = part.partition(" to ")
        one, other = number(first), number(last or first)
        assert one[:2] == other[:2], f"{part} is no range of one section."
        found += [(*one[:2], place) for place in range(one[2], other[2] + 1)]
    return found


def number(text: str) -> Number:
    chapter, section, place = re.fullmatch(r"V(\d+)\.(\d+)\.(\d+)", text).groups()  # type: ignore[union-attr]
    return int(chapter), int(section), int(place)


def test_every_requirement_of_level_two_is_answered_once() -> None:
    answered = [n for row in rows("asvs.md") if row[0].startswith("V") for n in numbers(row[0])]
    wanted = [
        (chapter, section, place)
        for chapter, counts in ASVS.items()
        for section, count in enumerate(counts, start=1)
        for place in range(1, count + 1)
    ]
    assert len(wanted) == 253
    assert sorted(answered) == sorted(wanted)


def test_each_answer_is_in_the_words_of_the_page_and_says_where() -> None:
    for row in rows("asvs.md"):
        if row[0].startswith("V"):
            assert row[1] in STATES, row
            assert len(row[2]) > 5, row
            if row[1] == "met":
                assert len(row) == 3, row


def test_every_threat_has_something_against_it_and_a_test() -> None:
    threats = {row[0]: row for row in rows("threat-model.md") if re.fullmatch(r"T\d+", row[0])}
    assert list(threats) == [f"T{n}" for n in range(1, 19)]
    for row in threats.values():
        assert len(row) == 4, row
        assert NAMED.search(row[3]), row


SURRENDERING = {
    "SQL as the web's role (an injection)",
    "code in the web process",
    "the process that looks into a file",
    "code in the background worker",
    "database superuser",
    "the store of documents, or a copy of it",
    "backup",
    "one force's administrator",
    "one partner's account",
    "one force's issuer",
    "the ledger's key",
    "CI",
}


def test_of_every_part_it_is_said_what_it_surrenders_and_what_it_does_not() -> None:
    _, _, under = (
        (ROOT / "docs" / "security" / "threat-model.md").read_text().partition("## What a part surrenders")
    )
    table = [row for row in rows_in(under) if row[0] != "taken over"]
    assert {row[0] for row in table} == SURRENDERING
    for row in table:
        assert len(row) == 3, row
        assert all(len(cell) > 5 for cell in row[1:]), row


def test_each_line_of_what_it_will_not_do_names_a_test() -> None:
    lines = rows_of(WILL_NOT)[1:]
    for promise in (
        "score or rank",
        "belief, ethnicity or ideology",
        "decide by itself",
        "in bulk",
        "no longer keep",
    ):
        assert any(promise in line[0] for line in lines), promise
    for line in lines:
        assert len(line) == 3, line
        named = NAMED.findall(line[2])
        assert named, line
        assert all(Path(path).name.startswith("test_") for path, _ in named), line
