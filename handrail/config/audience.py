"""Finds every page, and says which have no stated audience or no test.

`python -m handrail.config.audience` lists all of them and ends with 1 when something is missing. A test names
a page in the table of `tests/test_every_url.py`.
"""

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from handrail.access.audience import Audience

TABLE = Path(__file__).resolve().parents[2] / "tests" / "test_every_url.py"


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the site."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def audience(self) -> "Audience | None":
        """For whom the page says it is."""
        found: Audience | None = getattr(self.view, "audience", None)
        return found


def pages() -> list[Page]:
    """Every page of the site, in the order in which addresses are matched."""
    return list(_pages(get_resolver().url_patterns, "", ""))


def _pages(patterns: Sequence[URLPattern | URLResolver], route: str, namespace: str) -> Iterator[Page]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _pages(pattern.url_patterns, here, inner)
        else:
            yield Page(f"{namespace}{pattern.name or ''}", f"/{here}", pattern.callback)


def troubles(pages: Sequence[Page], tested: set[str]) -> list[str]:
    """What is missing, a sentence each: a name, a stated audience, a test."""
    found = [f"{page.route} has no name." for page in pages if not page.name.rpartition(":")[2]]
    found += [
        f"{page.route} states no audience: decorate its view." for page in pages if page.audience is None
    ]
    found += [f"{page.name} has no line in {TABLE.name}." for page in pages if page.name not in tested]
    known = {page.name for page in pages}
    return found + [f"{name} is tested but is no page any more." for name in sorted(tested - known)]


def names_in_tests(table: Path = TABLE) -> set[str]:
    """The names of the pages in the table of the tests, read without running them."""
    for node in ast.walk(ast.parse(table.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.value, ast.Dict)
            and ast.unparse(node.target) == "TABLE"
        ):
            return {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    raise ValueError(f"{table} holds no table called TABLE.")


def main() -> int:
    """Print every page with its audience, then what is missing. Gives the exit status."""
    found = pages()
    for page in found:
        print(f"{page.audience.name if page.audience else '?':14} {page.name:24} {page.route}")
    missing = troubles(found, names_in_tests())
    for sentence in missing:
        print(sentence, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.config.settings")
    django.setup()
    sys.exit(main())
