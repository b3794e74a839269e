"""Choosing a password by a link."""

from handrail.access.tests.page import NOBODY, PUBLIC, hidden_from
from handrail.sign_in.tests.pages.page import SignInTests


class TestLinkPage(SignInTests):
    page = "sign_in:link"
    user = "invited"
    colleague = hidden_from("officer", because="They came by no link.")
    other_force = hidden_from("stranger", because="They came by no link.")
    nobody = hidden_from(NOBODY, because="They came by no link.")
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "the link, with whom it is for": 1,
        "whether they have a second factor": 1,
        "whether an outside sign-in knows them": 1,
    }

    def kept_from_others(self) -> list[str]:
        return [self.cast.spoc.email]

    def test_the_password_is_chosen_and_the_link_is_used_up(self) -> None:
        client = self.client("invited")
        assert self.cast.spoc.email in client.get(self.address).text
        assert client.post(self.address, {"password": "four words of another kind"}).status_code == 302
        assert self.person("spoc").check_password("four words of another kind")
        assert self.client("invited").get(self.address).status_code == 404
