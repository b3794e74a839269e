"""What is done with what somebody writes."""

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to
from handrail.records.packs import current_pack


class TestPrivacyPage(PageTests):
    page = "web:privacy"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC

    def test_it_says_how_long_a_draft_is_kept(self) -> None:
        text = self.get().text
        assert "How we use what you write" in text
        assert f"{current_pack().draft_days} days" in text
