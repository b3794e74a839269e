"""The modules and names that our pages of documentation give: each of them exists.

A page names a module by its path, from the root of the repository or from `handrail/`, and a name in it after
`::`, as in `cases/engine/fold.py::fold`. Decisions are left out: they tell of the code of their day.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/*.md", "docs/security/*.md", "packs/README.md", "README.md", "CONTRIBUTING.md")
NAMED = re.compile(r"`([\w./-]+/[\w.-]+\.py)(?:::(\w+))?`")


def troubles(root: Path = ROOT) -> list[str]:
    """Return a sentence for each module or name that a page gives and the code does not have."""
    pages = sorted(page for pattern in PAGES for page in root.glob(pattern))
    return [sentence for page in pages for sentence in missing(page, root)]


def missing(page: Path, root: Path) -> Iterator[str]:
    """Yield what one page names and the code does not have."""
    for path, name in NAMED.findall(page.read_text(encoding="utf-8")):
        module = next((file for at in (root, root / "handrail") if (file := at / path).is_file()), None)
        if module is None:
            yield f"{page.relative_to(root)} names {path}, which does not exist."
        elif name and name not in names_in(module):
            yield f"{page.relative_to(root)} names {name} of {path}, which has no such name."


def names_in(module: Path) -> set[str]:
    """Return the classes, functions and constants that stand at the top of a module."""
    return {name for node in ast.parse(module.read_text(encoding="utf-8")).body for name in bound_by(node)}


def bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that one statement at the top of a module makes."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
