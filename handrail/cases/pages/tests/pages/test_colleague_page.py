"""The page before a concern about a colleague, with the search for the colleague."""

import pytest

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.pages.colleague import whom_else
from handrail.cases.tests.page import RoomTests
from handrail.organisations.models import Person
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack


class TestColleaguePage(RoomTests):
    page = "cases:colleague"
    colleague = shown_to("second_officer", because="Everybody with an account may raise one.")
    other_force = shown_to("stranger", because="Everybody with an account may raise one.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = SIGNED_IN

    def draft(self) -> Draft:
        return Draft.objects.get(person=self.cast.officer, step_id="staff-concern")

    def test_it_says_what_happens_and_begins_the_form(self) -> None:
        step = current_pack().step_by_id["staff-concern"]
        assert step.act in self.get().text
        led = self.post()
        assert str(self.draft().pk) in led.headers["Location"]

    def test_whom_it_is_about_is_found_though_misspelt_and_chosen(self) -> None:
        standards = self.called("standards")
        Person.objects.filter(pk=standards.pk).update(name="Rupert Feldmann")
        page = self.post(act="search", name="Ruppert FELDMAN")
        assert page.status_code == 200
        assert "Rupert Feldmann" in page.text
        assert self.cast.supervisor.name not in page.text
        self.post(act="begin", name="Ruppert FELDMAN", who=str(standards.pk))
        typed = self.draft().typed
        assert typed["given-name"] == ["Rupert"]
        assert typed["family-name"] == ["Feldmann"]
        assert typed["work-email"] == [standards.email]

    def test_somebody_without_an_account_is_taken_as_typed(self) -> None:
        page = self.post(act="search", name="Merla Tindwick").text
        assert "No account found with a name or work email like “<bdi>Merla Tindwick</bdi>”" in page
        assert "Which of these is it?" not in page
        assert '<input type="hidden" name="who" value="none">' in page
        self.post(act="begin", name="Merla Tindwick", who="none")
        assert self.draft().typed == {"given-name": ["Merla"], "family-name": ["Tindwick"]}

    def test_what_is_missing_is_asked_for(self) -> None:
        assert "Enter their name" in self.post(act="search", name=" ").text
        page = self.post(act="begin", name="Merla Tindwick")
        assert page.status_code == 422
        assert "Select who it is about" in page.text
        assert not Draft.objects.filter(step_id="staff-concern").exists()

    def test_it_shows_the_lists_that_the_step_of_the_policy_names(self) -> None:
        pack = current_pack()
        step = pack.step_by_id["staff-concern"]
        named, unnamed = (
            whom_else(pack, step),
            step.model_copy(update={"confidants": None, "without_name": None}),
        )
        assert named["confidants"] == pack.codes_by_id["confidants"].codes
        assert named["without_name"] == pack.codes_by_id["ways-without-name"].codes
        assert whom_else(pack, unnamed) == {"confidants": (), "without_name": ()}

    def test_it_says_whose_name_is_recorded_and_offers_a_way_without(self) -> None:
        text = self.get().text
        assert "Your name is recorded with what you send" in text
        assert "Crimestoppers" in text
        for whom in ("Police Federation", "Occupational health", "Whistle-blowing"):
            assert whom in text

    def test_accounts_beyond_the_first_are_said_to_be_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        people = [self.called("standards"), self.cast.supervisor]
        Person.objects.filter(pk__in=[one.pk for one in people]).update(name="Rupert Feldmann")
        assert "these are the first" not in self.post(act="search", name="Rupert Feldmann").text
        monkeypatch.setattr("handrail.cases.pages.colleague.AT_MOST", 1)
        assert "More than 1 accounts" in self.post(act="search", name="Rupert Feldmann").text
