"""A short form: answers are read, kept and shown again with errors; before sending there are no errors."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.test import RequestFactory

from handrail.forms.sheet import Sheet, entered, reason
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Question

WHEN = Question(id="when", kind=Kind.CHOICE, label="When?", missing="Select when")
LAST = Question(
    id="last",
    kind=Kind.DATE,
    label="Last day",
    future=True,
    when=Condition.model_validate({"question": "when", "is": ["later"]}),
)
WHY = reason("Why?", "Say why")
CHOICES = {"when": (Code(id="now", label="Now"), Code(id="later", label="Later"))}


def sheet(**sent: str | list[str]) -> Sheet:
    return Sheet((WHEN, LAST, WHY), choices=CHOICES).sent(RequestFactory().post("/", sent))


def test_a_form_that_was_not_sent_is_neither_right_nor_wrong() -> None:
    asked = Sheet((WHEN, WHY), choices=CHOICES, typed=entered(when="now")).sent(RequestFactory().get("/"))
    assert not asked.is_right()
    assert (asked.errors, asked.status) == ({}, HTTPStatus.OK)
    assert asked.fields[0].chosen("now")


def test_what_was_sent_is_read_and_a_question_under_another_choice_is_not_asked() -> None:
    sent = sheet(when="now", reason="It is over. ", **{"last-day": "99"})
    assert sent.is_right()
    assert (sent.answer("when"), sent.answer("reason"), sent.day("last")) == ("now", "It is over.", None)


def test_what_is_wrong_leads_to_its_input_and_what_was_typed_stays() -> None:
    sent = sheet(when="later", reason="", **{"last-day": "31", "last-month": "2", "last-year": "2026"})
    assert not sent.is_right()
    assert sent.errors == {"last-day": "Enter a real date, like 27 3 2009", "reason": "Say why"}
    assert sent.status == HTTPStatus.UNPROCESSABLE_ENTITY
    when, why = sent.fields
    [last] = when.options[1].follows
    assert (last.value("-day"), last.error) == ("31", "Enter a real date, like 27 3 2009")
    assert why.error == "Say why"


def test_what_no_question_asks_is_not_taken() -> None:
    assert sheet(when="now", act="close").typed == {"when": ["now"]}


def test_what_cannot_be_done_now_is_said_apart_from_what_is_wrong() -> None:
    sent = sheet(when="now", reason="It is over.")
    sent.problem = "The case has closed."
    assert sent.status == HTTPStatus.CONFLICT


@dataclass
class Backwards(Sheet):
    def check(self) -> None:
        self.wrong("last", "Too early")


def test_a_form_says_what_is_wrong_with_answers_taken_together() -> None:
    asked = Backwards((LAST.model_copy(update={"when": None}),), typed=entered(last=date(2026, 3, 1)))
    post = RequestFactory().post("/", {name: values[-1] for name, values in asked.typed.items()})
    assert not asked.sent(post).is_right()
    sent = asked.sent(post)
    sent.is_right()
    assert sent.errors == {"last-day": "Too early"}
    assert sent.day("last") == date(2026, 3, 1)


def test_a_lone_question_is_no_second_title_of_its_page() -> None:
    assert [one.is_title for one in Sheet((WHY,)).fields] == [False]


def test_an_input_is_as_wide_as_a_short_answer() -> None:
    asked = [Question(id="at", kind=Kind.TEXT, label="At", max_length=most) for most in (5, 40)]
    assert [Sheet((one,)).fields[0].width for one in asked] == [5, 0]
