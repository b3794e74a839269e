"""A concern about a colleague, from the page where it is raised to the exit, and the account it is about."""

from collections.abc import Iterator

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import REFERENCE, Visitor

REASON = {"reason": "What was seen and said carries it."}
NOWHERE = "/cases/00000000-0000-4000-8000-000000000000/"


class Colleague:
    """Whom the concern is about, who sees every other case of the force by their post, and what they see."""

    def __init__(self, visitor: Visitor) -> None:
        visitor.step_in("MASH officer")
        self.visitor = visitor
        self.name = visitor.name
        self.before = list(self.seen(NOWHERE))

    def seen(self, case: str) -> Iterator[str]:
        """What their pages say: home, the lists, a search for their own name, and the address of the case."""
        page = self.visitor.page
        for path in ("/home/", "/cases/?order=-opened", "/referrals/"):
            page.goto(path)
            yield self.visitor.main.inner_text()
        page.goto("/find/")
        page.get_by_label("Reference or name").fill(self.name)
        self.visitor.press("Find", exact=True)
        yield self.visitor.main.inner_text()
        for more in ("", "open/", "entries/1/"):
            page.goto(case + more)
            yield self.visitor.main.inner_text()

    def sees_no_trace_of(self, case: str) -> None:
        """Fails where anything differs from before there was a case."""
        assert list(self.seen(case)) == self.before


def test_a_concern_is_carried_to_the_exit_and_the_colleague_sees_no_trace(arrive: Arrive) -> None:
    colleague = Colleague(arrive())
    somebody = arrive()
    case = raise_concern(somebody, colleague.name)
    colleague.sees_no_trace_of(case)
    make_it_a_referral(somebody, case)
    lead_it(somebody, case)
    colleague.sees_no_trace_of(case)
    leave(somebody, case)
    assert somebody.fact("Stage").startswith("Left, under review")
    colleague.sees_no_trace_of(case)


def raise_concern(visitor: Visitor, about: str) -> str:
    """Raise the concern from the foot of a page; professional standards find it. The case's address."""
    visitor.step_in("Prevent single point of contact")
    visitor.follow("Raise a concern about a colleague")
    visitor.press("Begin")
    given, _, family = about.rpartition(" ")
    said = {
        "given-name": given,
        "family-name": family,
        "what-happened": "Quotes a banned group at briefings.",
    }
    visitor.fill_all("West Yorkshire Police", "A partner", **said)
    visitor.open(visitor.page.locator("main form").first.get_by_role("button"))
    assert visitor.heading == "Concern received"
    [reference] = REFERENCE.findall(visitor.main.inner_text())
    visitor.reads_not(about)
    visitor.step_in("Professional standards officer")
    visitor.follow("Staff concerns")
    visitor.reads(about)
    visitor.find(str(reference))
    assert visitor.heading.startswith(about)
    visitor.reads("Only named people can see this case.")
    return visitor.page.url


def make_it_a_referral(visitor: Visitor, case: str) -> None:
    """Weigh the options as professional standards, refer, and name the people who will work on the case."""
    referral = ("Signs of being drawn in", "Prevent referral")
    visitor.take("Assess the staff concern", *referral, **REASON)
    names = [who(visitor, post) for post in ("FIMU officer", "Prevent officer", "Prevent supervisor")]
    visitor.step_in("Professional standards officer")
    visitor.go(f"{case}restriction/")
    visitor.answer("Name them", *names, **{"name-reason": "A Prevent referral"})
    for name in names:
        visitor.reads(name)


def who(visitor: Visitor, post: str) -> str:
    visitor.step_in(post)
    return visitor.name


def lead_it(visitor: Visitor, case: str) -> None:
    """Take the case through the gateway to a police-led plan, as the named people."""
    officer = who(visitor, "Prevent officer")
    on(visitor, case, "Prevent supervisor").take("Allocate to an owner", officer)
    act = "Record the information assessment"
    held = "Go to the gateway: relevant information is held"
    where = {"held-elsewhere": "In a paper file of the unit"}
    on(visitor, case, "FIMU officer").take(act, held, **where, **REASON)
    police_led = "Keep as a police-led case"
    on(visitor, case, "Prevent officer").take("Complete the gateway assessment", police_led, **REASON)
    on(visitor, case, "Prevent supervisor").take("Sign off the gateway assessment", "Agree", **REASON)
    on(visitor, case, "Prevent officer").take("Assess susceptibility")
    visitor.take("Write the police-led plan")


def leave(visitor: Visitor, case: str) -> None:
    """The plan has done its work: the case leaves, with the sign-off of another."""
    visitor.take("End the police-led case", "No further radicalisation concerns", **REASON)
    visitor.take("Complete the exit checklist", "Supported, now under review", **REASON)
    on(visitor, case, "Prevent supervisor").take("Sign off the exit", "Agree", **REASON)


def on(visitor: Visitor, case: str, post: str) -> Visitor:
    """Return the visitor signed in as another named person, on the page of the case."""
    visitor.step_in(post)
    visitor.page.goto(case)
    return visitor
