"""Advice is recorded, seen, and becomes a referral; an event is disrupted, without a case."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

FORCE = "West Yorkshire Police"
ADVICE: dict[str, Any] = {
    "who-asked": "Head of year, a secondary school",
    "asked": "Jordan Quillfeather, who lives at LS1 4AP, draws weapons. What to do?",
    "advised": "To talk first, and to write down what is said.",
    "reason": "The school wants to see whether it goes on.",
}


def step_in(visitor: Visitor, role: str) -> None:
    """Sign in as a person of this role in the force of this journey."""
    visitor.step_in(role, of=FORCE)


def test_advice_is_recorded_looked_at_and_made_a_referral(arrive: Arrive) -> None:
    officer, supervisor = arrive(), arrive()
    address = record_advice(officer)
    say_to_refer(supervisor, address)

    # The supervisor makes it a referral in one act: what is known is filled in already
    supervisor.press("Make it a referral")
    supervisor.fill_all(FORCE, "Education", **{"family-name": "Quillfeather"})
    supervisor.reads("A pupil draws weapons. What to do?")
    supervisor.reads(ADVICE["who-asked"])
    supervisor.press("Send the referral")
    supervisor.reads("reference")

    # Each of the two leads to the other
    supervisor.page.goto(address)
    supervisor.look()
    supervisor.reads("Became a referral")
    supervisor.open(supervisor.page.locator("dl a[href^='/cases/']"))
    assert "Quillfeather" in supervisor.heading
    supervisor.follow("People", within="main nav")
    supervisor.follow("From advice")
    assert supervisor.page.url == address


def record_advice(officer: Visitor) -> str:
    """Record as an officer that a school was advised not to refer; return the address of the entry."""
    step_in(officer, "Prevent officer")
    officer.follow("Advice", within="nav")
    officer.press("Record advice")
    officer.fill_all("Education", "By phone", "It was decided not to refer", "Too little is known", **ADVICE)

    # A name and a postcode in it are pointed out, and nothing is lost
    officer.reads("“Jordan Quillfeather” looks like a name")
    officer.reads("“LS1 4AP” looks like a postcode")
    officer.press("Record advice")
    officer.reads("Remove anything that could identify the person")
    officer.reads(ADVICE["advised"])

    # The officer takes them out, and it is on record
    officer.follow("Change “Jordan Quillfeather”")
    officer.page.get_by_label("What did they ask").fill("A pupil draws weapons. What to do?")
    officer.press("Save and continue")
    officer.reads_not("Could this identify the person?")
    officer.press("Record advice")
    assert officer.heading == ADVICE["who-asked"]
    officer.reads("Second look due")
    return officer.page.url.partition("#")[0]


def say_to_refer(supervisor: Visitor, address: str) -> None:
    """Look as a supervisor at a decision not to refer, and say that it should be referred."""
    step_in(supervisor, "Prevent supervisor")
    supervisor.has_task("Second look at a decision not to refer")
    supervisor.open(supervisor.main.locator(f"a[href='{urlsplit(address).path}']"))
    assert supervisor.page.url == address
    supervisor.press("Look at the decision not to refer")
    supervisor.fill_all("It should be referred", reason="Weapons are not nothing. We take the referral now.")
    supervisor.press("Look at the decision not to refer")
    supervisor.reads("It should be referred")


@pytest.mark.parametrize("script", [True, False])
def test_an_event_is_disrupted_without_a_case(arrive: Arrive, script: bool) -> None:
    officer = arrive(script=script)
    step_in(officer, "Prevent officer")
    officer.follow("Disruption", within="nav")
    officer.press("Record disruption")
    officer.fill_all(
        "An event", "Considered, and not taken", "More needs to be done", called="Rally on the green"
    )
    officer.press("Record disruption")
    assert officer.heading == "Rally on the green"
    officer.press("Add what was done, and its effect")
    officer.fill_all("Advice to people who let venues", "Everything needed is done", effect="Room withdrawn.")
    officer.press("Add what was done, and its effect")
    officer.reads("Settled")
    officer.reads("Room withdrawn.")


@pytest.mark.parametrize("on_phone", [False, True])
def test_what_stands_in_a_register_gets_a_document_is_marked_and_printed(
    arrive: Arrive, tmp_path: Path, on_phone: bool
) -> None:
    # Given an officer without script, at a desk or on a telephone, with something in the register
    officer = arrive(script=False, on_phone=on_phone)
    step_in(officer, "Prevent officer")
    officer.go("/registers/disruption/")
    officer.press("Record disruption")
    said = ("An event", "Considered, and not taken", "More needs to be done")
    officer.fill_all(*said, called="Stall in a square")
    officer.press("Record disruption")
    entry = officer.page.url.partition("#")[0]

    # When they add a poster, it is there and can be had back
    poster = tmp_path / "poster.txt"
    poster.write_bytes(b"Saturday at three.")
    officer.follow("Documents")
    officer.press("Add a document")
    officer.reads("Choose a file")
    officer.page.get_by_label("What is it?").fill("Poster")
    officer.page.get_by_label("Where does it come from?").fill("A passer-by")
    officer.page.get_by_label("File", exact=True).set_input_files(poster)
    officer.press("Add a document")
    officer.reads("The document is on the register entry.")
    officer.follow("Back to the register entry")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Poster").click()
    assert Path(download.value.path()).read_bytes() == poster.read_bytes()

    # And when they mark it higher, every page of it says so
    officer.follow("Raise the marking of all of it")
    officer.press("Mark it higher")
    officer.reads("Select a marking that is higher than now")
    officer.page.get_by_label("OFFICIAL-SENSITIVE – POLICE").check()
    officer.page.get_by_label("Why?").fill("It shows who told us.")
    officer.press("Mark it higher")
    assert officer.page.url == entry
    officer.reads("The marking has been raised.")
    officer.reads("Higher marking")

    # And it is printed, once they say what for
    officer.follow("Print")
    officer.press("Make the PDF")
    officer.reads("Select what the paper is for")
    for place in ("top", "bottom"):
        marked = officer.page.locator(f".handrail-marking--{place}")
        assert "OFFICIAL-SENSITIVE – POLICE" in marked.inner_text()


def test_national_assurance_counts_and_reads_nothing(arrive: Arrive) -> None:
    assurance = arrive()
    assurance.step_in("National assurance")
    assurance.follow("Advice", within="main")
    assert assurance.page.locator("main tbody a").count() == 0
    assurance.follow("Each force by itself")
    assurance.reads("All together")
    assurance.reads(FORCE)
