"""Whether this process can serve."""

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to


class TestHealthPage(PageTests):
    page = "health"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC | {
        "whether the database answers": 1,
    }

    def test_it_says_well_and_nothing_else(self) -> None:
        assert self.get().text == "well\n"
