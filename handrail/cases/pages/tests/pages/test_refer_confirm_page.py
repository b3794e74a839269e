"""Confirming the email address of a referrer outside."""

import re

from django.core import mail

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.cases.intake import confirming
from handrail.cases.models import Referral
from handrail.cases.tests.page import OutsideTests


class TestReferConfirmPage(OutsideTests):
    page = "cases:refer-confirm"
    user = "visitor"
    colleague = leads("officer", "cases:refer", because="Nothing was begun in their browser.")
    other_force = leads("stranger", "cases:refer", because="Nothing was begun in their browser.")
    nobody = leads(NOBODY, "cases:refer", because="Nothing was begun in their browser.")
    wrong_method = "DELETE"
    tells = False
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the draft, opened by row security": 1,
        "the draft": 1,
    }

    def test_the_right_code_sends_the_referral(self) -> None:
        confirming.ask(self.draft)
        confirming.make_and_send(self.draft.pk)
        code = re.findall(r"\b[0-9]{6}\b", str(mail.outbox[-1].body))[0]
        page = self.follow(code=code)
        assert "Referral received" in page.text

    def test_a_wrong_code_sends_nothing(self) -> None:
        page = self.post(code="000000")
        assert page.status_code == 422
        assert "Enter the code from the newest email" in page.text
        assert not Referral.objects.filter(step_id="referral").exists()
