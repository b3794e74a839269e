"""Taking over cases that were offered."""

from django.urls import reverse

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.models import FollowUp
from handrail.cases.steps import handing_over
from handrail.cases.tests.page import RoomTests


class TestTakeOverPage(RoomTests):
    page = "cases:take-over"
    user = "second_officer"
    colleague = shown_to("practitioner", because="Nothing was offered to them.")
    other_force = shown_to("stranger", because="Nothing was offered to them.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "what was offered to them, with the cases": 1,
        "which cases may be shown with a name": 1,
    }

    def arrange(self) -> None:
        with context.asking(self.cast.supervisor):
            handing_over.offer_all(
                self.cast.officer, self.cast.second_officer, "On leave", by=self.cast.supervisor
            )

    def test_what_was_offered_is_theirs_from_now_on(self) -> None:
        assert self.address in self.client("second_officer").get(reverse("web:home")).text
        assert self.case.reference in self.get().text
        offered = FollowUp.objects.get(to_person=self.cast.second_officer)
        assert "1 case is now yours" in self.follow(case=offered.pk).text
        self.case.refresh_from_db()
        assert self.case.owner == self.cast.second_officer

    def test_nothing_passes_on_while_nothing_is_selected(self) -> None:
        assert self.post().status_code == 422
        self.case.refresh_from_db()
        assert self.case.owner == self.cast.officer
