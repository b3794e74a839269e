"""Two years of a force side by side."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, refused_to
from handrail.question_sets.tests.pages.page import LEARNT, SET, QuestionTests, answer


class TestComparePage(QuestionTests):
    page = "question_sets:compare"
    colleague = refused_to("officer", because="It is for who answers for how others keep to policy.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {"the force": 1, "the years that were answered": 1, "the entries of two years": 2}

    def arrange(self) -> None:
        super().arrange()
        answer(self.cast, self.this_year, learnt="Something else")

    def parts(self) -> list[Any]:
        return [SET, self.cast.force.pk]

    def test_it_shows_both_years_and_what_differs(self) -> None:
        page = self.get().text
        assert (LEARNT in page, "Something else" in page) == (True, True)
        assert page.count("Differs") == 1

    def test_one_year_alone_is_shown_by_itself(self) -> None:
        page = self.get(f"?newer={self.this_year - 1}&older=1999").text
        assert page.count(LEARNT) == 1
        assert "Differs" not in page
