"""The pages that a menu has no room for."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import RoomTests


class TestMorePage(RoomTests):
    page = "web:more"
    colleague = shown_to("second_officer", because="Everybody has a menu of their own.")
    other_force = shown_to("stranger", because="Everybody has a menu of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN

    def kept_from_others(self) -> list[str]:
        return []  # the page shows no record

    def test_it_links_the_pages_that_are_not_on_the_row(self) -> None:
        main = self.get().text.partition("<main")[2]
        assert "Your referrals" in main
        assert ">Cases<" not in main

    def test_it_says_so_where_the_menu_has_room_for_all(self) -> None:
        assert "All your pages are in the menu above." in self.get(who="administrator").text
