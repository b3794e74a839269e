"""Merging a case into the open one about its person."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.files.models import Document
from handrail.cases.person.matches.tests.two import WHY
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestJoinPage(CasePageTests):
    page = "cases:join"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the linked records, where they stand and what was decided": 1,
        "possible matches that stand": 1,
        "the other cases": 1,
        "about everyone who could allocate them": 1,
        "the referrals of the case": 1,
        "other referrals about them, with what may be shown of them": 1,
        "what is known of the person": 1,
        "the documents of the case": 1,
        "who else was let see it": 1,
    }

    def test_the_referral_belongs_to_the_other_case_from_now_on(self) -> None:
        earlier, referral = self.desk.earlier, self.case.referrals.get()
        assert earlier.reference in self.get().text
        document = Document.objects.get(record=self.case.pk)
        left = {f"left-files.document-{document.pk}.left-files-becomes": "goes"}
        page = self.follow(into=earlier.pk, reason=WHY, seen_version=self.case.version, **left)
        assert f"The referral belongs to case {earlier.reference} now" in page.text
        referral.refresh_from_db()
        assert referral.case == earlier

    def test_without_a_reason_nothing_is_joined(self) -> None:
        assert self.post(into=self.desk.earlier.pk).status_code == 422
        assert self.case.referrals.exists()
