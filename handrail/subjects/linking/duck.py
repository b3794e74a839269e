"""Linking on one machine: DuckDB, in as many processes as there are processors.

Comparing is Python, which uses one processor a process; each has a part of the pairs and a database of its own.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

from handrail.subjects.linking import blocking
from handrail.subjects.linking.model import function, settings
from handrail.subjects.linking.parts import Common, Part, Pair
from handrail.subjects.linking.weighing import weighing_by

KEPT = "kept.parquet"


class Duck:
    """The work in a folder, done by DuckDB within some memory."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder, self.memory = folder, memory

    def opened(self) -> "duckdb.DuckDBPyConnection":
        """A database in memory that spills into the folder when it has used what it may."""
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{self.memory}'; SET threads = 1")
        connection.execute(
            f"SET temp_directory = '{self.folder / 'spilled'}'; SET preserve_insertion_order = false"
        )
        for name in ("records", "keys", "counts"):
            connection.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{self.folder / name}/*.parquet')"
            )
        return connection

    def counted(self) -> dict[str, int]:
        """How often what stands in the records more than once stands there."""
        return dict(self.opened().execute(blocking.COUNTS).fetchall())

    def prepare(self, count: int, most: int) -> Common:
        """Leave out the keys that nobody shares and those that too many do."""
        connection = self.opened()
        connection.execute(f"CREATE TABLE shared AS {blocking.shared(count, most)}")
        kept = self.folder / KEPT
        connection.execute(f"COPY ({blocking.KEPT} ORDER BY k.key) TO '{kept}.part' (FORMAT parquet)")
        Path(f"{kept}.part").rename(kept)
        row = connection.execute(blocking.COMMON.format(most=most)).fetchone()
        assert row
        return Common(int(row[0]), int(row[1]))

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]:
        """How many pairs of a part were compared, and those that weigh at least so much."""
        logging.getLogger("splink").setLevel(logging.CRITICAL)
        connection = self.opened()
        for fact, weigh in weighing_by(str(counts)).items():
            connection.create_function(function(fact), weigh, ["VARCHAR", "VARCHAR"], "SMALLINT")
        connection.execute(f"CREATE VIEW kept AS SELECT * FROM read_parquet('{self.folder / KEPT}')")
        connection.execute(f"CREATE TABLE pairs AS {blocking.pairs(part.first, part.end, part.count)}")
        compared = connection.table("pairs").count("*").fetchall()[0][0]
        if not compared:
            return 0, iter(())
        api = DuckDBAPI(connection=connection)
        linker = Linker(api.register("records", dataset_display_name="all"), settings())
        linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
        found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        rows = connection.sql(
            "SELECT f.number_l, f.number_r, l.id, r.id, l.outline, r.outline, round(2 * match_weight) / 2"
            f" FROM {found.physical_name} f JOIN records l ON l.number = f.number_l"
            " JOIN records r ON r.number = f.number_r ORDER BY 1, 2"
        )
        return compared, (Pair(*row) for row in rows.fetchall())
