"""Splink as its manual shows it: library comparisons, DuckDB, and a model trained on labels.

One record is searched for among all. The newest Splink finds candidates by blocking rules, which run anew
for every question.
"""

import csv
import logging
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as compare

from bench.match.asking import SHOWN, Near, Task
from bench.people.errors import Asked

COLUMNS = (
    "given_name",
    "family_name",
    "date_of_birth",
    "gender",
    "address",
    "town",
    "postcode",
    "telephone",
    "email",
)
BLOCKS = (
    ("given_name", "family_name"),
    ("given_name", "date_of_birth"),
    ("family_name", "date_of_birth"),
    ("family_name", "postcode"),
    ("given_name", "postcode"),
    ("date_of_birth", "postcode"),
    ("address", "town"),
    ("telephone",),
    ("email",),
)
PAIRS = 1_000_000  # pairs sampled to estimate chance agreement


class Splinked:
    """People in a Splink linker."""

    name = "Splink"

    def __init__(self, task: Task, folder: Path) -> None:
        logging.disable(logging.WARNING)
        self.connection = duckdb.connect(str(Path(mkdtemp(dir=folder)) / "splink.duckdb"))
        self.api = DuckDBAPI(connection=self.connection)
        self.folder, self.numbers = folder, count()
        people = self._written("people", task.people())
        self.people = self.api.register(people, dataset_display_name="people")
        self.linker = Linker(self.people, self._trained(task))

    def _trained(self, task: Task) -> dict[str, Any]:
        """Return Splink's settings with trained rates: m from labelled examples, u from random pairs."""
        rows = [(f"{number}:{whose}", known) for number, (whose, known) in enumerate(task.examples)]
        table = self._written("examples", rows)
        self.connection.execute(f"ALTER TABLE {table} ADD COLUMN whose varchar")
        self.connection.execute(f"UPDATE {table} SET whose = split_part(unique_id, ':', 2)")
        linker = Linker(self.api.register(table, dataset_display_name="examples"), settings())
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS)
        linker.training.estimate_m_from_label_column("whose")
        return linker.misc.save_model_to_json()

    def near_all(self, asked: Sequence[Asked]) -> list[list[Near]]:
        """Return the results of many questions at once, for which Splink is made."""
        many = self._table([(f"asked-{number}", one) for number, one in enumerate(asked)])
        right = self.api.register(many, dataset_display_name=f"asked_{next(self.numbers)}")
        found = self.linker.inference.predict_between(self.people, right, warning_mode="never")
        rows = self.connection.sql(
            f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"
            " QUALIFY row_number() OVER (PARTITION BY unique_id_r ORDER BY match_weight DESC)"
            f" <= {SHOWN + 1} ORDER BY match_weight DESC"
        ).fetchall()
        near: list[list[Near]] = [[] for _ in asked]
        for left, one, weight in rows:
            near[int(one.removeprefix("asked-"))].append(Near(left, weight))
        return near

    def near(self, asked: Asked) -> list[Near]:
        """Return the most probable people, best first."""
        one = self.api.register(
            self._table([("asked", asked)]), dataset_display_name=f"asked_{next(self.numbers)}"
        )
        found = self.linker.inference.predict_between(self.people, one, warning_mode="never")
        rows = self.connection.sql(
            f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"
            f" ORDER BY match_weight DESC LIMIT {SHOWN + 1}"
        ).fetchall()
        found.drop_table_from_database_and_remove_from_cache()
        return [Near(right if left == "asked" else left, weight) for left, right, weight in rows]

    def _written(self, name: str, rows: Any) -> str:
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("unique_id", *COLUMNS))
            writer.writerows(
                (person, *(getattr(known, column) for column in COLUMNS)) for person, known in rows
            )
        self.connection.execute(
            f"CREATE TABLE {name}_in AS SELECT * FROM read_csv('{path}', all_varchar = true)"
        )
        return f"{name}_in"

    def _table(self, rows: list[tuple[str, Asked]]) -> Any:
        values = [(person, *(getattr(known, column) or None for column in COLUMNS)) for person, known in rows]
        marks = ", ".join("?" for _ in values[0])
        name = f"asked_{next(self.numbers)}"
        self.connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM people_in LIMIT 0")
        self.connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
        return self.connection.table(name)


def settings() -> SettingsCreator:
    """Return Splink's settings: comparisons as its library advises, and blocking rules."""
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.NameComparison("given_name").configure(term_frequency_adjustments=True),
            compare.NameComparison("family_name").configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("date_of_birth", input_is_string=True),
            compare.ExactMatch("gender"),
            compare.JaroWinklerAtThresholds("address", [0.9, 0.8]),
            compare.ExactMatch("town").configure(term_frequency_adjustments=True),
            compare.LevenshteinAtThresholds("postcode", [1, 2]),
            compare.ExactMatch("telephone"),
            compare.EmailComparison("email"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*fields) for fields in BLOCKS],
    )
