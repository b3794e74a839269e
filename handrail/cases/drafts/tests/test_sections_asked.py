"""The pages of a draft ask the sections whose answers are recorded, and no others."""

import pytest
from django.conf import settings

from handrail.cases.drafts.filling import Filling
from handrail.policy.answers import YES_NO
from handrail.policy.schema.form import Condition, Kind, Question, Section
from handrail.records.drafts import Draft


def when(question: str) -> Condition:
    return Condition.model_validate({"question": question, "is": ["yes"]})


KNOWS = Question(id="knows", kind=Kind.YES_NO, label="Do they know?")
TOLD = Question(id="told", kind=Kind.YES_NO, label="Were they told?", when=when("knows"))
HOW = Question(id="how", kind=Kind.TEXT, label="How?")
SECTIONS = (
    Section(id="first", title="First", questions=(KNOWS, TOLD)),
    Section(id="second", title="Second", when=when("told"), questions=(HOW,)),
)


@pytest.mark.parametrize(("answer", "asked"), [("yes", ["first", "second"]), ("no", ["first"])])
def test_an_answer_whose_question_was_hidden_since_calls_for_no_page(answer: str, asked: list[str]) -> None:
    typed = {"knows": [answer], "told": ["yes"], "how": ["By letter"]}
    filling = Filling(Draft(pack_id=settings.PACK, step_id="note", typed=typed))
    vars(filling).update(sections=SECTIONS, facts={}, options=lambda _: YES_NO)
    assert [section.id for section in filling.asked] == asked
    assert ("how" in filling.answers) is ("second" in asked)
    assert ("how" in filling.read(SECTIONS[1:]).answers) is ("second" in asked)
