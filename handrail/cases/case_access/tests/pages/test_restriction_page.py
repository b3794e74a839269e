"""Restricting a case, and the users named for it."""

import pytest

from handrail.access.tests.page import TO_SIGN_IN, hidden_from
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.tests.page import OF_CASE, UNKNOWN, CasePageTests
from handrail.cases.tests.staff import leave
from handrail.organisations.models import Person


class TestRestrictionPage(CasePageTests):
    page = "cases:restriction"
    user = "supervisor"
    colleague = hidden_from("officer", because="Restricting is for those who may.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "who is kept from it": 1,
        "every name by which the person is known": 1,
        "who may be named": 1,
    }

    def test_only_those_who_are_named_see_it_from_now_on(self) -> None:
        said = {"act": "restrict", "category": "other", "restrict-reason": "A relative works here"}
        self.follow(named=[self.cast.fimu.pk, self.cast.supervisor.pk], **said)
        self.case.refresh_from_db()
        assert self.case.restricted
        assert self.cast.fimu.name in self.get().text
        assert self.get(who="officer").status_code == 404

    def test_nothing_is_restricted_while_nobody_is_named(self) -> None:
        page = self.post(act="restrict", category="other", **{"restrict-reason": "A relative works here"})
        assert page.status_code == 422
        assert "Select at least one person who can work on it" in page.text

    def test_who_is_kept_out_by_their_name_is_named_once_somebody_says_that_it_is_not_them(self) -> None:
        Person.objects.filter(pk=self.cast.fimu.pk).update(name="Zerlynda Quilfeather")
        self.follow(
            act="restrict",
            category="other",
            named=[self.cast.supervisor.pk],
            **{"restrict-reason": "Private"},
        )
        assert who_may_work.kept_from(self.case) == {self.cast.fimu.pk}
        assert "Zerlynda Quilfeather" in self.get().text
        refused = self.post(act="name", elsewhere=self.cast.fimu.email, **{"name-reason": "Needed"})
        assert refused.status_code == 409
        assert "kept from this case" in refused.text
        asked = self.post(act="not-them", kept=str(self.cast.fimu.pk))
        assert "Say how you know that it is not them" in asked.text
        self.follow(
            act="not-them", kept=str(self.cast.fimu.pk), **{"not-them-reason": "Born in another year"}
        )
        self.follow(act="name", elsewhere=self.cast.fimu.email, **{"name-reason": "Needed"})
        assert self.cast.fimu in who_may_work.people_of(self.case)

    def test_what_is_needed_is_not_called_optional(self) -> None:
        assert "Name at least one person, here or by email address below." in self.get().text
        self.follow(
            act="restrict",
            category="other",
            named=[self.cast.supervisor.pk],
            **{"restrict-reason": "Private"},
        )
        page = self.get().text
        assert "Who is involved and has a Handrail account?" in page
        assert "Who is involved and has a Handrail account? (optional)" not in page
        refused = self.post(act="keep-from", **{"keep-from-reason": "A relative"})
        assert "Enter at least one email address" in refused.text

    def restricted_to(self, *named: Person) -> None:
        self.follow(
            act="restrict",
            category="other",
            named=[person.pk for person in named],
            **{"restrict-reason": "Private"},
        )

    def test_it_offers_to_end_who_is_named_only_where_somebody_is_left_to_work_on_it(self) -> None:
        fimu, supervisor = self.cast.fimu, self.cast.supervisor
        self.restricted_to(fimu, supervisor)
        button = "{} is no longer needed"
        for person in (fimu, supervisor):
            assert button.format(person.name) in self.get().text
        leave(fimu)
        page = self.get().text
        assert button.format(fimu.name) in page
        assert button.format(supervisor.name) not in page
        grant = who_may_work.grants_of(self.case).get(person=supervisor)
        refused = self.post(act="end", grant=str(grant.pk), **{"end-reason": "Not needed"})
        assert "Nobody would be left to work on this case" in refused.text

    def test_whoever_raised_it_is_not_asked_who_it_is_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Person.objects.filter(pk=self.cast.fimu.pk).update(name="Zerlynda Quilfeather")
        self.restricted_to(self.cast.supervisor)
        assert "It is not them" in self.get().text
        monkeypatch.setattr(restrictions, "raised_by", lambda _case: self.cast.supervisor.pk)
        page = self.get().text
        assert "Zerlynda Quilfeather" in page
        assert "It is not them" not in page
        said = {"kept": str(self.cast.fimu.pk), "not-them-reason": "Born in another year"}
        assert "Another person must say this" in self.post(act="not-them", **said).text
