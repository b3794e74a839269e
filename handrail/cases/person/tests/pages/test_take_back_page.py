"""Withdrawing the answer that two records are of one person."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.person.matches.tests.two import say
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests
from handrail.subjects.models import Link


class TestTakeBackPage(CasePageTests):
    page = "cases:take-back"
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
        "the link": 1,
        "who is linked with them": 1,
        "the records that were linked": 1,
        "the answers since then": 1,
    }

    def arrange(self) -> None:
        say(self.case, self.match, "same", self.cast.officer)

    def parts(self) -> list[Any]:
        return [self.case.pk, self.match.pk]

    def test_what_followed_is_shown_and_the_question_is_open_again(self) -> None:
        text = self.get().text
        assert "What followed from the link" in text
        assert self.desk.earlier.reference in text
        page = self.follow(reason="Two cousins.", seen_version=self.case.version)
        assert "open again" in page.text
        assert not Link.objects.live().exists()
