"""Every page that is about a case, a draft, a matter or a redacted version loads it as all others do.

What the shared loaders give is asked once, of a few pages in every relation; here it is said that the others
use them. A page that does not stands below with the reason.
"""

import ast
import inspect
import textwrap

import pytest

from handrail.access.audience import Audience
from handrail.access.pages import Page, pages
from handrail.cases.loading import AccessLevel

WORKED_ON = frozenset({AccessLevel.WHOLE})
ALSO_TO_READ = WORKED_ON | {AccessLevel.READING}
ALSO_IN_PART = ALSO_TO_READ | {AccessLevel.PART}
# The pages of a case that open to users who do not work on the case.
WIDER = {
    "cases:case": ALSO_IN_PART,
    "cases:entry": ALSO_IN_PART,
    "cases:documents": ALSO_IN_PART,
    "cases:document": ALSO_IN_PART,
    "cases:print": ALSO_IN_PART,
    "cases:assessments": ALSO_TO_READ,
    "cases:assessed": ALSO_TO_READ,
    "cases:plan": ALSO_TO_READ,
    "cases:actions": ALSO_TO_READ,
    "cases:people": ALSO_TO_READ,
    "cases:timeline": ALSO_TO_READ,
    "cases:identity": ALSO_TO_READ,
    "cases:person": ALSO_TO_READ,
}
# The pages of a case that the decorator does not load, each with what they load it by and why.
BESIDE = {
    "cases:open": ("visible_case", "Asks for the reason, so it is for those who see where a case stands."),
    "cases:take-on": (
        "take_on",
        "The act finds it among the restricted cases that nobody sees, and who takes concerns is told of.",
    ),
}
# The function by which a view loads the object that a part of its address names.
OWN_DRAFT, DRAFT_OF_THE_BROWSER = "own_draft", "session_draft"
LOADERS = {
    "draft_id": OWN_DRAFT,
    "register_entry_id": "readable_register_entry",
    "redacted_id": "readable_redacted",
    "summary_id": "summary_of",
    "possible_match_id": "_one",
}
# And on a page that is open to anybody, where nobody owns a draft and the browser that began it holds it.
OPEN_LOADERS = {"draft_id": DRAFT_OF_THE_BROWSER}
OF_A_CASE = [page for page in pages() if "case_id" in page.parts]
OF_A_RECORD = [page for page in pages() if "record_id" in page.parts]
# The pages of a record of any kind that add to it; the others show it to its readers.
ADDING = {"cases:record-marking", "cases:record-entry-marking"}
BY_A_FUNCTION = [(page, part) for page in pages() for part in page.parts if part in LOADERS]


def named(page: Page) -> str:
    return page.name


@pytest.mark.parametrize("page", OF_A_CASE, ids=named)
def test_every_page_of_a_case_is_loaded_by_the_one_decorator(page: Page) -> None:
    levels = getattr(page.view, "access_levels", None)
    if page.name in BESIDE:
        assert levels is None, f"{page.name} goes through the decorator now: take it off the list."
        return
    assert levels == WIDER.get(page.name, WORKED_ON), (
        "Decorate the view with @of_case(AccessLevel.WHOLE). A page that opens to users who do not work on "
        "the case stands in WIDER, in tests/test_loaders.py, with the levels of its decorator."
    )
    arguments = inspect.signature(inspect.unwrap(page.view)).parameters
    assert "case_id" not in arguments, "The view itself is given the case, and no id to load another way."


@pytest.mark.parametrize("page", OF_A_RECORD, ids=named)
def test_every_page_of_any_kind_of_record_is_loaded_by_the_one_decorator(page: Page) -> None:
    assert getattr(page.view, "to_change", None) is (page.name in ADDING)
    arguments = inspect.signature(inspect.unwrap(page.view)).parameters
    assert not {"kind", "record_id"} & set(arguments)


@pytest.mark.parametrize("name", BESIDE)
def test_a_page_beside_the_decorator_loads_by_what_the_list_says(name: str) -> None:
    view = next(page.view for page in OF_A_CASE if page.name == name)
    loader, _ = BESIDE[name]
    assert loader in calls_of(view)


@pytest.mark.parametrize(("page", "part"), BY_A_FUNCTION, ids=lambda given: getattr(given, "name", given))
def test_what_an_address_names_is_loaded_by_the_one_function_for_it(page: Page, part: str) -> None:
    """The id is given to that function, and nothing else in the view reads it.

    Whether an address names anything at all (`draft_id is None`) may be asked beside; that reads no id.
    """
    body = body_of(page.view)
    read = [node for node in ast.walk(body) if isinstance(node, ast.Name) and node.id == part]
    given = [
        argument
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == loader_of(page, part)
        for argument in node.args
    ]
    asked = [node.left for node in ast.walk(body) if isinstance(node, ast.Compare) and is_with_none(node)]
    assert any(node is argument for node in read for argument in given)
    assert all(any(node is allowed for allowed in [*given, *asked]) for node in read)


def loader_of(page: Page, part: str) -> str:
    """The one function that may be given the id, by whether the page is open to anybody."""
    return (OPEN_LOADERS if page.audience is Audience.PUBLIC else LOADERS)[part]


def is_with_none(compared: ast.Compare) -> bool:
    """Whether something is compared with None by identity, and with nothing else."""
    return ast.unparse(compared).endswith((" is None", " is not None")) and len(compared.ops) == 1


def test_only_drafts_are_named_by_pages_that_are_open_to_anybody() -> None:
    named = {part for page, part in BY_A_FUNCTION if page.audience is Audience.PUBLIC}
    assert named == set(OPEN_LOADERS)


def test_no_list_names_a_page_that_is_gone() -> None:
    assert set(WIDER) | set(BESIDE) <= {page.name for page in OF_A_CASE}
    assert {page.name for page in OF_A_RECORD} >= ADDING
    assert set(LOADERS) <= {part for page in pages() for part in page.parts}


def body_of(view: object) -> ast.AST:
    """The source of a view under all its decorators."""
    [function] = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view)))).body  # type: ignore[arg-type]
    assert isinstance(function, ast.FunctionDef)
    return ast.Module(function.body, [])


def calls_of(view: object) -> set[str]:
    """The names of the functions that a view calls, without where they are from."""
    called = (node.func for node in ast.walk(body_of(view)) if isinstance(node, ast.Call))
    return {ast.unparse(function).rpartition(".")[2] for function in called}
