"""The page of a case."""

from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.models import Deadline
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import ASKED, ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests


class TestCasePage(CasePageTests):
    page = "cases:case"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the entries, with their content and marking": 1,
        "the checks that it is out of line with": 1,
        "its open actions and its documents": 1,
        "whether it has drafts, links or openings": 1,
        "possible matches that stand": 1,
        "the open cases of the same person, which this one could be joined to": 2,
        "the drafts that they began on it": 1,
    }

    def test_it_says_whom_it_is_about_where_it_stands_and_what_happened(self) -> None:
        text = self.get().text
        for words in (NAME, self.case.reference, self.case.stage.title, "Letter from the school"):
            assert words in text

    def test_it_names_whose_answer_is_awaited(self) -> None:
        take(self.case, "ask-for-information", self.cast.officer, **{"awaited-from": "Head of Hill School"})
        assert "waiting for an answer from Head of Hill School." in self.get().text

    def test_two_limits_of_one_step_are_told_apart(self) -> None:
        limits = [limit for limit in self.case.pack.limits if limit.step == "feedback"]
        assert len(limits) > 1
        today = timezone.localdate()
        for limit in limits:
            assert limit.statement not in self.get().text
        for limit in limits:
            Deadline.objects.create(
                case=self.case,
                force=self.case.force,
                limit_id=limit.id,
                step_id="feedback",
                began=today,
                due=today,
            )
        for limit in limits:
            assert limit.statement in self.get().text

    def test_it_offers_the_steps_that_its_owner_may_take(self) -> None:
        text = self.get().text
        assert reverse("cases:begin", args=[self.case.pk, ASKED]) in text
        assert reverse("cases:begin", args=[self.case.pk, "gateway-sign-off"]) not in text

    def test_it_says_so_where_new_cases_are_under_another_policy(self, settings: LazySettings) -> None:
        words = "New cases are under Prevent in England and Wales, 2025."
        assert words not in self.get().text
        settings.PACK = "england-wales-2025"
        assert words in self.get().text
