"""Ending a sample."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Sample
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to
from handrail.cases.case_access import inspections
from handrail.cases.tests.page import RoomTests


class TestEndSamplePage(RoomTests):
    page = "cases:end-sample"
    user = "nation"
    colleague = refused_to("auditor", because="Samples are for who chooses what an inspector reads.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the sample, with its inspector": 1,
    }

    def arrange(self) -> None:
        said = {"chosen": "By hand", "reason": "Gateway decisions"}
        last_day, by = timezone.localdate() + timedelta(days=5), self.cast.nation
        with context.asking(by):
            inspections.choose([self.case], self.called("inspector"), by=by, last_day=last_day, **said)

    def kept_from_others(self) -> list[str]:
        return ["Ian Spector"]

    def parts(self) -> list[Any]:
        return [Sample.objects.get().pk]

    def test_the_inspector_reads_the_cases_no_longer(self) -> None:
        assert "Ian Spector" in self.get().text
        assert "no longer reads these cases" in self.follow(reason="Done").text
        assert not Sample.objects.get().is_live()
        case = reverse("cases:case", args=[self.case.pk])
        assert self.client("inspector").get(case).status_code == 404
