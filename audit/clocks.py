"""Rules on clocks: no module reads one while it is loaded, and no function that is given the time.

What is read at loading is wrong after midnight. Two readings in one act may lie on two days.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from audit.code import ROOT, name_of

CLOCKS = frozenset({"localdate", "localtime", "now", "today", "utcnow", "time_ns"})
ROOMS = ("handrail", "tests", "bench", "audit")
GIVEN = frozenset({"at", "now", "today"})
LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def run_at_loading(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that Python runs to load a module: all but function bodies, defaults included."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, LATER):
            yield child
            yield from run_at_loading(child)
            continue
        for part in [child.args, *getattr(child, "decorator_list", [])]:
            yield part
            yield from run_at_loading(part)


def clocks_in(text: str) -> list[int]:
    """Return the lines of a module that read a clock at import."""
    return sorted(
        {
            node.lineno
            for node in run_at_loading(ast.parse(text))
            if isinstance(node, ast.Call) and name_of(node.func) in CLOCKS
        }
    )


def read_beside_given(text: str) -> list[int]:
    """Return the lines that read a clock in a function that is given the time.

    Not the one of `at or now()`, which takes the place of a time that was not given.
    """
    functions = (
        node for node in ast.walk(ast.parse(text)) if isinstance(node, LATER) and is_given_time(node)
    )
    return sorted({line for function in functions for line in readings_in(function)})


def is_given_time(function: ast.AST) -> bool:
    """Return whether a function has a parameter for the time or the day."""
    arguments = next(part for part in ast.iter_child_nodes(function) if isinstance(part, ast.arguments))
    return not GIVEN.isdisjoint(one.arg for one in (*arguments.args, *arguments.kwonlyargs))


def readings_in(node: ast.AST) -> Iterator[int]:
    """Yield the lines of a function that read a clock, but for those that stand in for a time not given."""
    for child in ast.iter_child_nodes(node):
        stands_in = isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and child is node.values[-1]
        if isinstance(child, ast.Call) and name_of(child.func) in CLOCKS and not child.args and not stands_in:
            yield child.lineno
        yield from readings_in(child)


def troubles(root: Path = ROOT) -> list[str]:
    """Return where a rule is broken, a line each. Tests are checked too: a run may pass midnight."""
    paths = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    return [
        f"{path.relative_to(root)}:{line} {what}"
        for path in paths
        for lines_in, what in RULES
        for line in lines_in(path.read_text(encoding="utf-8"))
    ]


RULES = (
    (clocks_in, "reads a clock while it is loaded: read it where it is used."),
    (read_beside_given, "reads a clock in a function that is given the time: use that."),
)
