"""A misspelt repeat referral, from the public form to a signed-off decision that knew of the earlier one."""

import time

from tests.journeys.conftest import Arrive
from tests.journeys.test_whole_life import act, name_of
from tests.journeys.visitor import REFERENCE, Visitor

FORCE = "West Yorkshire Police"
FIRST = {"given-name": "Odalys", "family-name": "Thistlewaitham", "date-of-birth": "11 4 2008"}
MISSPELT = FIRST | {"family-name": "Thisselwaitham"}
WHY = "The same school and the same day of birth; her mother confirms it."
LEARNT = {
    "other-interest-contact": "Detective Inspector Ellwood",
    "other-interest-number": "01632 960174",
    "other-interest-before": "anybody speaks to the family",
}
OFFICER, SUPERVISOR, FIMU = "Prevent officer", "Prevent supervisor", "FIMU officer"
GATEWAY, SIGN_OFF = "Complete the gateway assessment", "Sign off the gateway assessment"
LINKED = "1 other record is linked: the same person"
PATIENCE = 90  # seconds, for the worker to look for others


def refer(visitor: Visitor, **about: str) -> str:
    """Send the public form without an account."""
    visitor.go("/")
    visitor.press("Make a referral")
    visitor.press("Start a referral")
    visitor.fill_all(FORCE, "Education", **about)
    visitor.press("Send the referral")
    return str(REFERENCE.findall(visitor.main.inner_text())[0])


def close(somebody: Visitor, reference: str) -> str:
    """Close the case with no further action; return its reference."""
    held = "Go to the gateway: nothing relevant is held"
    act(somebody, reference, FIMU, "Record the information assessment", held)
    act(somebody, reference, SUPERVISOR, "Allocate to an owner", name_of(somebody, OFFICER))
    act(somebody, reference, OFFICER, GATEWAY, "Not for Prevent: leave", "No")
    act(somebody, reference, OFFICER, "Complete the exit checklist", "No further action")
    act(somebody, reference, SUPERVISOR, "Sign off the exit", "Agree")
    assert somebody.fact("Stage").startswith("Closed")
    return somebody.fact("Reference")


def step_in_as_another_officer(visitor: Visitor) -> None:
    visitor.page.goto("/demonstration/")
    officers = visitor.page.locator("li").filter(has=visitor.page.get_by_text(OFFICER, exact=True))
    visitor.open(officers.nth(1).get_by_role("button"))
    visitor.name = visitor.page.locator("header strong").inner_text()


def wait_for_the_worker(visitor: Visitor) -> None:
    """Look at the case again until other records were looked for."""
    end = time.monotonic() + PATIENCE
    while "may be about the same person: not answered" not in visitor.main.inner_text():
        assert time.monotonic() < end, visitor.main.inner_text()
        visitor.page.wait_for_timeout(1000)
        visitor.page.reload()


def test_who_decides_a_misspelt_repeat_referral_knows_of_the_first_and_how_it_ended(arrive: Arrive) -> None:
    # Given a referral that was closed with no further action
    mother, somebody, teacher = arrive(on_phone=True, script=False), arrive(), arrive(script=False)
    first = close(somebody, refer(mother, **FIRST))

    # And another one about the same girl, under a misspelt name
    again = refer(teacher, **MISSPELT)

    # When the intelligence unit looks, it says that it is the same person, and whom to call first
    somebody.step_in(FIMU)
    somebody.find(again)
    wait_for_the_worker(somebody)
    somebody.follow("See what agrees")
    somebody.follow("Say whether it is the same person", within="main")
    somebody.answer("Record the answer", "The same person", reason=WHY)
    somebody.reads("The two records are linked")
    somebody.find(again)
    held = ("Yes", "Go to the gateway: relevant information is held")
    somebody.take(
        "Record the information assessment",
        *held,
        **LEARNT,
        **{"held-elsewhere": "Prevent case records"},
        reason="See the first.",
    )

    # And the supervisor, who sees the first too, gives it to another officer
    step_in_as_another_officer(somebody)
    other = somebody.name
    somebody.step_in(SUPERVISOR)
    somebody.find(again)
    somebody.reads(LINKED)
    somebody.take("Allocate to an owner", other)

    # Then that officer is told of the first case, how it ended and whom to call, before anything else
    officer = arrive(on_phone=True)
    step_in_as_another_officer(officer)
    officer.find(again)
    officer.follow(GATEWAY, within="main")
    for words in (
        LINKED,
        first,
        "Exit checklist: No further action",
        "Call Detective Inspector Ellwood first",
        "01632 960174",
        "anybody speaks to the family",
    ):
        officer.reads(words)
    officer.reads_not("No record that is like this one was found")
    officer.reads_not("Thistlewaitham")

    # And reads it, by saying why
    officer.follow("Open it and say why", within="main")
    officer.answer(
        "Open the case", "It bears on a case of mine", reason="A new referral about the same girl."
    )
    officer.reads("Thistlewaitham")
    officer.reads("Recent timeline")

    # And decides, and another person, who is told the same, signs it off
    officer.find(again)
    officer.take(GATEWAY, "Keep as a police-led case", reason="The second time in a year; see the first.")
    somebody.step_in(SUPERVISOR)
    somebody.find(again)
    somebody.follow(SIGN_OFF, within="main")
    somebody.reads(LINKED)
    somebody.reads("Exit checklist: No further action")
    somebody.press("Begin")
    somebody.fill_all("Agree", reason="I have read both.")
    somebody.reads(LINKED)
    somebody.press(SIGN_OFF)
    assert somebody.fact("Stage").startswith("Police-led case")
