"""A second referral taken for a first one, a reassessment, and an exit and a review refused at first."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

ABOUT = {"given-name": "Tamsin", "family-name": "Quillfeather", "date-of-birth": "14 5 2008"}
REASON = {"reason": "What was seen and said carries it."}
ALTHOUGH = REASON | {"points-although": "Help was offered and declined, twice."}
FOUND = "engagement.grievance"
JOIN = "Join to the open case about the same person"
CHECKLIST = "Complete the exit checklist"
LOOKED_AT = "It was looked at by the police together with partners, as far as they could help."
REVIEW = "Record the 6-month review"


def test_a_second_referral_joins_is_weighed_and_no_factor_is_left_out_at_the_exit(arrive: Arrive) -> None:
    somebody = arrive()
    reference = refer(somebody)
    lead_by_the_police(somebody, reference)
    assess(somebody, reference, "Speaks of being wronged at school.")
    join(somebody, refer(somebody))
    assess(somebody, reference, "Says it was the whole town.")
    compare(somebody)
    plan_nothing_and_end(somebody, reference)
    leave(somebody, reference)
    tell_the_referrer(somebody, reference)
    review(somebody, reference)


def refer(visitor: Visitor) -> str:
    visitor.step_in("Prevent single point of contact")
    visitor.follow("New referral")
    visitor.press("Refer a vulnerable person")
    visitor.fill_all("West Yorkshire Police", "Susceptibility to radicalisation", **ABOUT)
    visitor.press("Send the referral")
    [reference] = REFERENCE.findall(visitor.main.inner_text())
    return str(reference)


def lead_by_the_police(visitor: Visitor, reference: str) -> None:
    steps = [
        ("FIMU officer", "Record the information assessment", "Go to the gateway: nothing relevant is held"),
        ("Prevent officer", "Complete the gateway assessment", "Keep as a police-led case"),
        ("Prevent supervisor", "Sign off the gateway assessment", "Agree"),
    ]
    for post, act, outcome in steps:
        visitor.step_in(post)
        visitor.find(reference)
        visitor.take(act, outcome, **REASON)
    assert visitor.fact("Stage").startswith("Police-led case")


def assess(visitor: Visitor, reference: str, shown_by: str) -> None:
    """An assessment that finds one factor."""
    visitor.step_in("Channel police practitioner")
    visitor.find(reference)
    visitor.follow("Assess susceptibility", within="main")
    visitor.press("Begin")
    while visitor.page.locator("form[data-autosave]").count():
        visitor.fill("Not present")
        present = visitor.page.locator(f'input[name="{FOUND}.finding"][value="present"]')
        if present.count():
            present.check()
            visitor.page.locator(f'[name="{FOUND}.evidence"]').fill(shown_by)
        visitor.press("Save and continue")
    visitor.press("Assess susceptibility")


def join(visitor: Visitor, reference: str) -> None:
    visitor.step_in("Prevent supervisor")
    visitor.find(reference)
    visitor.follow("People", within="main nav")
    # Whoever refers from outside waits for no search: the worker looks a moment later.
    others = visitor.main.get_by_text("Other referrals that may be about the same person")
    for _ in range(240):
        if others.count():
            break
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    visitor.reads("Other referrals that may be about the same person")
    visitor.follow("Overview", within="main nav")
    visitor.follow(JOIN, within="main")
    visitor.reads("The same day")
    visitor.page.get_by_role("radio").first.check()
    visitor.press("Join the two")
    visitor.reads("Say how you know that it is the same person")
    visitor.page.get_by_label("How do you know").fill("The same school and the same day of birth.")
    visitor.press("Join the two")
    assert visitor.chronology[-1] == "A further referral was joined"
    visitor.reads("Reassessment by the intelligence unit")
    visitor.reads("Assessment of susceptibility")
    [other] = REFERENCE.findall(visitor.page.locator(".moj-timeline__item").first.inner_text())
    visitor.follow(other, within=".moj-timeline")
    assert visitor.fact("Stage").startswith("Joined to another case")
    visitor.follow("The case it belongs to now")


def compare(visitor: Visitor) -> None:
    visitor.follow("Assessments", within="main nav")
    visitor.follow("Assessment of susceptibility: compare what was found each time")
    visitor.reads("What changed since")
    changed = visitor.page.locator("table").first.inner_text()
    assert "Says it was the whole town." in changed
    assert "Speaks of being wronged at school." in changed
    visitor.reads("Nothing here is added up.")


def plan_nothing_and_end(visitor: Visitor, reference: str) -> None:
    visitor.step_in("Prevent officer")
    visitor.find(reference)
    visitor.take("Write the police-led plan", "No")
    visitor.take("End the police-led case", "No further radicalisation concerns", **REASON)


def leave(visitor: Visitor, reference: str) -> None:
    visitor.follow(CHECKLIST, within="main")
    visitor.reads("No line in a plan")
    visitor.reads("Nobody was asked for information.")
    visitor.reads("The same day")
    visitor.press("Begin")
    while visitor.heading != "Factors without a line in a plan":
        visitor.fill("No")
        visitor.press("Save and continue")
    visitor.reads("That there is no clear ideology is not a reason.")
    visitor.press("Save and continue")
    visitor.reads("Select why the case can leave with it")
    visitor.fill_all("Help was offered and declined", "No", "Supported, now under review", **ALTHOUGH)
    visitor.press(CHECKLIST)
    visitor.step_in("Prevent supervisor")
    visitor.find(reference)
    visitor.take("Sign off the exit", "Agree", **REASON)
    assert "Feedback to the referrer" in visitor.due
    visitor.reads_not("no reason was given")


def tell_the_referrer(visitor: Visitor, reference: str) -> None:
    visitor.take("Record feedback to the referrer", "Given", LOOKED_AT)
    visitor.step_in("Prevent single point of contact")
    visitor.reads("There is feedback on 2 of the referrals that you made.")
    visitor.follow("Read the feedback")
    visitor.reads(reference)
    visitor.reads(LOOKED_AT)
    visitor.reads_not("Quillfeather")


def review(visitor: Visitor, reference: str) -> None:
    """A review on the day of leaving is not offered; its address says from when it is one."""
    visitor.step_in("Channel police practitioner")
    visitor.find(reference)
    visitor.reads_not(REVIEW)
    visitor.go(f"{visitor.page.url}steps/six-month-review/")
    visitor.reads("The case left too short a time ago for the 6-month review.")
    visitor.reads("It is possible from")
