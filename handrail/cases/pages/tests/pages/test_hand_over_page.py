"""Handing a caseload over."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.models import FollowUp
from handrail.cases.tests.page import RoomTests


class TestHandOverPage(RoomTests):
    page = "cases:hand-over"
    user = "supervisor"
    colleague = shown_to("second_officer", because="Who owns no case is offered none.")
    other_force = shown_to("stranger", because="They hand over what is theirs.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "who owns how many open cases": 1,
        "the owners": 1,
        "who may take them over": 1,
    }

    def kept_from_others(self) -> list[str]:
        return [self.cast.officer.name]

    def test_all_open_cases_of_an_owner_are_offered(self) -> None:
        assert self.cast.officer.name in self.get().text
        said = {"from": self.cast.officer.pk, "to": self.cast.second_officer.pk, "what": "On leave"}
        page = self.follow(**said)
        assert "1 case is offered to Nia Pugh" in page.text
        assert FollowUp.objects.unanswered().filter(to_person=self.cast.second_officer).count() == 1

    def test_nobody_takes_over_from_themselves(self) -> None:
        said = {"from": self.cast.officer.pk, "to": self.cast.officer.pk, "what": "On leave"}
        assert "they already own these cases" in self.post(**said).text
