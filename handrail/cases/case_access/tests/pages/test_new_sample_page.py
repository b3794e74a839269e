"""Choosing cases for an inspector."""

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, Sample
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to
from handrail.cases.disclosure.tests.test_sharing import last_day
from handrail.cases.tests.page import RoomTests


class TestNewSamplePage(RoomTests):
    page = "cases:new-sample"
    user = "nation"
    colleague = refused_to("auditor", because="Samples are for who chooses what an inspector reads.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the inspectors": 1,
        "the forces": 1,
    }

    def kept_from_others(self) -> list[str]:
        return ["Ian Spector"]

    def test_an_inspector_reads_the_chosen_case_from_now_on(self) -> None:
        inspector = self.called("inspector")
        chosen = {"inspector": inspector.pk, "way": "references", "references": self.case.reference}
        page = self.follow(reason="Gateway decisions", **chosen, **last_day())
        assert "Ian Spector may read 1 case." in page.text
        assert Grant.objects.get(record=self.case.pk, kind=GrantKind.SAMPLE).person == inspector

    def test_a_sample_needs_a_reason(self) -> None:
        assert "Say what is inspected" in self.post(**last_day()).text
        assert not Sample.objects.exists()
