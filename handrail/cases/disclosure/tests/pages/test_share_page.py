"""Sharing a case with a partner."""

from handrail.access.models import Grant, Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN, hidden_from, refused_to
from handrail.cases.disclosure.tests.test_sharing import last_day
from handrail.cases.tests.page import OF_CASE, CasePageTests


class TestSharePage(CasePageTests):
    page = "cases:share"
    user = "supervisor"
    colleague = refused_to("officer", because="Letting others see a case is not the officer's.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE

    def test_a_body_reads_the_case_from_now_on_and_it_is_logged(self) -> None:
        basis = next(iter(self.case.pack.codes_by_id[self.case.pack.access.bases].labels))
        to = {"words": "felpersham", "to": f"body-{self.cast.council.pk}", "what": "whole"}
        said = {"reason": "To help", "basis": basis, "controller": "The council"}
        page = self.follow(**to, **said, **last_day())
        assert "The case is shared with Felpersham City Council. They see " in page.text
        line = Reading.objects.filter(verb=Verb.DISCLOSED, records__contains=[self.case.pk]).latest("at")
        assert line.recipient == "Felpersham City Council"

    def test_nothing_is_shared_without_a_basis(self) -> None:
        to = {"words": "felpersham", "to": f"body-{self.cast.council.pk}", "what": "whole"}
        assert self.post(**to, **last_day()).status_code == 422
        assert not Grant.objects.exists()
