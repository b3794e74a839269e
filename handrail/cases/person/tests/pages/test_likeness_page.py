"""A possible match: two records side by side, and the answer whether they are of one person."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.person.matches.tests.two import WHY
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests
from handrail.subjects.models import Link


class TestLikenessPage(CasePageTests):
    page = "cases:likeness"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "what is known of both": 1,
        "the proposals, with who found and answered them": 1,
        "which of the people may be seen, with their outlines": 1,
        "the other cases": 1,
        "who answers for those that may not": 1,
        "their forces": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, self.match.pk]

    def test_the_answer_links_the_two_records(self) -> None:
        assert self.desk.earlier.reference in self.get().text
        page = self.follow(outcome="same", reason=WHY, seen_version=self.case.version)
        assert "The two records are linked." in page.text
        assert Link.objects.live().count() == 1

    def test_without_a_reason_nothing_is_linked(self) -> None:
        assert self.post(outcome="same").status_code == 422
        assert not Link.objects.exists()
