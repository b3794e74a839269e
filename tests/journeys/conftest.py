"""The site, the browser, and the people who use them."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys import following, site
from tests.journeys.visitor import NARROW, Looks, Visitor

# The first is the same engine without a window, which halves the work.
BROWSERS = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60_000  # milliseconds for a page on a busy machine
WIDE: ViewportSize = {"width": 1280, "height": 900}

Arrive = Callable[..., Visitor]


@pytest.fixture(scope="session")
def empty() -> Iterator[Path]:
    """Yield the home folder of a Handrail that was started once: a database without people."""
    with TemporaryDirectory(prefix="handrail-") as folder:
        home = Path(folder)
        site.start_once(home)
        yield home


@pytest.fixture(scope="session")
def populated(empty: Path) -> Iterator[Path]:
    """Yield the home folder of a Handrail with made-up people and cases."""
    with site.copied(empty) as home:
        site.tell(home)
        yield home


@pytest.fixture(scope="session")
def address(populated: Path) -> Iterator[str]:
    with site.running(populated) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    named = os.environ.get("HANDRAIL_CHROMIUM")
    program = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def looks() -> Looks:
    """Return which pages were examined in which width, for the whole run."""
    return Looks(thorough=bool(os.environ.get("HANDRAIL_TEST_EVERY_PAGE")))


@pytest.fixture(autouse=True)
def records_follow_from_entries(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Fail a journey after which a record of its site is not what the entries say."""
    with django_db_blocker.unblock():
        before = {home: following.moment_of(home) for home in site.RUNNING}
        assert before or "arrive" not in request.fixturenames
        yield
        for home, moment in before.items():
            following.compare(home, moment)


@pytest.fixture
def arrive(browser: Browser, address: str, looks: Looks) -> Iterator[Arrive]:
    """Yield a function that opens a browser for a person; fail at the end if any browser saw an error."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def arrive(*, on_phone: bool = False, script: bool = True) -> Visitor:
        size = NARROW if on_phone else WIDE
        context = browser.new_context(base_url=address, viewport=size, java_script_enabled=script)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        mirror = None if script else browser.new_context(viewport=size)
        if mirror:
            contexts.append(mirror)
        visitors.append(Visitor(context, looks, mirror))
        return visitors[-1]

    yield arrive
    for context in contexts:
        context.close()
    assert [error for visitor in visitors for error in visitor.errors] == []
