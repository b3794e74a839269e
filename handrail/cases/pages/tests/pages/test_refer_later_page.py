"""Leaving the public form, with a code to return to it."""

import re

from django.test import Client
from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.cases.tests.page import OutsideTests


class TestReferLaterPage(OutsideTests):
    page = "cases:refer-later"
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

    def test_the_code_leads_back_to_the_referral(self) -> None:
        assert "Come back later" in self.get().text
        code = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", self.post().text)[0]
        elsewhere = Client()
        page = elsewhere.post(reverse("cases:refer-return"), {"code": code}, follow=True)
        assert "Amber" in page.text
