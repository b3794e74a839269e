"""Choices that are the members of something, and one row of answers for each of them."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from handrail.policy.answers import YES_NO, Reader
from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.names import REGISTERED
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Form, Kind, Question, Section
from handrail.records import members

CAME = Question(id="came", kind=Kind.YES_NO, label="Did they come?")
CHAIR = Question(id="chair", kind=Kind.CHOICE, members="panel", label="Who was in the chair?")
EACH = Question(id="attendance", kind=Kind.EACH, members="panel", label="Who came?", ask=(CAME,))
FORM = Form(
    id="meeting",
    title="Meeting",
    source=LOCAL_CHOICE,
    note="For tests.",
    sections=(Section(id="meeting", title="Meeting", questions=(CHAIR, EACH)),),
)
TYPED = {"chair": ["ana"], "attendance.ana.came": ["yes"], "attendance.bo.came": ["no"]}


@pytest.fixture
def meeting() -> Iterator[Any]:
    """A record of a kind made for this test: a panel with members."""
    members.register("panel", lambda record: [Code(id=id_, label=name) for id_, name in record.panel.items()])
    yield SimpleNamespace(panel={"ana": "Ana Reed", "bo": "Bo Quick"})
    del members._members["panel"]
    REGISTERED.members.discard("panel")


def read(meeting: Any) -> Any:
    options = members.with_members(lambda question: YES_NO, meeting)
    return Reader(options, date(2024, 6, 3)).read(FORM.sections, TYPED), options


def test_members_are_chosen_and_asked_about_one_by_one(meeting: Any) -> None:
    reading, _ = read(meeting)
    assert reading.errors == {}
    assert reading.answers == {"chair": "ana", "attendance": {"ana": {"came": "yes"}, "bo": {"came": "no"}}}


def test_who_is_no_member_any_more_cannot_be_chosen(meeting: Any) -> None:
    del meeting.panel["ana"]
    reading, _ = read(meeting)
    assert reading.errors == {"chair": "Select one of the answers shown"}
    assert reading.answers["attendance"] == {"bo": {"came": "no"}}


def test_an_entry_keeps_the_words_of_those_whom_it_names(meeting: Any) -> None:
    reading, options = read(meeting)
    content = members.kept(FORM, reading.answers, options)
    meeting.panel.clear()
    said = members.as_kept(content)
    assert [code.label for code in said["chair"]] == ["Ana Reed"]
    assert [code.label for code in said["attendance"]] == ["Ana Reed", "Bo Quick"]
