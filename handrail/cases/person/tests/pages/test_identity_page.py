"""The subject of a case."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests


class TestIdentityPage(CasePageTests):
    page = "cases:identity"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "what is known of the person": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
    }

    def test_it_says_all_that_is_known_and_who_says_so(self) -> None:
        said = {"what": "online-name", "online-name": "nightjar"}
        take(self.case, "identity-detail", self.cast.officer, **said)
        text = self.get().text
        for words in ("Who this is about", NAME, "nightjar", self.cast.officer.name):
            assert words in text
