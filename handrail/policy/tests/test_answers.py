"""What was typed becomes an answer, or a message that says what to do; whatever was typed, nothing breaks."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.policy.answers import YES_NO, Reader, Reading
from handrail.policy.questions import answer_in_words
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question, Section

TODAY = date(2026, 11, 24)
COLOURS = (Code(id="red", label="Red"), Code(id="blue", label="Blue"))


def options(question: Question) -> tuple[Code, ...]:
    return YES_NO if question.kind is Kind.YES_NO else COLOURS


def read(typed: dict[str, list[str]], *questions: Question) -> Reading:
    section = Section(id="one", title="One", questions=questions)
    return Reader(options, TODAY).read([section], typed)


def question(kind: Kind, **more: Any) -> Question:
    return Question(id="q", kind=kind, label="What?", **more)


def when(asked: str, *answers: str) -> Condition:
    return Condition.model_validate({"question": asked, "is": answers})


def typed_date(day: str, month: str, year: str) -> dict[str, list[str]]:
    return {"q-day": [day], "q-month": [month], "q-year": [year]}


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("27", "3", "2009", "2009-03-27"),
        ("1", "March", "2009", "2009-03-01"),
        (" 09 ", "dec", "1999", "1999-12-09"),
    ],
)
def test_dates_as_people_write_them(day: str, month: str, year: str, expected: str) -> None:
    assert read(typed_date(day, month, year), question(Kind.DATE)).answers == {"q": expected}


@pytest.mark.parametrize(
    ("typed", "kept", "mark"),
    [
        ("ls1  4ap.", "LS1 4AP", ""),
        ("GIR 0AA", "GIR 0AA", ""),
        ("bfpo57", "BFPO 57", ""),
        ("LEEDS", "LEEDS", " (not understood as a postcode)"),
        ("LS1", "LS1", " (not understood as a postcode)"),
    ],
)
def test_a_postcode_that_is_not_understood_is_kept_with_a_mark(typed: str, kept: str, mark: str) -> None:
    asked = question(Kind.TEXT, input="postcode")
    assert read({"q": [typed]}, asked).answers == {"q": kept}
    assert answer_in_words(asked, kept, options) == kept + mark


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("07700 900123 ext 12", ""), ("7.7009E+09", " (not understood as a telephone number)")],
)
def test_a_telephone_that_is_none_is_kept_with_a_mark(typed: str, mark: str) -> None:
    asked = question(Kind.TEXT, input="tel")
    assert read({"q": [typed]}, asked).answers == {"q": typed}
    assert answer_in_words(asked, typed, options) == typed + mark


@pytest.mark.parametrize("means", ["subject.date_of_birth", "detail.date-of-birth.born"])
@pytest.mark.parametrize(
    ("day", "month", "kept"),
    [("", "3", "2009-03"), ("00", "3", "2009-03"), ("", "", "2009"), ("0", "0", "2009")],
)
def test_a_birth_that_is_known_in_part_is_taken_as_that(means: str, day: str, month: str, kept: str) -> None:
    asked = question(Kind.DATE, means=means)
    assert read(typed_date(day, month, "2009"), asked).answers == {"q": kept}
    assert answer_in_words(asked, kept, options) == ("March 2009" if "-" in kept else "2009")


def test_a_birth_without_its_year_is_told_where_an_age_goes() -> None:
    (message,) = read(
        typed_date("27", "3", ""), question(Kind.DATE, means="subject.date_of_birth")
    ).errors.values()
    assert "give about how old they are" in message


@pytest.mark.parametrize(
    ("day", "month", "year", "where", "what"),
    [
        ("", "3", "2009", "q-day", "must include a day"),
        ("27", "", "2009", "q-month", "must include a month"),
        ("27", "3", "", "q-year", "must include a year"),
        ("31", "2", "2009", "q-day", "real date"),
        ("27", "3", "09", "q-year", "four digits"),
        ("27", "3", "1876", "q-year", "more than 120 years ago"),
        ("25", "11", "2026", "q-year", "today or in the past"),
        ("x", "y", "2009", "q-day", "real date"),
    ],
)
def test_a_wrong_date_says_which_part_and_what_to_do(
    day: str, month: str, year: str, where: str, what: str
) -> None:
    reading = read(typed_date(day, month, year), question(Kind.DATE))
    assert list(reading.errors) == [where]
    assert what in reading.errors[where]


@pytest.mark.parametrize(
    "name", ["Zoë", "محمد", "Nguyễn Thị", "李小龍", "O'Shea-Smith", "Шевченко", "ﬁ", "🙂", "Ἀθήνη"]
)
def test_names_in_any_script_are_kept_as_written(name: str) -> None:
    assert read({"q": [name]}, question(Kind.TEXT)).answers == {"q": name}


@pytest.mark.parametrize("hidden", ["\x00", "\x01", "\x1b", "\x7f", "\ud800"])
def test_a_hidden_character_is_said_and_not_stored(hidden: str) -> None:
    reading = read({"q": [f"be{hidden}fore"]}, question(Kind.TEXT))
    assert "hidden character" in reading.errors["q"]
    assert reading.answers == {}


def test_text_that_is_too_long_says_by_how_much() -> None:
    reading = read({"q": ["x" * 201]}, question(Kind.TEXT))
    assert reading.errors["q"] == "Shorten this to 200 characters or fewer; it has 201."


@pytest.mark.parametrize(
    ("kind", "more", "value", "what"),
    [
        (Kind.TEXT, {"input": "email"}, "nobody at home", "name@example.org"),
        (Kind.NUMBER, {}, "twelve", "whole number"),
        (Kind.NUMBER, {"least": 0, "most": 120}, "150", "120 or less"),
        (Kind.NUMBER, {"least": 0, "most": 120}, "-1", "0 or more"),
        (Kind.CHOICE, {"codes": "colours"}, "green", "answers shown"),
        (Kind.CHOICES, {"codes": "colours"}, "green", "that are shown"),
        (Kind.YES_NO, {}, "perhaps", "answers shown"),
    ],
)
def test_what_does_not_fit_says_what_would(kind: Kind, more: dict[str, Any], value: str, what: str) -> None:
    assert what in read({"q": [value]}, question(kind, **more)).errors["q"]


def test_a_postcode_is_written_as_it_should_be() -> None:
    assert read({"q": ["ls14ap"]}, question(Kind.TEXT, input="postcode")).answers == {"q": "LS1 4AP"}


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.EACH])
def test_what_must_be_answered_is_asked_for(kind: Kind) -> None:
    reading = read({}, question(kind, codes="colours" if "choice" in kind else None))
    assert list(reading.errors) == ["q-day" if kind is Kind.DATE else "q"]


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.EACH])
def test_what_may_be_left_blank_is_left_out(kind: Kind) -> None:
    reading = read({}, question(kind, required=False, codes="colours" if "choice" in kind else None))
    assert (reading.answers, reading.errors) == ({}, {})


def test_a_follow_up_is_read_only_when_it_was_asked() -> None:
    first = Question(id="knows", kind=Kind.YES_NO, label="Do they know?")
    second = Question(id="how", kind=Kind.TEXT, label="How?", when=when("knows", "yes"))
    assert read({"knows": ["no"], "how": ["left over"]}, first, second).answers == {"knows": "no"}
    assert "how" in read({"knows": ["yes"]}, first, second).errors


def test_an_answer_that_was_typed_before_its_question_was_hidden_calls_for_nothing() -> None:
    first = Question(id="knows", kind=Kind.YES_NO, label="Do they know?")
    second = Question(id="told", kind=Kind.YES_NO, label="Told?", when=when("knows", "yes"))
    third = Question(id="how", kind=Kind.TEXT, label="How?", when=when("told", "yes", "no"))
    assert list(read({"knows": ["yes"], "told": ["no"]}, first, second, third).errors) == ["how"]
    left_over = read({"knows": ["no"], "told": ["no"], "how": ["left over"]}, first, second, third)
    assert (left_over.answers, left_over.errors) == ({"knows": "no"}, {})


def test_a_list_that_asks_for_something_is_not_left_empty() -> None:
    who = Question(id="by", kind=Kind.TEXT, label="By whom?", required=False)
    each = Question(id="each", kind=Kind.EACH, label="Each", codes="colours", ask=(who,), missing="Enter one")
    assert read({}, each).errors == {"each": "Enter one"}
    assert read({"each.blue.by": ["Ann"]}, each).answers == {"each": {"blue": {"by": "Ann"}}}
    assert not read({}, each.model_copy(update={"missing": ""})).errors


def test_a_question_for_each_item_names_the_item_that_is_wrong() -> None:
    seen = Question(id="seen", kind=Kind.YES_NO, label="Seen?")
    each = Question(id="each", kind=Kind.EACH, label="Each", codes="colours", ask=(seen,))
    reading = read({"each.red.seen": ["yes"]}, each)
    assert reading.answers == {"each": {"red": {"seen": "yes"}}}
    assert list(reading.errors) == ["each.blue.seen"]
    assert reading.errors["each.blue.seen"].startswith("Blue: ")


def test_an_item_whose_label_is_a_sentence_is_named_without_its_full_stop() -> None:
    seen = Question(id="seen", kind=Kind.YES_NO, label="Seen?")
    each = Question(id="each", kind=Kind.EACH, label="Each", codes="people", ask=(seen,))
    people = (Code(id="ann", label="Ann. She said so."),)
    section = Section(id="one", title="One", questions=(each,))

    def choices(asked: Question) -> tuple[Code, ...]:
        return YES_NO if asked.kind is Kind.YES_NO else people

    errors = Reader(choices, TODAY).read([section], {}).errors
    assert errors["each.ann.seen"].startswith("Ann. She said so: ")


@given(st.dictionaries(st.sampled_from(["q", "q-day", "q-month", "q-year"]), st.lists(st.text(), max_size=3)))
def test_nothing_that_is_typed_breaks_the_reader(typed: dict[str, list[str]]) -> None:
    for kind in Kind:
        if kind is Kind.EACH:
            continue
        reading = read(typed, question(kind, codes="colours" if "choice" in kind else None))
        assert bool(reading.answers) != bool(reading.errors)
