"""A user reaches every page by a link: some template or view names it, or it has a place in the menu."""

from functools import cache
from pathlib import Path

import pytest

from handrail.access.pages import Page, pages

ROOM = Path(__file__).resolve().parents[1] / "handrail"
NOT_FOR_USERS = {"health"}  # asked by whoever watches the service


@cache
def sources() -> str:
    """Return the text of all templates and of all code but tests and addresses."""
    files = [file for ending in ("*.html", "*.py") for file in ROOM.rglob(ending)]
    left_out = [file for file in files if "tests" in file.parts or file.name == "urls.py"]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file not in left_out)


def is_reached(page: Page) -> bool:
    return bool(page.menu) or any(f"{quote}{page.name}{quote}" in sources() for quote in "\"'")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_is_linked(page: Page) -> None:
    assert is_reached(page) != (page.name in NOT_FOR_USERS), (
        f"Nothing leads to {page.name}: link it by {{{{ url('{page.name}') }}}} in a template, "
        "or give @page a menu=Menu(...)."
    )


def test_a_page_that_nothing_names_is_told_of() -> None:
    assert not is_reached(Page("cases:forgotten", "/forgotten/", lambda request: None))
