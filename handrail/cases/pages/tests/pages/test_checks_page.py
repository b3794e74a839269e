"""The checks of the policy."""

from datetime import timedelta

from django.utils import timezone
from markupsafe import escape

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.cases.tests.page import RoomTests
from handrail.records.packs import current_pack


class TestChecksPage(RoomTests):
    page = "cases:checks"
    user = "supervisor"
    colleague = refused_to("officer", because="It is for who answers for how others keep to policy.")
    other_force = shown_to("supervisor_elsewhere", because="The checks of their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    tells = False
    queries = SIGNED_IN | {
        "the forces of their posts, to filter by": 1,
        "the policies that there are cases under": 1,
        "every check, counted": 1,
        "the limits of registers, counted": 1,
    }

    def arrange(self) -> None:
        long_ago = timezone.localdate() - timedelta(days=400)
        self.case.deadlines.running().update(due=long_ago)

    def test_it_names_every_check_and_counts_what_is_out_of_line(self) -> None:
        text = self.get().text
        for check in current_pack().checks:
            assert escape(check.statement) in text
        assert "?check=" in text

    def test_another_force_counts_none_of_it(self) -> None:
        assert "?check=" not in self.get(who="supervisor_elsewhere").text
