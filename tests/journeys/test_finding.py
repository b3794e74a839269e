"""A misspelt third referral is stopped at intake by the first two, one of them in another force."""

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

BORN = {"given-name": "Zerlinda", "date-of-birth": "14 5 2008"}
LOOK = "See what agrees and what differs"
SAY = "Say whether it is the same person"
WHY = "The same school and the same day of birth; her mother confirms it."


def refer(visitor: Visitor, force: str, spelling: str) -> str:
    visitor.follow("New referral")
    visitor.press("Refer a vulnerable person")
    visitor.fill_all(force, "Susceptibility to radicalisation", **BORN, **{"family-name": spelling})
    visitor.press("Send the referral")
    return str(REFERENCE.findall(visitor.main.inner_text())[0])


def test_a_misspelt_third_referral_is_stopped_at_intake_by_the_first_two(arrive: Arrive) -> None:
    # Given a referral in Kent, and one in West Yorkshire under another spelling
    contact = arrive()
    contact.step_in("Prevent single point of contact")
    refer(contact, "Kent Police", "Quillfeatherstone")
    contact.reads_not("may be about the same person")
    contact.step_in("Prevent supervisor")
    second = refer(contact, "West Yorkshire Police", "Quilfetherstone")

    # When a third comes under yet another one, whoever takes it is stopped by both
    officer = arrive()
    officer.step_in("Prevent supervisor")
    refer(officer, "West Yorkshire Police", "Quillfetherstone")
    officer.reads("2 other records may be about the same person.")
    officer.follow(LOOK)
    assert officer.heading == "Records that may be about the same person"
    officer.reads("Zerlinda Quilfetherstone")
    officer.reads("are spellings of one name")
    officer.reads("All together")

    # And of the one in Kent they learn who holds it and whom to call, and nothing else
    officer.reads("A record held by Kent Police, which you cannot see. Call the Prevent team of Kent Police")
    officer.reads_not("Quillfeatherstone")

    # Then they answer for each, with a reason
    for _ in range(2):
        officer.follow_first(SAY)
        officer.press("Record the answer")
        officer.reads("Give the reasons for the decision")
        officer.answer("Record the answer", "The same person", reason=WHY)
        officer.reads("The two records are linked. Neither has changed.")
    assert officer.main.get_by_text("Not answered", exact=True).count() == 0
    officer.follow("Back to the case")
    officer.reads("2 other records are linked: the same person")
    officer.follow("People", within="main nav")
    officer.reads("Linked as the same person")
    officer.reads(second)
    assert officer.whole_timeline().count("Whether two records are of one person: The same person") == 2

    # And it can be taken back, after what followed from it was shown
    officer.follow("People", within="main nav")
    officer.follow("Records that may be about the same person", within="main")
    officer.follow_first("Take the answer back")
    officer.reads("What followed from the link")
    officer.answer("Take it back", reason="Two cousins of one name.")
    officer.reads("The question is open again.")
    officer.reads("Not answered")
