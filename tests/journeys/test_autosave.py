"""A draft is saved while the user types."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

TYPED = "Said on Monday that he would"


def begin_to_add_information(officer: Visitor) -> None:
    """Step in as an officer of the MASH and begin a form on their first case."""
    officer.step_in("MASH officer")
    officer.follow("Cases")
    officer.open_first_row()
    officer.follow("Add information", within="main")
    officer.press("Begin")


def test_what_was_typed_is_there_after_the_tab_was_closed(arrive: Arrive) -> None:
    # Given a supervisor in the middle of a sentence
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    supervisor.follow("Cases")
    supervisor.open_first_row()
    case = supervisor.heading
    supervisor.follow("Add information", within="main")
    supervisor.press("Begin")
    words = supervisor.page.get_by_label("What was said, seen or reported?")
    words.press_sequentially(TYPED)

    # When the page had the time to save, and the tab is closed
    expect(supervisor.page.get_by_role("status")).to_contain_text("Draft saved at")
    supervisor.page.close()

    # Then it is there again, from the home page on
    supervisor.open_tab()
    supervisor.go("/home/")
    supervisor.reads("Drafts")
    supervisor.follow(f"Further information: {case}")
    supervisor.reads(TYPED)
    supervisor.press("Continue")
    expect(supervisor.page.get_by_label("What was said, seen or reported?")).to_have_value(TYPED)

    # And nobody else sees it
    other = arrive()
    other.step_in("MASH officer")
    other.page.goto(supervisor.page.url)
    assert other.heading == "Page not found"


def test_what_was_typed_last_is_kept_when_the_tab_is_closed_at_once(arrive: Arrive) -> None:
    # Given somebody who types and closes the tab before the page saves by itself
    officer = arrive()
    begin_to_add_information(officer)
    address = officer.page.url
    officer.page.get_by_label("Who says so?").press_sequentially("His aunt")
    officer.page.close(run_before_unload=True)
    officer.open_tab()

    # Then it arrives, though a moment after the page has gone
    for _ in range(200):
        officer.page.goto(address)
        if officer.page.get_by_label("Who says so?").input_value() == "His aunt":
            return
        officer.page.wait_for_timeout(300)
    pytest.fail("What was typed last was lost")


def test_two_tabs_of_one_page_lose_neither_text(arrive: Arrive) -> None:
    # Given somebody who has one page of one form in two tabs
    officer = arrive()
    begin_to_add_information(officer)
    first, address = officer.page, officer.page.url
    second = officer.open_tab()
    officer.go(address)
    second.get_by_label("Who says so?").fill("His teacher")
    officer.press("Save and come back later")

    # When the first one goes on, it is told of the other
    officer.page = first
    first.get_by_label("Who says so?").fill("His uncle")
    expect(first.get_by_role("status")).to_contain_text("This page was changed, perhaps in another tab.")
    officer.press("Save and continue")

    # Then both stand there, and what was typed can be left
    officer.reads("What is saved:")
    officer.reads("His teacher")
    expect(first.get_by_label("Who says so?")).to_have_value("His uncle")
    officer.press("Discard what I typed here")
    expect(first.get_by_label("Who says so?")).to_have_value("His teacher")
