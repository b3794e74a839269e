"""The template of the tests' databases is made anew when anything changes that the database is made of."""

import ast
from pathlib import Path

import handrail
from handrail.config import database, finding, privileges, row_security, rows, watching
from handrail.config.tests.databases import DECLARED

ROOT = Path(handrail.__file__).parents[1]
MAKERS = (row_security, rows, privileges, finding, watching)
SAYS_NOTHING = {database.__name__}  # the roles that connect, and where


def imported(path: Path) -> set[str]:
    """Return the modules of Handrail from which a file takes names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handrail."):
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if (ROOT / f"{name.replace('.', '/')}.py").exists()}


def test_every_module_that_the_database_is_made_of_changes_the_template() -> None:
    used = set[str]().union(*(imported(Path(str(maker.__file__))) for maker in MAKERS))
    assert "handrail.cases.models.rows" in used
    undeclared = used - {module.__name__ for module in DECLARED} - SAYS_NOTHING
    assert sorted(undeclared) == [], "Add these modules to DECLARED of handrail/config/tests/databases.py."
