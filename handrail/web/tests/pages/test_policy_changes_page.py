"""What changes from one policy to another."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, PageTests, shown_to
from handrail.records.packs import known_packs


class TestPolicyChangesPage(PageTests):
    page = "web:policy-changes"
    colleague = shown_to("second_officer", because="The policy is for everybody who works with it.")
    other_force = shown_to("stranger", because="The policy is for everybody who works with it.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT

    def parts(self) -> list[Any]:
        return ["england-wales-2018", "england-wales-2025"]

    def test_it_names_both_and_says_what_is_different(self) -> None:
        titles = {pack.id: pack.title for pack in known_packs()}
        text = self.get().text
        for pack_id in self.parts():
            assert titles[pack_id] in text
