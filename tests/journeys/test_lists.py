"""Lists are filtered, sorted and paged; a case is found; the checks lead to the cases out of line."""

from datetime import date, datetime

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

OVER = ("Closed", "Joined to another case")  # another journey joins two


def column(visitor: Visitor, name: str) -> list[str]:
    """The first line of every cell of a column."""
    cells = visitor.page.locator(f"main td[data-name='{name}']").all_inner_texts()
    return [cell.partition("\n")[0] for cell in cells]


def days(visitor: Visitor, name: str) -> list[date]:
    return [datetime.strptime(f"{day} +0000", "%d %b %Y %z").date() for day in column(visitor, name)]


def test_a_list_is_filtered_sorted_and_paged(arrive: Arrive) -> None:
    # Given somebody who sees the nation
    assurance = arrive()
    assurance.step_in("National assurance")
    assurance.follow("Cases")

    # When they want those that are closed
    assurance.page.get_by_label("State", exact=True).select_option("Closed")
    assurance.press("Filter")
    stages = column(assurance, "Stage")
    assert len(stages) == 25
    assert all(stage.startswith(OVER) for stage in stages)

    # Then they sort them both ways
    assurance.follow("Opened", exact=True, within="main")
    up = days(assurance, "Opened")
    assert up == sorted(up)
    assurance.follow("Opened", exact=True, within="main")
    down = days(assurance, "Opened")
    assert down == sorted(down, reverse=True)
    assert down[0] > up[0]

    # And turn the page, still filtered and sorted
    assurance.follow("Next", within=".govuk-pagination")
    further = days(assurance, "Opened")
    assert further == sorted(further, reverse=True)
    assert further[0] <= down[-1]
    assert all(stage.startswith(OVER) for stage in column(assurance, "Stage"))
    assurance.follow("Previous", within=".govuk-pagination")
    assert days(assurance, "Opened") == down


def test_referrals_are_filtered_and_sorted(arrive: Arrive) -> None:
    assurance = arrive()
    assurance.step_in("National assurance")
    assurance.follow("Referrals")
    assurance.page.get_by_label("From", exact=True).select_option("Education")
    assurance.press("Filter")
    assert set(column(assurance, "From")) == {"Education"}
    received = days(assurance, "Received")
    assert received == sorted(received, reverse=True)
    assurance.follow("Received")
    assert days(assurance, "Received")[0] < received[0]


def test_a_case_is_found_by_name_or_reference_and_a_stranger_finds_nothing(arrive: Arrive) -> None:
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    supervisor.follow("Cases")
    first = supervisor.page.locator("main tbody tr").first
    name, [reference] = first.locator("a").inner_text(), REFERENCE.findall(first.inner_text())
    supervisor.go("/find/")
    for words in (" ".join(reversed(name.upper().split())), reference.lower()):
        supervisor.page.get_by_label("Reference or name").fill(words)
        supervisor.press("Find", exact=True)
        supervisor.reads(reference)
    supervisor.page.get_by_label("Reference or name").fill("Nobody of that name")
    supervisor.press("Find", exact=True)
    supervisor.reads("No cases found")

    stranger = arrive()
    stranger.step_in("Referrer with an account")
    stranger.go("/find/")
    stranger.page.get_by_label("Reference or name").fill(reference)
    stranger.press("Find", exact=True)
    stranger.reads("No cases found")


def test_the_checks_lead_to_the_cases_that_are_out_of_line(arrive: Arrive) -> None:
    # Given the strategic lead of a force
    lead = arrive()
    lead.step_in("Force strategic lead")
    lead.follow("Checks")

    # When a check finds cases, the worst comes first and leads to them
    counts = [int(text.split()[0]) for text in column(lead, "Out of line")]
    assert counts == sorted(counts, reverse=True)
    assert counts[0]
    statement = lead.page.locator("main tbody a").first.inner_text()
    assert statement.startswith(str(counts[0]))
    lead.open_first_row()
    lead.reads(f"{counts[0]} case")
    chosen = lead.page.get_by_label("Out of line with policy").locator("option:checked").inner_text()

    # Then each of them says so itself, once they have said why they read it
    lead.open_first_row()
    lead.answer("Open the case", reason="It is out of line with policy, and I answer for that.")
    banner = lead.page.get_by_role("region", name="Does not meet policy")
    assert chosen in banner.inner_text()
