"""What each user sees of a case, in a browser: officer, intelligence unit, partners, inspector."""

from datetime import timedelta

from django.utils import timezone

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

WHY = "Why do you need this case?"

# Cases that ended; one that another journey joined to a case has nothing left to read
CLOSED = "/cases/?state=closed&stage=closed"


def typed(in_days: int) -> str:
    """A day from now on, as it is typed into one box of a form."""
    return f"{timezone.localdate() + timedelta(days=in_days):%-d %-m %Y}"


def first_case(visitor: Visitor, address: str = "/cases/") -> str:
    """The reference of the first case in a list, which is opened."""
    visitor.go(address)
    row = visitor.page.locator("main tbody tr").first
    [reference] = REFERENCE.findall(row.inner_text())
    visitor.open(row.get_by_role("link"))
    return str(reference)


def case_of_a_colleague(officer: Visitor) -> str:
    """Open a colleague's case whose name is not shown, and return its reference."""
    officer.go("/cases/?state=open")
    rows = officer.page.locator("main tbody tr").filter(has_text="Name withheld")
    [reference] = REFERENCE.findall(rows.first.inner_text())
    officer.open(rows.first.get_by_role("link"))
    return str(reference)


def test_an_officer_says_why_before_they_read_a_colleague_s_case_and_it_is_reviewed(arrive: Arrive) -> None:
    # Given an officer who needs to know what a colleague knows
    officer = arrive()
    officer.step_in("Prevent officer")
    reference = case_of_a_colleague(officer)
    assert officer.heading == WHY
    officer.reads_not("Recent timeline")

    # When they give no reason, nothing opens; when they give one, it does
    officer.press("Open the case")
    officer.reads("Select what you need this case for")
    officer.answer("Open the case", "It bears on a case of mine", reason="The same school as in my case.")
    assert officer.heading != WHY
    officer.reads("Recent timeline")

    # Then whoever answers for the work is told, and says what they find
    supervisor = arrive(on_phone=True)
    supervisor.step_in("Prevent supervisor")
    supervisor.reads("The same school as in my case.")
    supervisor.go("/openings/")
    row = supervisor.page.locator("main tbody tr").filter(has_text=reference)
    supervisor.open(row.filter(has_text=officer.name).get_by_role("link"))
    supervisor.reads("Looked at: the page of a case")
    supervisor.answer("Record the review", "In order", reason="They work on a case at that school.")
    supervisor.reads("The review was recorded.")


def test_an_intelligence_unit_reads_every_case_of_its_force_unasked_and_none_of_another(
    arrive: Arrive,
) -> None:
    # Given a case of another force
    assurance = arrive()
    assurance.step_in("National assurance")
    elsewhere = first_case(assurance, "/cases/?force=kent")

    # When somebody of the unit opens a case that others own, nobody asks them why
    unit = arrive()
    unit.step_in("FIMU officer")
    reference = first_case(unit, CLOSED)
    unit.reads("Recent timeline")
    unit.follow("Everybody who can see it")
    unit.reads("FIMU officers")

    # Then what they may do there they do, and the other force's case is not there for them
    unit.find(reference)
    unit.take("Add information")
    assert unit.chronology[-1].startswith("Further information")
    unit.go("/find/")
    unit.page.get_by_label("Reference or name").fill(elsewhere)
    unit.press("Find", exact=True)
    unit.reads("No cases found")


def test_a_long_address_that_nobody_here_has_is_said_again_on_a_telephone(arrive: Arrive) -> None:
    supervisor = arrive(on_phone=True)
    supervisor.step_in("Prevent supervisor")
    first_case(supervisor, CLOSED)
    supervisor.follow("Let only named people see this case")
    address = "somebody.with.a.long.name@elsewhere.example"
    supervisor.answer("Restrict the case", elsewhere=address)
    supervisor.reads(f"No account here has the address “{address}”")


def test_a_partner_sees_the_part_that_they_were_invited_to_until_it_is_ended(arrive: Arrive) -> None:
    # Given a panel member, who sees no case
    partner = arrive(on_phone=True)
    partner.step_in("Channel panel member")
    partner.reads("You have no tasks")

    # When a supervisor invites them to what was recorded at one stage
    supervisor = arrive()
    supervisor.step_in("Prevent supervisor")
    reference = first_case(supervisor, CLOSED)
    supervisor.follow("Everybody who can see it")
    supervisor.press("Invite somebody")
    supervisor.page.get_by_label("Search for a person or an organisation").fill(partner.name)
    supervisor.press("Search", exact=True)
    only_some = (partner.name, "Only some stages of it", "Police gateway")
    supervisor.answer("Invite", *only_some, reason="To prepare the next panel.", **{"last-day": typed(7)})
    supervisor.reads(f"{partner.name} may now see the case.")
    case = supervisor.page.url.removesuffix("access/")

    # Then they read that stage and nothing else
    partner.go("/home/")
    partner.reads(reference)
    partner.page.goto(case)
    partner.look()
    partner.reads("To prepare the next panel.")
    partner.reads("Gateway assessment")
    partner.reads_not("Information assessment")
    partner.reads_not("Recent timeline")
    for more in ("access/", "summaries/", "steps/allocate/"):
        partner.page.goto(case + more)
        assert partner.is_lost

    # And when it is ended, the case is not there any more
    supervisor.follow(f"End it for {partner.name}")
    supervisor.answer("End it now", reason="The panel has met.")
    partner.page.goto(case)
    assert partner.is_lost
    partner.go("/home/")
    partner.reads_not(reference)


def test_a_partner_reads_a_redacted_version_and_nothing_of_the_case(arrive: Arrive) -> None:
    # Given a summary of a case, made without script, with the names blacked out
    supervisor = arrive(script=False)
    supervisor.step_in("Prevent supervisor")
    first_case(supervisor, CLOSED)
    name, case = supervisor.heading, supervisor.page.url
    supervisor.follow("Summaries and redacted versions")
    supervisor.page.get_by_label("Title").fill("What was found")
    supervisor.page.get_by_role("checkbox").first.check()
    supervisor.press("Make the summary")
    supervisor.press("Make a redacted version")
    supervisor.page.get_by_label("Title").fill(f"For the school: {name}")
    supervisor.page.get_by_label("OFFICIAL", exact=True).check()
    supervisor.press("Save and look at the first entry")
    while not supervisor.page.get_by_role("heading", name="Check what is shared").count():
        supervisor.page.get_by_label("Share it, without the passages ticked below").check()
        supervisor.press("Save and")
    supervisor.reads("This would remain")
    supervisor.press("Keep the redacted version")
    assert supervisor.heading.startswith("For the school: ")
    assert not any(word in supervisor.heading for word in name.split())

    # When it is shared with a partner's body
    partner = arrive()
    partner.step_in("Referrer with an account")
    body = partner.page.locator("header").inner_text().partition("Referrer with an account, ")[2]
    said = {
        "basis": "Safeguarding",
        "controller": "The school",
        "reason": "To plan.",
        "until": typed(7),
    }
    supervisor.answer("Share it", body.splitlines()[0], **said)
    supervisor.reads("Shared with")

    # Then it is all that they see
    partner.follow("Shared with you")
    partner.follow("For the school:")
    partner.reads("Redacted version, made on")
    for word in name.split():
        partner.reads_not(word)
    partner.page.goto(case)
    assert partner.is_lost


def test_an_inspector_reads_the_cases_of_a_sample_and_changes_nothing(arrive: Arrive) -> None:
    # Given a sample drawn at random for an inspector
    inspector = arrive()
    inspector.step_in("Inspector")
    inspector.reads("You have no tasks")
    assurance = arrive()
    assurance.step_in("National assurance")
    assurance.follow("Samples")
    assurance.follow(f"End it for {inspector.name}")  # the one that the demonstration begins with
    assurance.answer("End it now", reason="Another one is drawn.")
    assurance.press("Choose a sample")
    asked = {"from": "1 1 2024", "until": typed(0), "number": "3", "reason": "Visit in May"}
    where = (inspector.name, "At random", "West Yorkshire Police")
    assurance.answer("Let the inspector read them", *where, **asked, **{"last-day": typed(7)})
    assurance.reads(f"{inspector.name} may read 3 cases.")
    assurance.reads("3 at random from West Yorkshire Police")

    # When the inspector opens one, they read all of it and are offered nothing to do
    inspector.go("/home/")
    assert inspector.page.locator("main tbody tr").count() == 3
    inspector.open_first_row()
    case = inspector.page.url
    inspector.reads("You can read this case but not change it.")
    inspector.reads("Recent timeline")
    inspector.reads_not("What you can do")
    inspector.page.goto(f"{case}steps/allocate/")
    inspector.reads_not("Begin")

    # And once it is ended, they read it no more
    assurance.follow(f"End it for {inspector.name}")
    assurance.answer("End it now", reason="The visit is over.")
    inspector.page.goto(case)
    assert inspector.is_lost
