"""One page of the public form."""

from typing import Any

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.cases.tests.page import OutsideTests


class TestReferSectionPage(OutsideTests):
    page = "cases:refer-section"
    user = "visitor"
    colleague = leads("officer", "cases:refer", because="Nothing was begun in their browser.")
    other_force = leads("stranger", "cases:refer", because="Nothing was begun in their browser.")
    nobody = leads(NOBODY, "cases:refer", because="Nothing was begun in their browser.")
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the draft, opened by row security": 1,
        "the draft": 1,
    }

    def parts(self) -> list[Any]:
        return [self.draft.pk, self.section_of("given-name")]

    def test_what_is_typed_is_kept_and_leads_on(self) -> None:
        assert "Amber" in self.get().text
        typed = {name: values[0] for name, values in self.draft.typed.items()} | {"given-name": "Ruby"}
        assert self.post(**typed).status_code == 302
        self.draft.refresh_from_db()
        assert self.draft.typed["given-name"] == ["Ruby"]
