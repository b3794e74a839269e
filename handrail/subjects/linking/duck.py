"""Linking on one machine with DuckDB, in as many processes as there are processors.

The comparison is Python and uses one processor in each process. So each process has its share of the parts
and its own database.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker

from handrail.subjects.linking import blocking
from handrail.subjects.linking.model import function, quietly, settings
from handrail.subjects.linking.parts import Common, Pair, Part
from handrail.subjects.linking.weighing import Counts, weighing_by

KEPT = "kept.parquet"


class Duck:
    """Linking in a folder, done by DuckDB within a limit of memory."""

    def __init__(self, folder: Path, memory: str) -> None:
        self.folder, self.memory = folder, memory

    def opened(self) -> "duckdb.DuckDBPyConnection":
        """Open an in-memory database that spills into the folder when it reaches its limit of memory."""
        connection = duckdb.connect(
            config={
                "memory_limit": self.memory,
                "threads": 1,
                "temp_directory": str(self.folder / "spilled"),
                "preserve_insertion_order": False,
            }
        )
        connection.execute("SET enable_progress_bar = false")
        for name in ("records", "keys", "counts"):
            connection.read_parquet(str(self.folder / name / "*.parquet")).create_view(name)
        return connection

    def counted(self) -> dict[str, int]:
        """Return the count of each value that occurs more than once in the records."""
        return dict(self.opened().execute(blocking.COUNTS).fetchall())

    def prepare(self, count: int, most: int) -> Common:
        """Drop the keys that only one record has, or that too many records share."""
        connection = self.opened()
        connection.sql(blocking.shared(count, most)).create("shared")
        kept, part = self.folder / KEPT, self.folder / f"{KEPT}.part"
        connection.sql(blocking.KEPT).order("key").write_parquet(str(part))
        part.rename(kept)
        ((keys, records),) = connection.sql(blocking.common(most)).fetchall()
        return Common(int(keys), int(records))

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]:
        """Return how many pairs of a part were compared, and the pairs that weigh at least `least` bits."""
        connection = self.opened()
        for fact, weigh in weighing_by(Counts.of(counts)).items():
            connection.create_function(function(fact), weigh, ["VARCHAR", "VARCHAR"], "SMALLINT")
        connection.read_parquet(str(self.folder / KEPT)).create_view("kept")
        connection.sql(blocking.pairs(part.first, part.end, part.among)).create("pairs")
        compared = connection.table("pairs").count("*").fetchall()[0][0]
        if not compared:
            return 0, iter(())
        with quietly():
            api = DuckDBAPI(connection=connection)
            linker = Linker(api.register("records", dataset_display_name="all"), settings())
            linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
            found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        rows = connection.sql(blocking.found(found.physical_name))
        return compared, (Pair(*row) for row in rows.fetchall())
