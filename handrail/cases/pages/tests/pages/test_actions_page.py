"""What others were asked on a case."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestActionsPage(CasePageTests):
    page = "cases:actions"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "its open actions and its documents": 1,
    }

    def test_it_shows_what_was_asked_and_counts_it_on_every_page(self) -> None:
        assert "Nobody is asked for anything now." in self.get().text
        given = {"what": "Ring the school", "owner": str(self.cast.second_officer.pk)}
        take(self.case, "action", self.cast.officer, **given)
        text = self.get().text
        assert "Ring the school" in text
        assert self.cast.second_officer.name in text
        for page in ("cases:case", "cases:timeline", "cases:plan"):
            assert "Actions (1)" in self.client("officer").get(reverse(page, args=[self.case.pk])).text

    def test_whoever_was_asked_can_answer_there(self) -> None:
        given = {"what": "Ring the school", "owner": str(self.cast.second_officer.pk)}
        asked = take(self.case, "action", self.cast.officer, **given)
        taken_on = reverse("cases:answer", args=[self.case.pk, asked.number, "action-accept"])
        assert taken_on in self.client("second_officer").get(reverse(self.page, args=[self.case.pk])).text
