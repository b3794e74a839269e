"""The counts of a register, by force."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.cases.tests.page import RoomTests


class TestRegisterCountsPage(RoomTests):
    page = "cases:register-counts"
    user = "supervisor"
    colleague = refused_to("officer", because="Counts are for who answers for how others keep to policy.")
    other_force = shown_to("supervisor_elsewhere", because="The counts of their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the counts of each force": 1,
    }

    def parts(self) -> list[Any]:
        return ["advice"]

    def kept_from_others(self) -> list[str]:
        return ["Borsetshire Police"]

    def test_it_counts_by_force_and_names_nothing(self) -> None:
        text = self.get().text
        assert "by force" in text
        assert "Borsetshire Police" in text
        assert self.desk.register_entry.reference not in text
