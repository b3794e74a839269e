"""Page tests of question sets, in a force whose supervisor answered for last year."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from handrail.access import context
from handrail.access.tests.page import PageTests
from handrail.organisations.models import Person
from handrail.organisations.tests.cast import Cast
from handrail.question_sets import acts
from handrail.records.packs import current_pack

SET = "self-assessment"
LEARNT = "Call the panel’s chair before the papers go out"
ANSWERS = {
    "referrals": 7,
    "opened": 7,
    "closed": 3,
    "late": 1,
    "lead": "yes",
    "panels": "no",
    "feedback": "By telephone",
    "learnt": LEARNT,
}


@dataclass(slots=True)
class Desk:
    """The cast, and a supervisor of another force."""

    cast: Cast
    supervisor_elsewhere: Person


def answer(cast: Cast, year: int, **other: Any) -> None:
    """Record the supervisor's answers for a year."""
    pack = current_pack()
    with context.asking(cast.supervisor):
        row = acts.year_of(pack, pack.question_set_by_id[SET], cast.force, year, cast.supervisor)
        acts.send(row, ANSWERS | other, by=cast.supervisor)


class QuestionTests(PageTests):
    """Tests of a page about question sets."""

    user = "supervisor"
    desk: Desk

    @pytest.fixture(autouse=True)
    def arranged(self, cast: Cast, desk: Desk) -> None:
        self.cast, self.desk = cast, desk
        self.this_year = timezone.localdate().year
        self.made_ready()

    def seen(self) -> str:
        """Return what the user's page says that it showed."""
        found = re.search(r'name="seen" value="(\w+)"', self.get().text)
        assert found
        return found[1]

    def called(self, who: str) -> Person:
        return self.desk.supervisor_elsewhere if who == "supervisor_elsewhere" else super().called(who)

    def arrange(self) -> None:
        answer(self.cast, self.this_year - 1)

    def kept_from_others(self) -> list[str]:
        return [LEARNT]
