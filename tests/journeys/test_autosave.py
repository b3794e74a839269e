"""What somebody types is kept without their doing."""

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive

TYPED = "Said on Monday that he would"


def test_what_was_typed_is_there_after_the_tab_was_closed(arrive: Arrive) -> None:
    # Given a supervisor in the middle of a sentence
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    supervisor.follow("Cases")
    supervisor.page.locator("main tbody a").first.click()
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
    supervisor.reads("Begun and not sent")
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
    supervisor = arrive()
    supervisor.step_in("MASH officer")
    supervisor.follow("Cases")
    supervisor.page.locator("main tbody a").first.click()
    supervisor.follow("Add information", within="main")
    supervisor.press("Begin")
    address = supervisor.page.url
    supervisor.page.get_by_label("Who says so?").press_sequentially("His aunt")
    with supervisor.context.expect_event("response", lambda answer: answer.request.method == "POST"):
        supervisor.page.close(run_before_unload=True)
    supervisor.open_tab()
    supervisor.go(address)
    expect(supervisor.page.get_by_label("Who says so?")).to_have_value("His aunt")
