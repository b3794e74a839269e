"""A case from the referral to the exit, by all who have a hand in it, each on their own screen."""

import pytest

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

NAME = "Rowan Thistlewaite"
ABOUT = {"given-name": "Rowan", "family-name": "Thistlewaite", "date-of-birth": "27 3 2009"}
# Somebody else, so that nobody is asked first whether the two are one person.
ANOTHER = {"given-name": "Perpetua", "family-name": "Wantsum", "date-of-birth": "9 11 1991"}
REASON = {"reason": "What was seen and said carries it."}
CHRONOLOGY = [
    "Referral inside the police",
    "Information assessment: Go to the gateway: relevant information is held",
    "Immediate safeguarding",
    "Allocation",
    "Gateway assessment: Refer to Channel",
    "Sign-off of the gateway assessment: Agree",
    "Assessment of susceptibility",
    "Decision of the panel: Adopted",
    "Support plan",
    "End of Channel support: No further radicalisation concerns",
    "Exit checklist: Supported, now under review",
    "Sign-off of the exit: Agree",
]


def test_a_case_goes_from_a_referral_through_channel_to_its_exit(arrive: Arrive) -> None:
    somebody = arrive()
    officer = name_of(somebody, "Prevent officer")
    reference = refer_inside_the_police(somebody)
    assess_the_information(somebody, reference)
    make_safe(somebody, reference)
    allocate(somebody, reference, to=officer)
    decide_at_the_gateway(somebody, reference)
    sign_off(somebody, reference, "Sign off the gateway assessment", stands_at="Referred to Channel")
    support_in_channel(somebody, reference)
    check_the_exit(somebody, reference)
    sign_off(somebody, reference, "Sign off the exit", stands_at="Left, under review")
    assert "Review after 6 months" in somebody.due
    assert "Review after 12 months" in somebody.due
    assert somebody.fact("Owner").startswith(officer)
    somebody.reads("What is next")
    somebody.reads_not("Does not meet policy")
    assert somebody.whole_timeline() == CHRONOLOGY
    read_every_entry(somebody)


def name_of(visitor: Visitor, post: str) -> str:
    visitor.step_in(post)
    return visitor.name


def refer_inside_the_police(visitor: Visitor, about: dict[str, str] = ABOUT) -> str:
    visitor.step_in("Prevent single point of contact")
    visitor.follow("New referral")
    visitor.press("Refer a vulnerable person")
    visitor.fill_all("West Yorkshire Police", "Susceptibility to radicalisation", **about)
    visitor.press("Send the referral")
    assert visitor.heading == "Referral received"
    [reference] = REFERENCE.findall(visitor.main.inner_text())
    return str(reference)


def assess_the_information(visitor: Visitor, reference: str, name: str = NAME) -> None:
    # It reached the intelligence unit by itself
    visitor.step_in("FIMU officer")
    visitor.has_task(name)
    visitor.find(reference)
    assert visitor.heading == name
    assert visitor.fact("Stage").startswith("Information assessment")
    assert "Information assessment" in visitor.due
    act = "Record the information assessment"
    where = {"held-elsewhere": "In a paper file of the unit"}
    visitor.take(act, "Go to the gateway: relevant information is held", **where, **REASON)
    assert visitor.fact("Stage").startswith("Police gateway")


def make_safe(visitor: Visitor, reference: str) -> None:
    visitor.step_in("MASH officer")
    visitor.has_task(NAME)
    visitor.find(reference)
    visitor.take("Record safeguarding")
    # What is not theirs is not offered
    visitor.reads_not("Complete the gateway assessment")


def allocate(visitor: Visitor, reference: str, *, to: str) -> None:
    visitor.step_in("Prevent supervisor")
    visitor.find(reference)
    assert "accountable until the case is allocated" in visitor.fact("Owner")
    visitor.take("Allocate to an owner", to)
    assert visitor.fact("Owner").startswith(to)


def decide_at_the_gateway(visitor: Visitor, reference: str) -> None:
    visitor.step_in("Prevent officer")
    visitor.has_task(NAME)
    visitor.find(reference)
    visitor.follow("Complete the gateway assessment", within="main")
    # What happened before is read before anything is decided
    assert visitor.chronology == CHRONOLOGY[:4]
    visitor.press("Begin")
    visitor.fill_all("Refer to Channel", "Leeds City Council", **REASON)
    visitor.reads("Leeds City Council")
    visitor.press("Complete the gateway assessment")
    # Nobody signs off their own decision
    visitor.reads("waits for sign-off by another person")
    visitor.reads_not("Sign off the gateway assessment")


def sign_off(visitor: Visitor, reference: str, act: str, *, stands_at: str) -> None:
    visitor.step_in("Prevent supervisor")
    visitor.has_task(NAME)
    visitor.find(reference)
    visitor.follow(act, within="main")
    visitor.reads("Timeline")
    visitor.press("Begin")
    visitor.fill_all("Agree", **REASON)
    visitor.press(act)
    assert visitor.fact("Stage").startswith(stands_at)


def support_in_channel(visitor: Visitor, reference: str) -> None:
    visitor.step_in("Channel police practitioner")
    visitor.find(reference)
    visitor.take("Assess susceptibility")
    visitor.take("Record what the panel decided", "Adopted", **REASON)
    assert visitor.fact("Stage").startswith("Adopted by Channel")
    visitor.take("Write the support plan", "A parent or guardian")
    visitor.take("End Channel support", "No further radicalisation concerns", **REASON)
    assert visitor.fact("Stage").startswith("Leaving")


def check_the_exit(visitor: Visitor, reference: str) -> None:
    visitor.step_in("Prevent officer")
    visitor.find(reference)
    visitor.take("Complete the exit checklist", "Supported, now under review", **REASON)
    visitor.reads("waits for sign-off by another person")


def read_every_entry(visitor: Visitor) -> None:
    for title in CHRONOLOGY:
        visitor.follow(title.partition(":")[0], within=".moj-timeline", exact=True)
        assert visitor.heading == title
        visitor.follow("Back to the case")
        visitor.follow("Timeline", within="main nav", exact=True)


@pytest.mark.parametrize(
    "outcome",
    ["Not for Prevent: leave", pytest.param("Back to the intelligence unit", marks=pytest.mark.whole)],
)
def test_what_the_gateway_does_not_send_to_channel_goes_on_elsewhere_with_the_reason(
    arrive: Arrive, outcome: str
) -> None:
    officer = arrive()
    reference = refer_inside_the_police(officer, ANOTHER)
    assess_the_information(officer, reference, "Perpetua Wantsum")
    officer.step_in("Prevent officer")
    officer.find(reference)
    officer.take("Complete the gateway assessment", outcome, "No", reason="There is another way to help.")
    stage = "Leaving" if outcome.endswith("leave") else "Information assessment"
    assert officer.fact("Stage").startswith(stage)
    officer.reads("There is another way to help.")
