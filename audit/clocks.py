"""Rule: no module reads a clock while it is loaded, because the value is wrong after midnight."""

import ast
from collections.abc import Iterator
from pathlib import Path

from audit.code import ROOT, name_of

CLOCKS = frozenset({"localdate", "localtime", "now", "today", "utcnow", "time_ns"})
ROOMS = ("handrail", "tests", "bench", "audit")
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


def troubles(root: Path = ROOT) -> list[str]:
    """Return where a clock is read at import, a line each. Tests are checked too: a run may pass midnight."""
    return [
        f"{path.relative_to(root)}:{line} reads a clock while it is loaded: read it where it is used."
        for room in ROOMS
        for path in sorted((root / room).rglob("*.py"))
        for line in clocks_in(path.read_text(encoding="utf-8"))
    ]
