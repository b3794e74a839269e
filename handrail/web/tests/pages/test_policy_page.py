"""The policy for new cases, as a page that stands alone."""

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, PageTests, shown_to
from handrail.records.packs import current_pack


class TestPolicyPage(PageTests):
    page = "web:policy"
    colleague = shown_to("second_officer", because="The policy is for everybody who works with it.")
    other_force = shown_to("stranger", because="The policy is for everybody who works with it.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT

    def test_it_shows_the_policy_and_may_do_nothing_else(self) -> None:
        page = self.get()
        assert current_pack().title in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
