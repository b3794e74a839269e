"""Linking on one machine: DuckDB, in as many processes as there are processors.

Comparing is Python, which uses one processor a process: each has parts of the pairs and its own database.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

from handrail.subjects.linking import blocking
from handrail.subjects.linking.model import function, quietly, settings
from handrail.subjects.linking.parts import Common, Pair, Part
from handrail.subjects.linking.weighing import weighing_by

KEPT = "kept.parquet"
WITHIN = """
SET memory_limit = '{memory}'; SET threads = 1; SET temp_directory = '{folder}/spilled';
SET preserve_insertion_order = false; SET enable_progress_bar = false
"""
VIEW = "CREATE VIEW {name} AS SELECT * FROM read_parquet('{files}')"
SAVE = "COPY ({query} ORDER BY k.key) TO '{file}' (FORMAT parquet)"
FOUND = """
SELECT f.number_l, f.number_r, l.id, r.id, l.outline, r.outline, round(2 * match_weight) / 2
FROM {found} f JOIN records l ON l.number = f.number_l JOIN records r ON r.number = f.number_r ORDER BY 1, 2
"""


class Duck:
    """The work in a folder, done by DuckDB within some memory."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder, self.memory = folder, memory

    def opened(self) -> "duckdb.DuckDBPyConnection":
        """A database in memory that spills into the folder when it has used what it may."""
        connection = duckdb.connect()
        connection.execute(WITHIN.format(memory=self.memory, folder=self.folder))
        for name in ("records", "keys", "counts"):
            connection.execute(VIEW.format(name=name, files=self.folder / name / "*.parquet"))
        return connection

    def counted(self) -> dict[str, int]:
        """How often what stands in the records more than once stands there."""
        return dict(self.opened().execute(blocking.COUNTS).fetchall())

    def prepare(self, count: int, most: int) -> Common:
        """Leave out the keys that nobody shares and those that too many do."""
        connection = self.opened()
        connection.execute(f"CREATE TABLE shared AS {blocking.shared(count, most)}")
        kept, part = self.folder / KEPT, self.folder / f"{KEPT}.part"
        connection.execute(SAVE.format(query=blocking.KEPT, file=part))
        part.rename(kept)
        row = connection.execute(blocking.COMMON.format(most=most)).fetchone()
        return Common(*map(int, row or (0, 0)))

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]:
        """How many pairs of a part were compared, and those that weigh at least so much."""
        connection = self.opened()
        for fact, weigh in weighing_by(str(counts)).items():
            connection.create_function(function(fact), weigh, ["VARCHAR", "VARCHAR"], "SMALLINT")
        connection.execute(VIEW.format(name="kept", files=self.folder / KEPT))
        connection.execute(f"CREATE TABLE pairs AS {blocking.pairs(part.first, part.end, part.among)}")
        compared = connection.table("pairs").count("*").fetchall()[0][0]
        if not compared:
            return 0, iter(())
        with quietly():
            api = DuckDBAPI(connection=connection)
            linker = Linker(api.register("records", dataset_display_name="all"), settings())
            linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
            found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        rows = connection.sql(FOUND.format(found=found.physical_name))
        return compared, (Pair(*row) for row in rows.fetchall())
