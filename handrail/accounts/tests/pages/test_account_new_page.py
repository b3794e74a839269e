"""Making an account with its first post."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests
from handrail.organisations.models import Person, Post


class TestAccountNewPage(AccountTests):
    page = "accounts:account-new"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="They make accounts in their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the areas that they manage": 1,
        "the bodies that they manage": 1,
    }

    def kept_from_others(self) -> list[str]:
        return ["Borsetshire Prevent team"]

    def test_the_account_is_made_with_its_first_post(self) -> None:
        who = {"name": "Eve New", "email": "eve.new@example.org", "reason": "She begins on Monday"}
        page = self.follow(**who, **self.first_post())
        assert "The account of Eve New was made." in page.text
        assert Post.objects.get(person__email="eve.new@example.org").role == "prevent-officer"

    def test_what_is_missing_is_said_and_nobody_is_made(self) -> None:
        page = self.post(name="Eve New")
        assert page.status_code == 422
        assert not Person.objects.filter(name="Eve New").exists()
