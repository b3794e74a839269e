"""The page of a user's mail settings."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import RoomTests
from handrail.notices.actions import mail_choices
from handrail.notices.kinds import choosable
from handrail.notices.models import Mail


class TestMailPage(RoomTests):
    page = "notices:mail"
    colleague = shown_to("second_officer", because="Everybody chooses for themselves.")
    other_force = shown_to("stranger", because="Everybody chooses for themselves.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = SIGNED_IN | {
        "what they chose": 1,
    }

    def test_what_is_chosen_counts_for_whoever_chose_it(self) -> None:
        page = self.follow(**dict.fromkeys(choosable(), "at-once"))
        assert "Your choices have been saved." in page.text
        assert set(mail_choices(self.person("officer")).values()) == {Mail("at-once")}
        assert set(mail_choices(self.person("second_officer")).values()) != {Mail("at-once")}

    def test_what_is_not_chosen_is_asked_for(self) -> None:
        page = self.post()
        assert page.status_code == 422
        assert "Choose how you are told by email" in page.text
