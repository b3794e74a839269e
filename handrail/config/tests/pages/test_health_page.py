"""Whether this process can serve."""

from datetime import timedelta

import pytest

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to
from handrail.ledger.record import append
from handrail.ledger.tests.acts import act


class TestHealthPage(PageTests):
    page = "health"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC | {
        "whether the database answers, and the record is sealed": 1,
    }

    def test_it_says_well_and_nothing_else(self) -> None:
        assert self.get().text == "well\n"

    def test_it_says_that_the_record_waits_to_be_sealed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        append(act())
        assert self.get().text == "well\n"
        monkeypatch.setattr("handrail.ledger.seal.SEALED_WITHIN", timedelta(0))
        assert self.get().text == "sealing late\n"
