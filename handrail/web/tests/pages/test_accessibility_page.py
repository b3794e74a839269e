"""How far everybody can use the pages."""

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to


class TestAccessibilityPage(PageTests):
    page = "web:accessibility"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC

    def test_it_says_how_far_everybody_can_use_the_pages(self) -> None:
        text = self.get().text
        for words in ("Accessibility of Handrail", "WCAG"):
            assert words in text
