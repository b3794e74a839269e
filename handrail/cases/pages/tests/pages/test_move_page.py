"""What a newer policy changes for a case, and moving it there."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, hidden_from, refused_to
from handrail.cases.steps.tests.test_moving import NEWER
from handrail.cases.tests.page import OF_CASE, CasePageTests


class TestMovePage(CasePageTests):
    page = "cases:move"
    user = "supervisor"
    colleague = refused_to("officer", because="Moving is for who answers for how a policy is kept.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, NEWER]

    def test_it_shows_what_changes_and_moves_the_case(self) -> None:
        assert "What changes under" in self.get().text
        page = self.follow(version=self.case.version, reason="In force")
        assert "The case is under" in page.text
        self.case.refresh_from_db()
        assert self.case.pack_id == NEWER

    def test_a_case_that_has_changed_since_is_not_moved(self) -> None:
        page = self.follow(version=self.case.version - 1, reason="In force")
        assert "The case was not moved." in page.text
