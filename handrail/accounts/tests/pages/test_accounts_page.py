"""Finding an account, and what ends soon."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests
from handrail.organisations.models import Person


class TestAccountsPage(AccountTests):
    page = "accounts:accounts"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="They find the accounts of their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "how many accounts there are": 1,
        "a page of accounts": 1,
        "the posts of these accounts": 1,
        "posts and vetting that end soon": 1,
    }

    def kept_from_others(self) -> list[str]:
        return [self.cast.officer.email]

    def test_an_account_is_found_however_the_name_is_typed(self) -> None:
        Person.objects.filter(pk=self.cast.officer.pk).update(name="Oisín Mc Łoughlin")
        for words in ("oisin", "McLoughlin", "OISIN MC LOUGHLIN", "Mc Łoughlin"):
            assert self.cast.officer.email in self.post(words=words).text

    def test_an_account_is_found_by_name_or_address(self) -> None:
        for words in ("olu", "ADE olu", self.cast.officer.email):
            assert self.cast.officer.email in self.post(words=words).text
        assert self.cast.officer.email not in self.post(words="nobody at all").text
