"""The possible matches of a case."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.models import Case
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestLikenessesPage(CasePageTests):
    page = "cases:likenesses"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "possible matches that stand": 1,
        "the linked records, where they stand and what was decided": 1,
        "what is known of both": 1,
        "the proposals, with who found and answered them": 1,
        "which of the people may be seen, with their outlines": 1,
        "the other cases": 1,
        "who answers for those that may not": 1,
        "their forces": 1,
    }

    def test_it_sets_the_other_record_beside_and_leads_to_the_answer(self) -> None:
        text = self.get().text
        assert self.desk.earlier.reference in text
        assert reverse("cases:likeness", args=[self.case.pk, self.match.pk]) in text

    def test_of_a_record_that_is_hidden_since_the_question_stays(self) -> None:
        Case.objects.filter(pk=self.desk.earlier.pk).update(restricted=True)
        text = self.get().text
        assert "Not to be shown any more" in text
        assert self.desk.earlier.reference not in text
