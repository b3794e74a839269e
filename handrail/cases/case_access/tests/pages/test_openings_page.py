"""Accesses with a reason: the user, the case, and the reason."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.cases.case_access.tests.test_opening import opened
from handrail.cases.tests.page import RoomTests


class TestOpeningsPage(RoomTests):
    page = "cases:openings"
    user = "supervisor"
    colleague = refused_to("officer", because="Openings are for those who review them.")
    other_force = shown_to("supervisor_elsewhere", because="They review the openings of their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of openings": 1,
        "their cases": 1,
        "which cases may be shown with a name": 1,
    }

    def arrange(self) -> None:
        self.grant = opened(self.case, self.cast.second_officer)

    def test_it_lists_what_nobody_has_reviewed(self) -> None:
        text = self.get().text
        review = reverse("cases:opening", args=[self.grant.pk])
        for words in (self.cast.second_officer.name, "Needed today", review):
            assert words in text
        assert "Needed today" not in self.get("?state=reviewed").text
