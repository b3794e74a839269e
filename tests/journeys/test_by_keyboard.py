"""Everything can be done without a mouse."""

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

MOST_TABS = 150
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.labels?.[0] ?? at;
  return name.innerText.replace(/\\s+/g, " ").trim();
}"""
# Whether focus is visible: the focused element looks different from its unfocused state.
MARKED = """() => {
  const at = document.activeElement;
  const looks = () => {
    const box = at.type === "radio" ? getComputedStyle(at.labels[0], "::before") : getComputedStyle(at);
    return [box.outlineStyle, box.outlineColor, box.boxShadow, box.backgroundColor].join();
  };
  const focused = looks();
  at.blur();
  const plain = looks();
  at.focus();
  return focused !== plain;
}"""


def test_a_small_step_is_taken_with_the_keyboard_alone(arrive: Arrive) -> None:
    # Given a Prevent supervisor without a mouse
    supervisor = arrive()
    keys = supervisor.page.keyboard
    supervisor.go("/demonstration/")
    tab_to(supervisor, "Prevent supervisor", part=True)
    leave_by(supervisor, "Enter")
    expect(supervisor.page).to_have_title("Home – Handrail")

    # They skip what every page begins with
    keys.press("Tab")
    assert supervisor.page.evaluate(FOCUSED) == "Skip to main content"
    keys.press("Enter")
    expect(supervisor.page.locator("#main-content")).to_be_focused()

    # They open a case
    tab_to(supervisor, "Cases", backwards=True)
    leave_by(supervisor, "Enter")
    expect(supervisor.page).to_have_title("Cases – Handrail")
    supervisor.go("/cases/?state=open")
    name = supervisor.page.locator("main tbody a").first.inner_text()
    tab_to(supervisor, name)
    leave_by(supervisor, "Enter")
    assert supervisor.heading == name
    entries = supervisor.page.get_by_role("link", name="Whole timeline").inner_text()

    # And add to it
    tab_to(supervisor, "Add information")
    leave_by(supervisor, "Enter")
    tab_to(supervisor, "Begin")
    leave_by(supervisor, "Space")
    tab_to(supervisor, "Who says so?")
    keys.type("A neighbour")
    tab_to(supervisor, "What was said, seen or reported?")
    keys.type("Moved to an uncle’s.")
    tab_to(supervisor, "Save and continue")
    leave_by(supervisor, "Enter")
    tab_to(supervisor, "It could change what was decided")
    keys.press("ArrowDown")
    assert supervisor.page.evaluate(FOCUSED) == "It changes nothing that was decided"
    tab_to(supervisor, "Why?")
    keys.type("It was known.")
    tab_to(supervisor, "Save and continue")
    leave_by(supervisor, "Enter")
    tab_to(supervisor, "Add information")
    leave_by(supervisor, "Enter")
    assert supervisor.heading == name
    assert supervisor.chronology[-1] == "Further information: It changes nothing that was decided"
    assert supervisor.page.get_by_role("link", name="Whole timeline").inner_text() != entries


def leave_by(visitor: Visitor, key: str) -> None:
    """Press a key that leads to another page, and look at it."""
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press(key)
    visitor.look()


def tab_to(visitor: Visitor, name: str, *, part: bool = False, backwards: bool = False) -> None:
    """Press Tab until something of this name has the focus, which must be seen wherever it stands."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused = visitor.page.evaluate(FOCUSED)
        assert visitor.page.evaluate(MARKED), (
            f"{visitor.page.url}: nothing shows that “{focused}” has the focus"
        )
        if focused == name or (part and name in focused):
            return
    raise AssertionError(f"{visitor.page.url}: Tab does not lead to “{name}”")
