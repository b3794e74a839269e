"""The shape of our code: lengths of functions and files, and import cycles.

Tests, migrations and tables of data are not counted.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import grimp

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400  # lines
MEDIAN = 8  # lines of a function
ONE_IN_TEN = 25  # lines that nine in ten functions do not exceed
NOT_COUNTED = {"tests", "migrations"}


def sources() -> Iterator[Path]:
    """Yield the files that are checked."""
    for path in sorted((ROOT / "handrail").rglob("*.py")):
        if not NOT_COUNTED & set(path.parts):
            yield path


def lengths(tree: ast.AST) -> Iterator[int]:
    """Yield the number of lines of each function, without its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[0].end_lineno if ast.get_docstring(node) else node.body[0].lineno - 1
            yield (node.end_lineno or 0) - (start or 0)


def too_long(paths: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence for each file and each figure over its limit."""
    found: list[int] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        found += lengths(ast.parse(text))
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            yield f"{path.relative_to(ROOT)} has {lines} lines: split it by subject, below {LONGEST_FILE}."
    middle, ninth = median(found), sorted(found)[len(found) * 9 // 10]
    if middle > MEDIAN:
        yield f"The median function has {middle} lines; {MEDIAN} is the limit."
    if ninth > ONE_IN_TEN:
        yield f"One function in ten is longer than {ninth} lines; {ONE_IN_TEN} is the limit."


@cache
def imports() -> dict[str, frozenset[str]]:
    """Return the imports of each module, without tests and migrations."""
    graph = grimp.build_graph("handrail")
    own = {module for module in graph.modules if not NOT_COUNTED & set(module.split("."))}
    return {
        module: frozenset(graph.find_modules_directly_imported_by(module) & own) for module in sorted(own)
    }


def circles(graph: dict[str, frozenset[str]]) -> Iterator[str]:
    """Yield a sentence for each module in an import cycle, with the shortest cycle."""
    for module in graph:
        way = way_back(module, graph)
        if way and module == min(way):
            yield f"Files import each other in a circle: {' > '.join([*way, module])}."


def way_back(module: str, graph: dict[str, frozenset[str]]) -> list[str]:
    """Return the shortest chain of imports from a module back to itself; empty if there is none."""
    ways, seen = [[module]], {module}
    for way in ways:
        for imported in sorted(graph[way[-1]]):
            if imported == module:
                return way
            if imported not in seen:
                seen.add(imported)
                ways.append([*way, imported])
    return []


def troubles() -> list[str]:
    """Return every fault of the shape, a sentence each."""
    return [*too_long(sources()), *circles(imports())]
