"""What is recorded of a person, across linked records."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.person.matches.tests.two import say
from handrail.cases.tests.page import ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests


class TestPersonPage(CasePageTests):
    page = "cases:person"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the linked records, where they stand and what was decided": 1,
        "the linked records": 1,
        "the days of all entries, for the gaps, with how many there are": 1,
        "the entries, with their content and marking": 1,
        "the referrals of the case": 1,
        "possible matches that stand": 1,
        "other referrals about them, with what may be shown of them": 1,
        "what is known of the person": 1,
    }

    def test_entries_of_linked_records_stand_in_one_line_of_time(self) -> None:
        alone = self.get().text
        assert NAME in alone
        assert "Letter from the school" in alone
        say(self.case, self.match, "same", self.cast.officer)
        assert self.get().text.count(self.desk.earlier.reference) > alone.count(self.desk.earlier.reference)
