"""Which questions of the year there are, and which were answered."""

import re

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.question_sets import acts
from handrail.question_sets.tests.pages.page import SET, QuestionTests
from handrail.records.packs import current_pack


class TestYearsPage(QuestionTests):
    page = "question_sets:years"
    colleague = refused_to("officer", because="It is for who answers for how others keep to policy.")
    other_force = shown_to("supervisor_elsewhere", because="What is theirs to answer.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {"the forces that they answer for, and what was answered": 1}

    def kept_from_others(self) -> list[str]:
        return [f"Prevent self-assessment {self.this_year - 1}, {self.cast.force.name}"]

    def test_it_offers_this_year_and_shows_what_was_answered(self) -> None:
        page = self.get().text
        assert f"Prevent self-assessment, {self.cast.force.name}, {self.this_year}" in page
        assert f"Prevent self-assessment {self.this_year - 1}" in page

    def test_each_year_to_answer_says_how_far_it_is(self) -> None:
        assert self.states() == ["Not answered", "Answered"]
        pack, person = current_pack(), self.cast.supervisor
        with context.asking(person):
            year = acts.year_of(pack, pack.question_set_by_id[SET], self.cast.force, self.this_year, person)
            acts.keep(year, {"learnt": ["Begun"]})
        assert self.states() == ["Draft", "Answered"]

    def states(self) -> list[str]:
        """What stands beside the years that are to be answered, the newest first."""
        return re.findall(r'govuk-tag--\w+">([^<]+)</strong>', self.get().text.partition("Answered</h2>")[0])
