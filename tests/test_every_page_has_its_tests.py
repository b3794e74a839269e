"""Each page has a file of tests named after it; one that is missing, left over or says too little fails.

The file of `cases:hand-over` is `test_hand_over_page.py` in a folder `pages` of the tests of its room;
what it has to say is in `handrail/access/tests/page.py`.
"""

from importlib import import_module
from pathlib import Path

import pytest

from handrail.access.pages import Page, pages
from handrail.access.tests.page import PageTests

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "sign_in": "sign_in",
    "access": "access",
    "accounts": "accounts",
    "web": "web",
    "cases": "cases",
    "form_links": "records/form_links",
    "question_sets": "question_sets",
    "notices": "notices",
    "demo": "demo",
    "": "config",
}
DECLARED = ("colleague", "other_force", "nobody", "wrong_method", "queries")
MOST = 15  # queries of a page


def file_of(page: str) -> Path:
    """Return the test file of a page."""
    room, _, name = page.rpartition(":")
    folder = ROOT / "handrail" / FOLDERS[room] / "tests" / "pages"
    return folder / f"test_{(name or page).replace('-', '_')}_page.py"


def classes_in(file: Path) -> list[type[PageTests]]:
    """The classes of page tests that stand in a file, which may be missing."""
    if not file.exists():
        return []
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    found = vars(import_module(name)).values()
    return [
        one
        for one in found
        if isinstance(one, type) and issubclass(one, PageTests) and one.__module__ == name
    ]


def own(tests: type[PageTests]) -> set[str]:
    """What a class of page tests says itself, without what it has from its base."""
    return set(vars(tests))


def troubles(page: str) -> list[str]:
    """What is missing of the tests of a page, a sentence each."""
    file = file_of(page)
    if not file.exists():
        return [f"{page} has no tests of its own: write {file.relative_to(ROOT)}."]
    found = [tests for tests in classes_in(file) if tests.page == page]
    if len(found) != 1:
        return [f"{file.name} holds {len(found)} classes for {page}; one is wanted."]
    said = own(found[0])
    missing = [f"{file.name} does not say `{name}`." for name in DECLARED if name not in said]
    works = any(name.startswith("test_") for name in said)
    return missing + ([] if works else [f"{file.name} holds no test that the page works."])


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_has_its_tests(page: Page) -> None:
    assert troubles(page.name) == []


def test_no_file_is_left_of_a_page_that_is_gone() -> None:
    files = {file for folder in FOLDERS.values() for file in folder_of(folder).glob("test_*.py")}
    assert files - {file_of(page.name) for page in pages()} == set()


def folder_of(room: str) -> Path:
    return ROOT / "handrail" / room / "tests" / "pages"


def test_no_page_makes_more_queries_than_a_page_should() -> None:
    found = [tests for page in pages() for tests in classes_in(file_of(page.name))]
    assert [tests.page for tests in found if sum(tests.queries.values()) > MOST] == []


def test_a_page_without_tests_is_told_of_by_the_file_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    assert troubles("cases:forgotten") == [
        "cases:forgotten has no tests of its own: write handrail/cases/tests/pages/test_forgotten_page.py."
    ]
    from handrail.cases.pages.tests.pages.test_case_page import TestCasePage

    monkeypatch.delattr(TestCasePage, "queries")
    assert troubles("cases:case") == ["test_case_page.py does not say `queries`."]
