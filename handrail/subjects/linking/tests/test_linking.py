"""Splink and the live comparison give equal weights, and every way of linking gives one result."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import log2
from pathlib import Path
from random import Random
from typing import Any

import pytest

from handrail.subjects.linking import gathering, model, running
from handrail.subjects.linking.duck import Duck
from handrail.subjects.linking.parts import Part
from handrail.subjects.linking.reading import Record
from handrail.subjects.linking.running import Changed, Differs, Done, Wanted, link, matches
from handrail.subjects.linking.weighing import FACTS, NOT_COMPARED, Counts, halves, weighing, weighing_by
from handrail.subjects.matching import Commonness, Fact, Known, Name, Outline, Place, compare, outline_of

GIVEN = ("Mohammed", "Muhamad", "Amira", "Sarah", "Sara", "Олена", "Wei", "Bill", "William", "", "O'Neil")
FAMILY = ("Khan", "Kahn", "Smith", "Smyth", "Kovalenko", "al-Masri", "Adebayo", "")
BORN = ("1990-04-12", "1990-12-04", "1991-01-01", "2001-07-00", "nonsense", "")
ROADS = (
    ("12 Mill Road", "Luton", "LU1 2AB"),
    ("14 Mill Road", "Luton", "LU1 2AB"),
    ("", "Leeds", ""),
    ("", "", ""),
)


def made_up(count: int, seed: int = 5) -> list[Record]:
    """Records of few names, days and places, so that many are much alike."""
    random = Random(seed)
    return [
        Record(
            f"r{number}",
            outline_of(
                Known(
                    names=(Name(random.choice(GIVEN), random.choice(FAMILY)),),
                    births=(random.choice(BORN),),
                    gender=random.choice(("male", "female", "")),
                    places=(Place(*random.choice(ROADS)),),
                    telephones=(random.choice(("07700 900123", "07700 900456", "")),),
                    emails=(random.choice(("a@example.org", "")),),
                )
            ),
        )
        for number in range(count)
    ]


def no_progress(done: int, total: int) -> None:
    """Nobody watches."""


def linked(records: list[Record], folder: Path, engine: Any = None, **more: Any) -> Done:
    """Link these records, and propose every pair that is compared."""
    wanted = Wanted("these", least=-100, most_of_a_key=more.pop("most_of_a_key", 1_000))
    engine = engine or Duck(folder, "500MB")
    return link(lambda: records, wanted, engine, folder, reading=no_progress, comparing=no_progress, **more)


def weights(folder: Path) -> dict[frozenset[str], float]:
    """The weight of every pair that was proposed."""
    return {frozenset(row[:2]): float(row[2]) for row in matches(folder)}


@pytest.fixture
def every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are compared however little their keys say."""
    monkeypatch.setattr("handrail.subjects.linking.blocking.BEYOND", -100.0)


@pytest.mark.usefixtures("every_pair")
def test_splink_weighs_a_pair_as_the_live_comparison_does(tmp_path: Path) -> None:
    records = made_up(60)
    done = linked(records, tmp_path / "work")
    outlines = {record.id: record.outline for record in records}
    live = Commonness.of(outlines.values())
    found = weights(tmp_path / "work")
    assert len(found) == done.compared == done.proposals > 500
    for one, other in map(sorted, found):
        assert found[frozenset((one, other))] == compare(outlines[one], outlines[other], live).weight
    assert len(set(found.values())) > 40


def test_the_facts_of_a_pair_add_up_to_its_weight_whichever_is_asked_about() -> None:
    outlines = [record.outline for record in made_up(60)]
    usual = Commonness.usual()
    for one, other in combinations(outlines, 2):
        facts = halves(one, other, usual)
        assert sum(facts.values()) / 2 == compare(one, other, usual).weight
        assert facts == halves(other, one, usual)


def test_what_is_asked_fact_by_fact_is_the_same_again() -> None:
    one, other = (record.outline.packed() for record in made_up(2))
    asked = {fact: weigh(one, other) for fact, weigh in weighing(Commonness.usual()).items()}
    facts = halves(Outline.unpacked(one), Outline.unpacked(other), Commonness.usual())
    assert asked == {fact: facts.get(fact, NOT_COMPARED) for fact in FACTS}


def test_the_levels_of_every_weight_add_up_to_it() -> None:
    for half in range(model.LEAST * model.STEP, (model.MOST + 1) * model.STEP):
        step, beyond = divmod(half, model.STEP)
        chosen = [model.level("", step * model.STEP), model.level("", beyond)]
        ratios = [log2(level["m_probability"] / level["u_probability"]) for level in chosen]
        assert sum(ratios) == pytest.approx(half / 2)
        assert all(0 < level[share] <= 1 for level in chosen for share in ("m_probability", "u_probability"))


def test_pairs_that_share_a_rare_name_and_more_are_found_among_many(tmp_path: Path) -> None:
    everybody = [
        Known(names=(Name(f"Name{n:x}a", f"Family{n:x}b"),), births=(f"1980-05-{n % 28 + 1:02}",))
        for n in range(300)
    ]
    records = [Record(f"r{number}", outline_of(known)) for number, known in enumerate(everybody)]
    again = replace(everybody[7], places=(Place("1 Elm Way", "Hull", "HU1 1AA"),))
    linked([*records, Record("again", outline_of(again))], tmp_path / "work")
    assert max(weights(tmp_path / "work").items(), key=lambda item: item[1])[0] == {"r7", "again"}


def test_the_later_record_is_the_one_that_proposes(tmp_path: Path) -> None:
    same = made_up(1)[0].outline
    linked([Record("first", same), Record("later", same), *made_up(20)], tmp_path / "work")
    assert ("later", "first") in {(row[0], row[1]) for row in matches(tmp_path / "work")}


def test_keys_that_too_many_share_are_left_out_and_counted(tmp_path: Path) -> None:
    same = made_up(1)[0].outline
    done = linked([Record(f"r{number}", same) for number in range(9)], tmp_path / "work", most_of_a_key=8)
    assert done.compared == 0
    assert done.common_keys > 0
    assert done.common_entries == 9 * done.common_keys


def test_nothing_comes_of_no_records(tmp_path: Path) -> None:
    assert linked([], tmp_path / "work") == Done(0, 0, 0, 0, 0)


def test_who_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "BATCH", 16)
    monkeypatch.setattr(running, "PART", 16)
    records, folder = made_up(60), tmp_path / "work"
    with pytest.raises(KeyboardInterrupt):
        link(
            lambda: stopping(records, 40),
            Wanted("these"),
            Duck(folder, "500MB"),
            folder,
            reading=no_progress,
            comparing=no_progress,
        )
    written = {path: path.stat().st_mtime_ns for path in folder.glob("records/*.parquet")}
    assert len(written) == 2
    with pytest.raises(KeyboardInterrupt):
        link(
            lambda: records,
            Wanted("these"),
            StopsAt(folder, 2),
            folder,
            reading=no_progress,
            comparing=no_progress,
        )
    compared = {path: path.stat().st_mtime_ns for path in folder.glob("found/*.csv")}
    assert len(compared) == 2
    done = link(
        lambda: records,
        Wanted("these"),
        Duck(folder, "500MB"),
        folder,
        reading=no_progress,
        comparing=no_progress,
    )
    assert all(path.stat().st_mtime_ns == when for path, when in (written | compared).items())
    whole = link(
        lambda: records,
        Wanted("these"),
        Duck(tmp_path / "whole", "500MB"),
        tmp_path / "whole",
        reading=no_progress,
        comparing=no_progress,
    )
    assert done == whole
    assert weights(folder) == weights(tmp_path / "whole") != {}


def stopping(records: list[Record], after: int) -> Iterator[Record]:
    """Yield records until the work is interrupted."""
    yield from records[:after]
    raise KeyboardInterrupt


class StopsAt(Duck):
    """DuckDB that is interrupted at one part."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder, "500MB")
        self.number = number

    def pairs(self, part: Part, counts: Path, least: float) -> Any:
        """As ever, but for one part."""
        if part.number == self.number:
            raise KeyboardInterrupt
        return super().pairs(part, counts, least)


def test_several_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PART", 30)
    records = made_up(60)
    one = linked(records, tmp_path / "one")
    assert linked(records, tmp_path / "two", processes=2) == one
    assert weights(tmp_path / "two") == weights(tmp_path / "one")


def test_a_folder_of_other_work_is_left_alone(tmp_path: Path) -> None:
    linked(made_up(5), tmp_path)
    with pytest.raises(Changed, match="something else"):
        link(
            made_up,  # type: ignore[arg-type]
            Wanted("others"),
            Duck(tmp_path, "500MB"),
            tmp_path,
            reading=no_progress,
            comparing=no_progress,
        )


def test_counts_that_take_the_place_of_others_are_read_anew(tmp_path: Path) -> None:
    one, other = (record.outline for record in made_up(2))
    file, weighed = tmp_path / "counts.json", []
    for often in (2, 900):
        counts = Commonness(1_000, dict.fromkeys((*one.countable, *other.countable), often))
        file.write_text(counts.packed())
        weighed.append(weighing_by(Counts.of(file))[Fact.NAMES](one.packed(), one.packed()))
    assert weighed[0] > weighed[1]


def test_nothing_is_proposed_by_a_model_that_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Commonness.usual()
    monkeypatch.setattr(running, "compare", lambda one, other, _: compare(one, other, usual))
    with pytest.raises(Differs):
        linked(made_up(60), tmp_path / "work")
