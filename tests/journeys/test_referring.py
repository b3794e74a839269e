"""A member of the public refers a person: on a phone, without scripts, with a mistake and a break."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

ABOUT = {"given-name": "Robin", "family-name": "Featherstonehaugh", "date-of-birth": "27 3 2009"}


def test_somebody_outside_refers_on_a_phone_without_script(arrive: Arrive) -> None:
    # Given somebody worried, with an old telephone
    mother = arrive(on_phone=True, script=False)
    mother.go("/")
    mother.press("Make a referral")
    mother.reads("What you write goes at once to the Prevent team")
    mother.press("Start a referral")

    # When they miss what is needed, they are led to it
    mother.press("Save and continue")
    is_led_to_the_field(mother)
    mother.fill(**ABOUT)
    mother.press("Save and continue")
    assert mother.heading == "What worries you?"
    mother.follow("Back")

    # When a date makes no sense, it is said and kept
    mother.fill(**ABOUT | {"date-of-birth": "31 2 2009"})
    mother.press("Save and continue")
    mother.reads("There is a problem")
    expect(mother.page.locator("[name=date-of-birth-day]")).to_have_value("31")
    mother.fill(**ABOUT)

    # When they have to stop, they get a code
    mother.press("Save and come back later")
    mother.press("Get a code")
    [code] = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", mother.main.inner_text())

    # Then they go on with it elsewhere
    elsewhere = arrive(on_phone=True, script=False)
    elsewhere.go("/")
    elsewhere.follow("Continue a saved referral")
    elsewhere.page.get_by_label("Your code").fill(code.lower())
    elsewhere.press("Continue")
    elsewhere.reads("Robin")
    elsewhere.press("Continue")
    elsewhere.fill_all("West Yorkshire Police", "Education", **ABOUT)

    # And check, and send, and know what happens now
    elsewhere.reads("Featherstonehaugh")
    elsewhere.press("Send the referral")
    assert elsewhere.heading == "Referral received"
    assert REFERENCE.search(elsewhere.main.inner_text())
    elsewhere.reads("What happens next")
    elsewhere.reads("West Yorkshire Police")

    # And it stands before those who act on it, at once
    each_team_has_it(arrive, REFERENCE.findall(elsewhere.main.inner_text())[0])


def each_team_has_it(arrive: Arrive, reference: str) -> None:
    """Fail unless intelligence unit, safeguarding hub and supervisor have the new referral as a task."""
    for post in ("FIMU officer", "MASH officer", "Prevent supervisor"):
        team = arrive()
        team.step_in(post)
        team.has_task("Robin Featherstonehaugh")
        team.find(reference)
        assert team.heading == "Robin Featherstonehaugh"


def test_a_threat_typed_outside_leads_to_999_and_stands_on_top_for_who_answers(arrive: Arrive) -> None:
    # Given somebody who has heard a threat, on a phone without script
    friend = arrive(on_phone=True, script=False)
    friend.go("/")
    friend.press("Make a referral")
    friend.press("Start a referral")
    about = ABOUT | {"given-name": "Callum", "family-name": "Arkwrightson"}
    while friend.heading != "Has anyone been threatened or hurt?":
        friend.fill("West Yorkshire Police", "Education", **about)
        friend.press("Save and continue")

    # Then they are asked what was said only once an answer calls for it
    described = friend.page.get_by_label("What did they say or do?")
    expect(described).to_be_hidden()
    for answer in ("No threat, but they admire attacks or mass killings", "Yes, someone has been hurt"):
        friend.page.get_by_label(answer).check()
        expect(described).to_be_visible()
    friend.page.get_by_label("No", exact=True).check()
    expect(described).to_be_hidden()

    # When they say so, and nothing else yet
    friend.page.get_by_label("Yes, there was a threat or a plan").check()
    friend.press("Save and come back later")

    # Then they are told at once to call, also where they cannot speak, and nothing is lost
    assert friend.heading == "Call 999 if someone could be in danger soon"
    friend.reads("Your answers are saved")
    friend.reads("18000")
    friend.reads("press 55")
    friend.page.go_back()
    expect(friend.page.get_by_label("Yes, there was a threat or a plan")).to_be_checked()
    friend.fill_all("West Yorkshire Police", "Education", "Yes, there was a threat or a plan", **about)
    friend.press("Send the referral")
    assert friend.heading == "Referral received"

    # And it stands on top of home for who answers, with what was stated and whom to ring
    supervisor = arrive(on_phone=True)
    supervisor.step_in("Prevent supervisor")
    supervisor.reads("Threat or harm stated")
    supervisor.follow("Callum Arkwrightson")
    supervisor.reads("Say by")
    supervisor.reads("telephone")
    supervisor.follow("Say what was done about the threat", within="main")
    assert supervisor.heading == "Say what was done about the threat"


def is_led_to_the_field(visitor: Visitor) -> None:
    assert visitor.page.title().startswith("Error: ")
    visitor.reads("There is a problem")
    visitor.follow("Enter their last name, or what they are called")
    field = visitor.page.get_by_label("Last name")
    expect(field).to_be_in_viewport()
    expect(visitor.page.locator(":target")).to_have_id("family-name")


def test_two_children_in_two_tabs_stay_two_referrals(arrive: Arrive) -> None:
    # Given a teacher with a referral begun in each of two tabs, the second while the first is open
    teacher = arrive()
    teacher.go("/refer/")
    teacher.press("Start a referral")
    teacher.fill(**ABOUT)
    first = teacher.page
    second = teacher.open_tab()
    teacher.go("/refer/")
    teacher.press("Start a referral")
    teacher.fill(**ABOUT | {"given-name": "Tansy", "family-name": "Holm"})
    teacher.press("Save and continue")

    # When they go on in the first one
    teacher.page = first
    teacher.press("Save and continue")
    first.go_back()
    expect(first.get_by_label("First name")).to_have_value("Robin")

    # Then each tab is about its own child, and both can be gone on with
    second.go_back()
    expect(second.get_by_label("First name")).to_have_value("Tansy")
    teacher.go("/refer/")
    teacher.reads("Robin Featherstonehaugh")
    teacher.reads("Tansy Holm")
