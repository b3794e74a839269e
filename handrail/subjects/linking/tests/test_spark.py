"""Spark, on this machine with Java from a wheel, proposes what DuckDB does."""

from pathlib import Path

import pytest

from handrail.subjects.linking import java
from handrail.subjects.linking.duck import Duck
from handrail.subjects.linking.running import matches
from handrail.subjects.linking.tests.test_linking import linked, made_up

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # half the time that Java takes to get going


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore")
def test_spark_on_the_java_of_the_wheel_proposes_what_duckdb_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handrail.subjects.linking.spark import Spark  # only `make test-all` installs it

    monkeypatch.setattr(java, "home", java.of_wheel)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", QUICK)
    records = made_up(40)
    by_duck = linked(records, tmp_path / "duck", Duck(tmp_path / "duck", "500MB"))
    spark = Spark(tmp_path / "spark", "700m", "local[1]")
    try:
        by_spark = linked(records, tmp_path / "spark", spark)
    finally:
        spark.session.stop()
    assert by_spark == by_duck
    assert list(matches(tmp_path / "spark")) == list(matches(tmp_path / "duck")) != []
