"""Follow-ups: who may answer, what an answer changes, and what a pack may say."""

import re
from datetime import date
from pathlib import Path

import pytest

from handrail.policy import process
from handrail.policy.event import Event
from handrail.policy.follow_ups import Asked
from handrail.policy.load import PackError, load_pack
from handrail.policy.position import Pending, Position
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.link_answer import link_step
from handrail.policy.tests.small_pack import write

MONDAY, TUESDAY, FRIDAY = date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 7)

ASKING = """
[[forms]]
id = "please"
title = "Asking"
source = "law"
[[forms.sections]]
id = "please"
title = "Asking"
[[forms.sections.questions]]
id = "who"
kind = "person"
label = "Who?"
missing = "Select an answer"
roles = ["officer"]
means = "follow-up.person"
[[forms.sections.questions]]
id = "due"
kind = "date"
label = "By when?"
missing = "Enter an answer"
future = true
means = "follow-up.due"
"""
STEP = """
[[steps]]
id = "{0}"
title = "{0}"
act = "{0}"
by = ["officer"]
stages = ["work", "done"]
beside = true
source = "law"
"""
RULE = """
[[follow_ups]]
id = "{0}"
title = "Favour"
statement = "Somebody does it."
opened_by = ["please"]
accepted_by = "accept"
refused_by = "refuse"
passed_on_by = "pass-on"
ended_by = ["did"]
answer_working_days = 2
unchecked = "Too small."
source = "law"
{1}
"""
ANSWERS = "".join(STEP.format(step) for step in ("accept", "refuse", "did"))
ASKS = "".join(STEP.format(step) + 'form = "please"\n' for step in ("please", "pass-on"))
WHOLE = ASKING + ASKS + ANSWERS + RULE.format("favour", "")


def pack_with(folder: Path, text: str) -> Pack:
    return load_pack(write(folder, "favour.toml", "", text))


class Case:
    """A case on which things are asked, one event after another."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.number = pack, 0
        self.until: date | None = FRIDAY
        self.position = process.opening_position(pack)
        self.settled: list[Asked] = []
        self.take("begin", by="ana")

    def take(self, step: str, *, by: str, on: date = MONDAY, about: int | None = None, of: str = "") -> int:
        self.number += 1
        event = Event(step, None, by, on, self.number, about=about, asked=of, until=self.until)
        change = process.advance(self.pack, self.position, event)
        self.position = change.position
        self.settled += filter(None, [change.settled])
        return self.number

    def refusal(self, step: str, *, by: str, about: int | None = None) -> str:
        found = self.pack.step_by_id[step]
        refused = process.refusal(
            self.pack, self.position, found, by=by, roles=["officer"], about=about, bodies=()
        )
        return refused.reason if refused else ""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(pack_with(tmp_path, WHOLE))


def test_whoever_is_asked_takes_it_on_and_ends_it(case: Case) -> None:
    number = case.take("please", by="ana", of="bo")
    (asked,) = case.position.asked
    assert (asked.number, asked.of, asked.due) == (number, "bo", FRIDAY)
    assert (asked.answer_due, asked.waits_for_answer) == (date(2024, 6, 5), True)
    case.take("accept", by="bo", on=TUESDAY, about=number)
    assert (case.position.asked[0].accepted, case.position.asked[0].waits_for_answer) == (TUESDAY, False)
    case.take("did", by="bo", on=FRIDAY, about=number)
    assert case.position.asked == ()
    assert [(asked.ended, asked.ended_by) for asked in case.settled] == [(FRIDAY, "did")]


def test_only_whoever_was_asked_answers(case: Case) -> None:
    number = case.take("please", by="ana", of="bo")
    assert "Somebody else was asked" in case.refusal("accept", by="ana", about=number)
    assert case.refusal("accept", by="bo", about=number) == ""
    case.take("accept", by="bo", about=number)
    assert "answered already" in case.refusal("refuse", by="bo", about=number)


@pytest.mark.parametrize("about", [None, 0, 1, 99])
def test_an_answer_to_nothing_is_refused(case: Case, about: int | None) -> None:
    case.take("please", by="ana", of="bo")
    assert "is not open on this case" in case.refusal("did", by="bo", about=about)


def test_a_refused_one_stays_until_it_is_passed_on(case: Case) -> None:
    number = case.take("please", by="ana", of="bo")
    case.take("refuse", by="bo", on=TUESDAY, about=number)
    assert case.position.asked[0].refused == TUESDAY
    case.take("pass-on", by="ana", on=TUESDAY, about=number, of="cy")
    (asked,) = case.position.asked
    assert (asked.number, asked.of, asked.began, asked.refused) == (number, "cy", MONDAY, None)
    assert asked.waits_for_answer


def test_steps_that_answer_are_not_offered_by_themselves(case: Case) -> None:
    steps = process.open_steps(case.pack, case.position, by="ana", roles=["officer"])
    offered = {step.id for step in steps}
    assert "please" in offered
    assert offered.isdisjoint(case.pack.answering)


def test_several_can_be_asked_and_each_ends_by_itself(case: Case) -> None:
    first, second = (case.take("please", by="ana", of=who) for who in ("bo", "cy"))
    case.take("did", by="cy", about=second)
    assert [asked.number for asked in case.position.asked] == [first]


def test_one_at_a_time_refuses_a_second(tmp_path: Path) -> None:
    text = ASKING + ASKS + ANSWERS + RULE.format("favour", "one_at_a_time = true")
    case = Case(pack_with(tmp_path, text))
    case.take("please", by="ana", of="bo")
    assert "asked for already" in case.refusal("please", by="ana")


def test_taking_over_ends_it(tmp_path: Path) -> None:
    text = ASKING + ASKS + ANSWERS + RULE.format("favour", 'gives = "owner"\nrefusal_ends = true')
    case = Case(pack_with(tmp_path, text))
    first = case.take("please", by="ana", of="bo")
    case.take("refuse", by="bo", about=first)
    second = case.take("please", by="ana", of="cy")
    case.take("accept", by="cy", about=second)
    assert [(asked.number, bool(asked.accepted)) for asked in case.settled] == [
        (first, False),
        (second, True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('ended_by = ["did"]\n', "", "Nothing ends it"),
        ('ended_by = ["did"]', 'ended_by = ["done"]', "Step “done” does not exist"),
        ("answer_working_days = 2\n", "", "“accepted_by” and “answer_working_days” go together"),
        ('means = "follow-up.person"\n', "", "has to ask who takes it on"),
        ('means = "follow-up.due"\n', "", "Nothing says by when"),
        (
            'roles = ["officer"]\nmeans',
            'roles = ["supervisor"]\nmeans',
            "“who” does not offer the role “officer”, which could take it on",
        ),
        (
            'accepted_by = "accept"\nrefused_by = "refuse"\npassed_on_by = "pass-on"\n',
            'gives = "owner"\n',
            "It gives the case to the person who takes it on",
        ),
        (ANSWERS, ANSWERS.replace("beside = true\n", ""), "say “beside = true”"),
        (WHOLE, WHOLE + RULE.format("other", ""), "is one of “favour” too"),
    ],
)
def test_an_unsound_one_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        pack_with(tmp_path, WHOLE.replace(old, new))


STOPPING = RULE.format("favour", 'holds_up = [{ step = "decide", outcome = "end" }]')
STOPPED = ASKING + ASKS + ANSWERS + STOPPING


def test_what_it_stops_is_not_decided_while_one_is_open(tmp_path: Path) -> None:
    case = Case(pack_with(tmp_path, STOPPED))
    decide = case.pack.step_by_id["decide"]

    def refused(outcome: str | None) -> str:
        found = process.refusal(
            case.pack, case.position, decide, by="ana", roles=["officer"], outcome=outcome
        )
        return found.reason if found else ""

    assert refused("end") == ""
    number = case.take("please", by="ana", of="bo")
    assert refused("end").startswith("“Favour” is still open. Answer it first")
    assert (refused("go-on"), refused(None)) == ("", "")
    case.take("did", by="bo", about=number)
    assert refused("end") == ""


def test_a_sign_off_waits_for_what_stops_the_decision(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, STOPPED)
    asked = Asked("favour", 3, "ana", "bo", MONDAY, FRIDAY)
    for decided, stopped in (("end", True), ("go-on", False)):
        position = Position("work", pending=Pending("decide", decided, "ana", 2), asked=(asked,))
        for outcome in ("yes", "no"):
            refused = process.refusal(
                pack, position, pack.step_by_id["sign"], by="bo", roles=["supervisor"], outcome=outcome
            )
            assert bool(refused) is (stopped and outcome == "yes")


@pytest.mark.parametrize(
    ("stops", "message"),
    [
        ('{ step = "nap" }', "step “nap” does not exist"),
        ('{ step = "did" }', "answers it, so it could never be answered"),
        ('{ step = "sign" }', "signs off; name the decision"),
        ('{ step = "decide", outcome = "sleep" }', "has no outcome “sleep”. There are: end, go-on."),
    ],
)
def test_a_step_that_cannot_be_stopped_is_told(tmp_path: Path, stops: str, message: str) -> None:
    text = ASKING + ASKS + ANSWERS + RULE.format("favour", f"holds_up = [{stops}]")
    with pytest.raises(PackError, match=re.escape(message)):
        pack_with(tmp_path, text)


REPORTS = """
[[forms]]
id = "how"
title = "How it goes"
source = "law"
[[forms.sections]]
id = "how"
title = "How it goes"
[[forms.sections.questions]]
id = "how"
kind = "long-text"
label = "How does it go?"
missing = "Enter an answer"
means = "follow-up.report"
"""
REPORTED = REPORTS + STEP.format("tell") + 'form = "how"\n'
REPORTED_EVERY_TWO_DAYS = 'reported_by = ["tell"]\nreport_working_days = 2'


@pytest.fixture
def reported(tmp_path: Path) -> Case:
    rule = RULE.format("favour", REPORTED_EVERY_TWO_DAYS)
    return Case(pack_with(tmp_path, ASKING + ASKS + ANSWERS + REPORTED + rule))


def test_a_report_ends_nothing_and_begins_the_next_due_day(reported: Case) -> None:
    number = reported.take("please", by="ana", of="bo")
    reported.take("tell", by="bo", on=TUESDAY, about=number)
    (asked,) = reported.position.asked
    assert (asked.reported, asked.due, asked.ended, asked.missed) == (TUESDAY, FRIDAY, None, None)
    assert reported.settled == []
    reported.until = None
    reported.take("tell", by="bo", on=TUESDAY, about=number)
    assert reported.position.asked[0].due == date(2024, 6, 6)
    reported.take("did", by="bo", on=FRIDAY, about=number)
    assert reported.position.asked == ()


def test_a_late_report_stays_late_though_the_next_comes_in_time(reported: Case) -> None:
    number, reported.until = reported.take("please", by="ana", of="bo"), None
    for on in (date(2024, 6, 11), date(2024, 6, 12)):
        reported.take("tell", by="bo", on=on, about=number)
    assert reported.position.asked[0].missed == FRIDAY
    assert reported.position.asked[0].due == date(2024, 6, 14)


def test_a_report_recorded_later_of_an_earlier_day_does_not_go_back(reported: Case) -> None:
    number, reported.until = reported.take("please", by="ana", of="bo"), None
    for on in (FRIDAY, TUESDAY):
        reported.take("tell", by="bo", on=on, about=number)
    (asked,) = reported.position.asked
    assert (asked.reported, asked.due) == (FRIDAY, date(2024, 6, 11))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('reported_by = ["tell", "did"]', "reports, so it cannot answer as well"),
        ('reported_by = ["silent"]', "has to ask what is reported"),
        ("report_working_days = 2", "goes with “reported_by”"),
        ('reported_by = ["nothing"]', "Step “nothing” does not exist"),
    ],
)
def test_what_cannot_report_is_refused(tmp_path: Path, rule: str, said: str) -> None:
    text = ASKING + ASKS + ANSWERS + REPORTED + STEP.format("silent") + RULE.format("favour", rule)
    with pytest.raises(PackError, match=said):
        pack_with(tmp_path, text)


BY_LINK = """
[[forms]]
id = "link"
title = "Link"
source = "law"
[[forms.sections]]
id = "link"
title = "Link"
[[forms.sections.questions]]
id = "whom"
kind = "text"
label = "Whom?"
missing = "Enter an answer"
means = "follow-up.what"
[[forms.sections.questions]]
id = "email"
kind = "text"
label = "Where?"
missing = "Enter an answer"
means = "follow-up.email"

[[forms]]
id = "outside"
title = "Outside"
source = "law"
[[forms.sections]]
id = "outside"
title = "Outside"
[[forms.sections.questions]]
id = "said"
kind = "text"
label = "What?"
missing = "Enter an answer"
"""
ASKED_BY_LINK = """
[[follow_ups]]
id = "link"
title = "Link"
statement = "Somebody outside answers."
opened_by = ["link"]
ended_by = ["outside"]
working_days = 2
unchecked = "Too small."
source = "law"
"""
OUTSIDE = STEP.format("outside").replace('by = ["officer"]', 'kind = "link-answer"') + 'form = "outside"\n'
LINK = STEP.format("link") + 'form = "link"\n'
WITH_LINK = BY_LINK + LINK + OUTSIDE + ASKED_BY_LINK


def test_somebody_without_an_account_answers_by_a_link_and_nobody_else_does(tmp_path: Path) -> None:
    case = Case(pack_with(tmp_path, WITH_LINK))
    number = case.take("link", by="ana")
    step = link_step(case.pack, case.pack.follow_up_by_id["link"])
    assert step
    for roles, refused in ((["officer"], True), (["public"], False)):
        found = process.refusal(case.pack, case.position, step, by="", roles=roles, about=number)
        assert (found is not None) == refused
    case.take("outside", by="", about=number)
    assert case.position.asked == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('label = "What?"', 'label = "What?"\nmeans = "case.owner"', "may not show or change the record"),
        ('kind = "text"\nlabel = "What?"', 'kind = "person"\nlabel = "Who?"', "may not show or change"),
        ('means = "follow-up.email"', "", "has to ask for the recipient of the link"),
        ('kind = "link-answer"', 'kind = "link-answer"\nby = ["officer"]', "neither outcomes nor “by”"),
        (
            'ended_by = ["outside"]',
            'ended_by = ["did"]',
            "What is answered by a link ends a follow-up",
        ),
    ],
)
def test_a_form_by_link_that_tells_or_changes_something_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in WITH_LINK
    with pytest.raises(PackError, match=re.escape(said)):
        pack_with(tmp_path, WITH_LINK.replace(old, new) + STEP.format("did"))
