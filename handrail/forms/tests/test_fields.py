"""Which fields a page has, and which of them show only once another answer calls for them."""

import re
from functools import cache
from pathlib import Path

import pytest

from handrail.forms.fields import fields_of
from handrail.govuk.fields import Field
from handrail.policy.answers import YES_NO, Typed, options_of
from handrail.policy.load import load_pack
from handrail.policy.questions import sections_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question, Section
from handrail.policy.schema.pack import Pack

STYLES = Path("handrail/govuk/styles/handrail.scss")
COULD = (*YES_NO, Code(id="could-not", label="Could not"))
DONE = Question(id="done", kind=Kind.CHOICE, label="Done?", codes="could")


def when(asked: str, *answers: str) -> Condition:
    return Condition.model_validate({"question": asked, "is": answers})


def why_not(asked: str = "done") -> Question:
    return Question(id="why-not", kind=Kind.TEXT, label="Why not?", when=when(asked, "no", "could-not"))


def fields(*questions: Question, typed: Typed | None = None, codes: tuple[Code, ...] = COULD) -> list[Field]:
    section = Section(id="one", title="One", questions=questions)
    return fields_of(section, typed or {}, {}, lambda _: codes)


def test_a_question_that_several_answers_call_for_is_revealed_by_each_of_them_and_stands_once() -> None:
    (done,) = fields(DONE, why_not())
    assert [option.follows for option in done.options] == [[], [], []]
    assert [(one.by, one.field.name) for one in done.revealed] == [(("no", "could-not"), "why-not")]
    assert [done.calls(option.value) for option in done.options] == ["", "1", "1"]


def test_a_question_that_one_answer_calls_for_stands_below_that_answer() -> None:
    how = Question(id="how", kind=Kind.TEXT, label="How?", when=when("done", "yes"))
    (done,) = fields(DONE, how)
    assert [[one.name for one in option.follows] for option in done.options] == [["how"], [], []]
    assert not done.revealed


def test_an_answer_of_a_long_list_reveals_a_question_too() -> None:
    many = tuple(Code(id=f"code-{number}", label=str(number)) for number in range(20))
    why = why_not().model_copy(update={"when": when("done", "code-7")})
    (done,) = fields(DONE, why, codes=many)
    assert done.kind == "select"
    assert [value for value in (code.id for code in many) if done.calls(value)] == ["code-7"]


@pytest.mark.parametrize(("said", "shown"), [("yes", False), ("no", True), ("could-not", True), ("", False)])
def test_an_answer_on_an_earlier_page_decides_whether_a_question_is_on_this_one(
    said: str, shown: bool
) -> None:
    other = Question(id="other", kind=Kind.TEXT, label="Other")
    found = fields(other, why_not(), typed={"done": [said]} if said else {})
    assert [one.name for one in found] == ["other", *["why-not"] * shown]


def test_items_are_lines_where_one_short_question_is_asked_at_first() -> None:
    each = Question(id="each", kind=Kind.EACH, label="Each", codes="could", ask=(DONE, why_not()))
    again = DONE.model_copy(update={"id": "again"})
    two = Question(id="two", kind=Kind.EACH, label="Two", codes="could", ask=(DONE, again, why_not()))
    (line, block) = fields(each, two)
    assert [[one.is_line for one in item.fields] for item in line.each] == [[True]] * 3
    assert [[one.is_line for one in item.fields] for item in block.each] == [[False, False]] * 3


def test_the_style_sheet_has_a_place_for_every_question_that_any_form_reveals() -> None:
    places = int(re.findall(r"\$place from 1 through (\d+)", STYLES.read_text())[0])
    most = max(len(field.revealed) for field in every_field())
    assert 1 <= most <= places


def test_no_question_that_depends_on_another_shows_before_anything_was_answered() -> None:
    asked = {field.label for field in every_field()}
    assert "Why not, and who will do it?" in asked
    for pack in every_pack():
        for step in pack.steps:
            for section in sections_of(pack, step):
                depend = {q.id for q in section.questions if q.when and q.when.question}
                assert depend.isdisjoint(field.name for field in fields_of(section, {}, {}, options_of(pack)))


@cache
def every_pack() -> tuple[Pack, ...]:
    return tuple(load_pack(path.parent) for path in Path("packs").glob("*/pack.toml"))


def every_field() -> list[Field]:
    """Return every field of every form of every pack, with those that it reveals."""
    found = [
        field
        for pack in every_pack()
        for step in pack.steps
        for section in sections_of(pack, step)
        for field in fields_of(section, {}, {}, options_of(pack))
    ]
    for field in found:  # grows while it is gone through
        found += [one.field for one in field.revealed]
        found += [one for option in field.options for one in option.follows]
        found += [one for item in field.each for one in item.fields]
    return found
