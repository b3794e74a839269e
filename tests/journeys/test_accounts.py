"""An administrator makes an account, gives a post and closes it; an auditor asks who looked at a case."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE


def test_a_joiner_becomes_a_mover_and_a_leaver(arrive: Arrive) -> None:
    # Given an administrator of the nation
    administrator = arrive()
    administrator.step_in("Administrator")
    administrator.follow("Accounts")

    # When somebody joins, and the first try leaves something out
    administrator.open(administrator.page.get_by_role("button", name="Make an account"))
    administrator.page.get_by_label("Nation, region or force").select_option("West Yorkshire Police")
    administrator.press("Continue")
    administrator.page.get_by_label("Name", exact=True).fill("Jo Newcomer")
    administrator.press("Make the account")
    administrator.reads("Enter their email address at work")
    assert administrator.page.get_by_label("Name", exact=True).input_value() == "Jo Newcomer"
    administrator.page.get_by_label("Email address at work").fill("jo.newcomer@example.org")
    administrator.page.get_by_label("Organisation").select_option("West Yorkshire Police")
    administrator.page.get_by_label("Role").select_option("Prevent single point of contact")
    administrator.page.get_by_label("Baseline check (BPSS or NPPV 1)").check()
    vetted_until = administrator.page.get_by_role("group", name="Vetted until")
    for part, typed in (("Day", "31"), ("Month", "12"), ("Year", "2040")):
        vetted_until.get_by_label(part).fill(typed)
    administrator.press("Make the account")

    # Then the account stands with its post and its history
    assert administrator.heading == "Jo Newcomer"
    administrator.reads("Prevent single point of contact, West Yorkshire Police")
    administrator.reads("A post was given")

    # When they leave
    administrator.open(administrator.page.get_by_role("button", name="Close the account"))
    administrator.page.get_by_label("Why is it closed?").fill("Left the force")
    administrator.press("Close the account")
    administrator.reads("They are signed out everywhere")
    administrator.reads("Reason: Left the force")


def test_an_auditor_is_told_who_looked_and_the_owner_s_supervisor_too(arrive: Arrive) -> None:
    # Given a supervisor who looks at a case
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    supervisor.follow("Cases")
    [reference] = REFERENCE.findall(supervisor.page.locator("main tbody tr").first.inner_text())
    supervisor.open_first_row()
    supervisor.follow("Who looked at this case")
    supervisor.reads(supervisor.name)

    # When an auditor asks who did, without script
    auditor = arrive(script=False)
    auditor.step_in("Data protection officer")
    auditor.follow("Log of reads")
    auditor.press("Open the log")
    auditor.reads("Select why you are opening the log")
    auditor.page.get_by_label("To verify that what was done with records was lawful").check()
    auditor.page.get_by_label("What is it about?").fill("Complaint 12")
    auditor.page.get_by_label("Reference of a case or referral").fill(reference)
    auditor.press("Open the log")

    # Then they read it, and their own reading is a line
    auditor.reads(supervisor.name)
    auditor.reads("the page of a case")
    auditor.press("Open the log")
    auditor.reads("Complaint 12 (lines about one record)")

    # And patterns are asked for with a purpose
    auditor.follow("Patterns", exact=True)
    auditor.page.get_by_label("To ensure the integrity and security of records").check()
    auditor.page.get_by_label("What is it about?").fill("Monthly look")
    auditor.press("Look for patterns")
    auditor.reads("Look at other days")
