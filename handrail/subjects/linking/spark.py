"""Linking on Spark, with the statements and the comparison of DuckDB, on one machine or many."""

import os
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.types import IntegerType
from splink import Linker, SparkAPI

from handrail.subjects.linking import blocking, java
from handrail.subjects.linking.model import function, quietly, settings
from handrail.subjects.linking.parts import Common, Pair, Part
from handrail.subjects.linking.weighing import FACTS, Counts, Weigh, weighing_by
from handrail.subjects.matching import Fact

KEPT = "kept"
LOCAL = "local[*]"
LOCAL_PARTS = "4"  # partitions on a single machine


class Spark:
    """Linking in a folder that every machine of the cluster can reach, done by Spark."""

    def __init__(self, folder: Path, memory: str, master: str = LOCAL) -> None:
        self.folder, self.memory, self.master = folder, memory, master

    @cached_property
    def session(self) -> SparkSession:
        """The Spark session, started on first use."""
        os.environ |= {"JAVA_HOME": java.home(self.folder), "PYSPARK_PYTHON": sys.executable}
        session = (
            SparkSession.builder.master(self.master)
            .appName("handrail link")
            .config("spark.driver.memory", self.memory)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.warehouse.dir", str(self.folder / "warehouse"))
            # Java code generated for so many levels exceeds Java's limits; Python does the comparison
            # anyway.
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.sql.shuffle.partitions", LOCAL_PARTS if self.master.startswith("local") else "200")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        for name in ("records", "keys", "counts"):
            session.read.parquet(str(self.folder / name)).createOrReplaceTempView(name)
        return session

    def counted(self) -> dict[str, int]:
        """Return the count of each value that occurs more than once in the records."""
        return {row.what: int(row.often) for row in self.session.sql(blocking.COUNTS).collect()}

    def prepare(self, count: int, most: int) -> Common:
        """Drop the keys that only one record has, or that too many records share."""
        self.session.sql(blocking.shared(count, most)).createOrReplaceTempView("shared")
        self.session.sql(blocking.KEPT).write.mode("overwrite").parquet(str(self.folder / KEPT))
        row = self.session.sql(blocking.common(most)).collect()[0]
        return Common(int(row["keys"]), int(row["records"]))

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]:
        """Return how many pairs of a part were compared, and the pairs that weigh at least `least` bits."""
        for fact in FACTS:
            self.session.udf.register(function(fact), calling(fact, Counts.of(counts)), IntegerType())
        self.session.read.parquet(str(self.folder / KEPT)).createOrReplaceTempView("kept")
        statement = blocking.pairs(part.first, part.end, part.among)
        self.session.sql(statement).persist().createOrReplaceTempView("pairs")
        compared = self.session.table("pairs").count()
        api = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self.session, break_lineage_method="persist", register_udfs_automatically=False
        )
        with quietly():
            linker = Linker(api.register("records", dataset_display_name="all"), settings())
            linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
            found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        rows = self.session.sql(blocking.found(found.physical_name)).collect()
        self.session.catalog.clearCache()
        return compared, (Pair(*row) for row in rows)


def calling(fact: Fact, counts: Counts) -> Weigh:
    """Return the function that a Spark process calls; it loads the counts on its first call."""

    def weigh(one: str, other: str) -> int:
        return weighing_by(counts)[fact](one, other)

    return weigh
