"""A copy of a redacted version, as a file."""

from typing import Any

from handrail.access.models import Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from
from handrail.cases.tests.page import UNKNOWN, CasePageTests


class TestRedactedCopyPage(CasePageTests):
    page = "cases:redacted-copy"
    method = "POST"
    colleague = hidden_from("second_officer", because="It was not given to them.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    queries = WITH_ACCOUNT | {
        "the version, if they may read it": 1,
    }

    def sent(self) -> dict[str, Any]:
        return {"recipient": "Head of the school"}

    def parts(self) -> list[Any]:
        return [self.desk.redaction.redacted_id]

    def kept_from_others(self) -> list[str]:
        return ["What may be known", self.case.reference]

    def test_the_copy_says_for_whom_it_is_and_is_logged(self) -> None:
        copy = self.post(recipient="Head of the school")
        assert copy.headers["Content-Disposition"] == 'attachment; filename="redacted.html"'
        assert "What may be known" in copy.text
        line = Reading.objects.filter(records__contains=self.parts(), verb=Verb.DISCLOSED).latest("at")
        assert line.recipient == "Head of the school"

    def test_a_copy_for_nobody_is_not_made(self) -> None:
        assert "Say who the copy is for" in self.follow().text
