"""The pages that no other journey visits, each checked as a user of the page."""

import pytest

from tests.journeys.conftest import Arrive

PAGES = {
    "": [
        "/",
        "/refer/",
        "/refer/return/",
        "/sign-in/",
        "/privacy/",
        "/accessibility/",
        "/cookies/",
        "/demonstration/",
        "/nowhere/",
    ],
    "Prevent supervisor": ["/home/", "/cases/", "/referrals/", "/referrals/new/", "/find/", "/checks/"],
    "Channel panel chair": ["/home/", "/cases/", "/referrals/"],
    "Regional Prevent co-ordinator": ["/home/", "/cases/", "/checks/"],
    "Administrator": [
        "/home/",
        "/cases/",
        "/roles/",
        "/accounts/",
        "/accounts/new/",
        "/accounts/new/?area=west-yorkshire",
    ],
    "Data protection officer": ["/home/", "/log/", "/patterns/"],
}


@pytest.mark.parametrize("post", PAGES)
def test_pages_can_be_read_by_everybody_on_any_screen(arrive: Arrive, post: str) -> None:
    visitor = arrive()
    if post:
        visitor.step_in(post)
    for path in PAGES[post]:
        visitor.go(path)
        assert visitor.heading


@pytest.mark.whole
def test_the_policy_can_be_read_by_whoever_works_with_it(arrive: Arrive) -> None:
    # The page runs no script of anybody's, so it is looked at as by a browser that runs none
    analyst = arrive(script=False)
    analyst.step_in("Analyst")
    analyst.follow("Policy in force")
    assert analyst.heading == "Prevent in England and Wales, 2025"
