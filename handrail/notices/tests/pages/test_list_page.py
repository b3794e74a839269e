"""The list of a user's unread notices."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import NAME, RoomTests
from handrail.notices.models import Notice
from handrail.notices.tests.test_pages import tell


class TestListPage(RoomTests):
    page = "notices:list"
    user = "officer"
    colleague = shown_to("second_officer", because="Everybody has notices of their own.")
    other_force = shown_to("stranger", because="Everybody has notices of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of notices, with their cases": 1,
        "which cases may be shown with a name": 1,
    }

    def arrange(self) -> None:
        Notice.objects.all().delete()
        tell(self.cast.officer, self.case)

    def test_it_says_what_is_late_of_which_case(self) -> None:
        text = self.get().text
        for words in ("Late", "Safeguarding", self.case.reference, NAME, "2 days overdue"):
            assert words in text
        assert reverse("cases:case", args=[self.case.pk]) in text

    def test_what_was_told_to_a_colleague_is_not_there(self) -> None:
        assert self.case.reference not in self.get(who="second_officer").text
