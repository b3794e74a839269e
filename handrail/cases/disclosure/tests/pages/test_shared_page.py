"""The redacted versions that were shared with a user."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.disclosure.tests.test_summaries import give
from handrail.cases.tests.page import RoomTests


class TestSharedPage(RoomTests):
    page = "cases:shared"
    user = "spoc"
    colleague = shown_to("chair", because="Everybody reads what was shared with them.")
    other_force = shown_to("stranger", because="Everybody reads what was shared with them.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "what was shared with them": 1,
        "the cases among it": 1,
        "the redacted versions among it": 1,
    }

    def arrange(self) -> None:
        give(self.desk.redaction.redacted, self.cast.supervisor, self.cast.spoc)

    def kept_from_others(self) -> list[str]:
        return [reverse("cases:redacted", args=[self.desk.redaction.redacted_id])]

    def test_it_lists_what_one_was_given_and_nothing_of_the_case(self) -> None:
        text = self.get().text
        assert "Redacted" in text
        assert self.kept_from_others()[0] in text
        assert self.case.reference not in text

    def test_the_home_of_whoever_was_given_it_leads_here(self) -> None:
        led_here = f'href="{reverse("cases:shared")}">Read what is shared with you'
        home = reverse("web:home")
        assert led_here in self.client("spoc").get(home).content.decode()
        assert led_here not in self.client("chair").get(home).content.decode()
