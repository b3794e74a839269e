"""A user is notified, opens the case and chooses e-mail settings; a supervisor hears of what stays late."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor


def unread(visitor: Visitor) -> str:
    return visitor.page.locator(".handrail-navigation .moj-notification-badge").inner_text()


def test_an_officer_is_told_opens_the_case_and_chooses_what_comes_by_mail(arrive: Arrive) -> None:
    # Given an officer whom the navigation tells of something
    officer = arrive()
    officer.step_in("Prevent officer")
    before = unread(officer)
    officer.follow("Notices")

    # When they open the case of the first notice about one, it is its case
    about = "main tbody tr:has(a[href^='/cases/'])"
    first = officer.page.locator(about).first
    case = first.locator("a").first.inner_text()
    officer.open(first.locator("a"))
    assert case in officer.heading

    # And mark it as read, it is there no more, and counted no more
    officer.follow("Notices")
    rows = officer.page.locator("main tbody tr").count()
    officer.open(officer.page.locator(about).first.get_by_role("button"))
    if before.isdecimal():
        badge = officer.page.locator(".handrail-navigation .moj-notification-badge")
        assert (badge.inner_text() if badge.count() else "0") == str(int(before) - 1)
        assert officer.page.locator("main tbody tr").count() in {rows - 1, 25}
    officer.follow("Read", exact=True, within="main")
    officer.reads(case)

    # Then they choose what they are told by mail
    officer.follow("Your notice settings")
    officer.page.get_by_label("Late", exact=True).select_option("At once")
    officer.page.get_by_label("Opened by somebody with a reason").select_option("Not by email")
    officer.press("Save")
    officer.reads("Your choices have been saved")
    assert officer.page.get_by_label("Late", exact=True).input_value() == "at-once"


def test_a_supervisor_is_told_what_stays_late_and_cannot_switch_that_off(arrive: Arrive) -> None:
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    supervisor.follow("Notices")
    supervisor.reads("Overdue in your team")
    supervisor.follow("Your notice settings")
    ways = supervisor.page.get_by_label("Overdue in your team").locator("option")
    assert "Not by email" not in ways.all_inner_texts()
    supervisor.go("/notices/")
    supervisor.press("Mark all as read")
    supervisor.reads("You have no new notices")
    assert supervisor.page.locator(".moj-notification-badge").count() == 0
