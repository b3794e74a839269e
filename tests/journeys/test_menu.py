"""The menu stands on one row of a wide screen, and what it has no room for is behind “More”."""

import pytest

from handrail.organisations.roles import Role
from tests.journeys.conftest import Arrive

FULL = (Role.PREVENT_SUPERVISOR, Role.NATIONAL_ASSURANCE, Role.MASH_OFFICER, Role.SPOC)  # the most entries


@pytest.mark.parametrize("role", FULL)
def test_the_menu_stands_on_one_row_of_a_wide_screen(arrive: Arrive, role: Role) -> None:
    visitor = arrive()
    visitor.step_in(role.label)
    links = visitor.page.locator(".handrail-navigation a").all()
    boxes = [box for link in links if (box := link.bounding_box())]
    assert len(boxes) == len(links) > 5
    assert {round(box["y"]) for box in boxes} == {round(boxes[0]["y"])}
    visitor.follow("More", exact=True, within="nav")
    assert visitor.heading == "More"
    assert visitor.page.locator("main a").count()
