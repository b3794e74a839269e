"""One policy by its name, as a page that stands alone."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, PageTests, shown_to
from handrail.records.packs import known_packs


class TestPolicyCalledPage(PageTests):
    page = "web:policy-called"
    colleague = shown_to("second_officer", because="The policy is for everybody who works with it.")
    other_force = shown_to("stranger", because="The policy is for everybody who works with it.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT

    def parts(self) -> list[Any]:
        return ["england-wales-2025"]

    def test_it_shows_that_policy(self) -> None:
        newer = next(pack for pack in known_packs() if pack.id == "england-wales-2025")
        assert newer.title in self.get().text

    def test_a_policy_that_there_is_not_is_not_found(self) -> None:
        assert self.client("officer").get(reverse(self.page, args=["nothing"])).status_code == 404
