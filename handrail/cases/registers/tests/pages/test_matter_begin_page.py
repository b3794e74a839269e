"""Beginning a step on a register entry."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from
from handrail.cases.tests.page import UNKNOWN, RoomTests
from handrail.records.drafts import Draft


class TestRegisterEntryBeginPage(RoomTests):
    page = "cases:matter-begin"
    method = "POST"
    answer = 302
    user = "supervisor"

    colleague = hidden_from("fimu", because="They read the register and do not record in it.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the matter, with its force and who recorded it": 1,
        "a draft that they began before": 1,
        "the new draft": 1,
    }

    def parts(self) -> list[Any]:
        return [self.desk.register_entry.pk, "advice-second-look"]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference, "Safeguarding lead, a college"]

    def test_it_begins_a_draft_and_goes_on_with_it(self) -> None:
        first, second = self.post(), self.post()
        draft = Draft.objects.get(target_id=self.desk.register_entry.pk)
        assert draft.step_id == "advice-second-look"
        assert str(draft.pk) in first.headers["Location"]
        assert first.headers["Location"] == second.headers["Location"]
