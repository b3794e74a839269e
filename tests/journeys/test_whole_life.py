"""One case from a question over the telephone to its reopening, through all that happens on the way."""

from tests.journeys.conftest import Arrive
from tests.journeys.test_registers import ADVICE, FORCE, step_in
from tests.journeys.visitor import REFERENCE, Visitor

ABOUT = {"given-name": "Marlow", "family-name": "Quillfeather", "date-of-birth": "3 9 2007"}
REASON = {
    "reason": "What was seen and said carries it.",
    "points-although": "The service that took it on answers for it.",
}
OFFICER, SUPERVISOR, FIMU = "Prevent officer", "Prevent supervisor", "FIMU officer"
PRACTITIONER = "Channel police practitioner"


def test_a_case_lives_from_advice_to_its_reopening(arrive: Arrive) -> None:
    somebody = arrive()
    reference = advise_and_refer(somebody)
    held = "Go to the gateway: nothing relevant is held"
    act(somebody, reference, FIMU, "Record the information assessment", held)
    act(somebody, reference, SUPERVISOR, "Allocate to an owner", name_of(somebody, OFFICER))
    lead_by_the_police(somebody, reference)
    hand_over(somebody, reference)
    weigh_what_is_new(somebody, reference)
    signpost(somebody, reference)
    leave_under_review(somebody, reference)
    review_too_soon_and_reopen(somebody, reference)
    assert somebody.chronology[-1] == "Reopening"
    assert somebody.fact("Stage").startswith("Police gateway")


def name_of(visitor: Visitor, post: str) -> str:
    step_in(visitor, post)
    return visitor.name


def act(visitor: Visitor, reference: str, post: str, act: str, *choosing: str) -> None:
    """Take a step on the case as a person of this post."""
    step_in(visitor, post)
    visitor.find(reference)
    visitor.take(act, *choosing, **REASON)


def advise_and_refer(visitor: Visitor) -> str:
    step_in(visitor, OFFICER)
    visitor.follow("Advice", within="nav")
    visitor.press("Record advice")
    asked = ADVICE | {"asked": "A pupil draws weapons. What to do?"}
    visitor.fill_all("Education", "By phone", **asked)
    visitor.press("Record advice")
    visitor.press("Make it a referral")
    visitor.fill_all(FORCE, "Education", **ABOUT)
    visitor.press("Send the referral")
    [reference] = REFERENCE.findall(visitor.main.inner_text())
    return str(reference)


def lead_by_the_police(visitor: Visitor, reference: str) -> None:
    act(visitor, reference, OFFICER, "Complete the gateway assessment", "Keep as a police-led case")
    act(visitor, reference, SUPERVISOR, "Sign off the gateway assessment", "Agree")
    act(visitor, reference, OFFICER, "Write the police-led plan")


def hand_over(visitor: Visitor, reference: str) -> None:
    """The old owner is responsible until the new one has taken over."""
    receiver = name_of(visitor, PRACTITIONER)
    owner = name_of(visitor, OFFICER)
    visitor.find(reference)
    visitor.take("Hand the case over", receiver, what="The school waits for a call.")
    visitor.reads("Not accepted yet")
    assert visitor.fact("Owner").startswith(owner)
    step_in(visitor, PRACTITIONER)
    visitor.reads("The school waits for a call.")
    visitor.find(reference)
    visitor.follow("Take it over", within="main")
    visitor.press("Take it over")
    assert visitor.fact("Owner").startswith(receiver)


def weigh_what_is_new(visitor: Visitor, reference: str) -> None:
    """Information that could change a decision calls for a reassessment before the one of every 6 months."""
    reassessment = "Reassessment by the intelligence unit"
    act(visitor, reference, PRACTITIONER, "Add information", "It could change what was decided")
    assert visitor.due.count(reassessment) == 2
    act(visitor, reference, FIMU, "Record a reassessment")
    assert visitor.due.count(reassessment) == 1


def signpost(visitor: Visitor, reference: str) -> None:
    """Signpost the case; it shows as unconfirmed until the service reports the result."""
    act(visitor, reference, PRACTITIONER, "Signpost to a service")
    visitor.reads("Not confirmed yet")
    visitor.follow("Record what the service says", within="main")
    visitor.fill("The service is helping", **REASON)
    visitor.press("Record what the service says")
    visitor.reads_not("Not confirmed yet")


def leave_under_review(visitor: Visitor, reference: str) -> None:
    act(visitor, reference, PRACTITIONER, "Assess susceptibility", "Not present")
    act(visitor, reference, SUPERVISOR, "End the police-led case", "No further radicalisation concerns")
    act(visitor, reference, PRACTITIONER, "Complete the exit checklist", "Supported, now under review", "No")
    act(visitor, reference, SUPERVISOR, "Sign off the exit", "Agree")
    assert "Review after 6 months" in visitor.due


def review_too_soon_and_reopen(visitor: Visitor, reference: str) -> None:
    """A review on the day of leaving is not offered, and says from when; a new concern reopens the case."""
    step_in(visitor, PRACTITIONER)
    visitor.find(reference)
    visitor.reads_not("Record the 6-month review")
    visitor.go(f"{visitor.page.url}steps/six-month-review/")
    visitor.reads("The case left too short a time ago for the 6-month review.")
    visitor.reads("It is possible from")
    act(visitor, reference, SUPERVISOR, "Open the case again")
