"""Linking on Spark: the same statements and the same comparison, on one machine or on many."""

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
LOCAL_PARTS = "4"  # into how many parts one machine divides what it sorts


class Spark:
    """The work in a folder that every machine of the cluster reaches, done by Spark."""

    def __init__(self, folder: Path, memory: str, master: str = LOCAL) -> None:
        self.folder, self.memory, self.master = folder, memory, master

    @cached_property
    def session(self) -> SparkSession:
        """Spark, started when it is first needed."""
        os.environ |= {"JAVA_HOME": java.home(self.folder), "PYSPARK_PYTHON": sys.executable}
        session = (
            SparkSession.builder.master(self.master)
            .appName("handrail link")
            .config("spark.driver.memory", self.memory)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.warehouse.dir", str(self.folder / "warehouse"))
            # Java code made for so many levels grows beyond what Java takes; Python does the work anyway.
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
        """How often what stands in the records more than once stands there."""
        return {row.what: int(row.often) for row in self.session.sql(blocking.COUNTS).collect()}

    def prepare(self, count: int, most: int) -> Common:
        """Leave out the keys that nobody shares and those that too many do."""
        self.session.sql(blocking.shared(count, most)).createOrReplaceTempView("shared")
        self.session.sql(blocking.KEPT).write.mode("overwrite").parquet(str(self.folder / KEPT))
        row = self.session.sql(blocking.common(most)).collect()[0]
        return Common(int(row["keys"]), int(row["records"]))

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]:
        """How many pairs of a part were compared, and those that weigh at least so much."""
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
    """What a process of Spark calls: it reads the counts when it is first asked."""

    def weigh(one: str, other: str) -> int:
        return weighing_by(counts)[fact](one, other)

    return weigh
