"""Everything can be done by somebody who uses no mouse."""

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

MOST_TABS = 150
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.labels?.[0] ?? at;
  return name.innerText.replace(/\\s+/g, " ").trim();
}"""
# Whether somebody can see where they are: the element that has the focus looks otherwise than without it.
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
    # Given a Prevent officer without a mouse
    officer = arrive()
    keys = officer.page.keyboard
    officer.go("/demonstration/")
    tab_to(officer, "Prevent officer", part=True)
    leave_by(officer, "Enter")
    expect(officer.page).to_have_title("Home – Handrail")

    # They skip what every page begins with
    keys.press("Tab")
    assert officer.page.evaluate(FOCUSED) == "Skip to main content"
    keys.press("Enter")
    expect(officer.page.locator("#main-content")).to_be_focused()

    # They open a case
    tab_to(officer, "Cases", backwards=True)
    leave_by(officer, "Enter")
    expect(officer.page).to_have_title("Cases – Handrail")
    name = officer.page.locator("main tbody a").first.inner_text()
    tab_to(officer, name)
    leave_by(officer, "Enter")
    assert officer.heading == name
    entries = len(officer.chronology)

    # And add to it
    tab_to(officer, "Add information")
    leave_by(officer, "Enter")
    tab_to(officer, "Begin")
    leave_by(officer, "Space")
    tab_to(officer, "Who says so?")
    keys.type("A neighbour")
    tab_to(officer, "What was said, seen or reported?")
    keys.type("Moved to an uncle’s.")
    tab_to(officer, "Yes")
    keys.press("ArrowDown")
    assert officer.page.evaluate(FOCUSED) == "No"
    tab_to(officer, "Save and continue")
    leave_by(officer, "Enter")
    tab_to(officer, "Add information")
    leave_by(officer, "Enter")
    assert officer.heading == name
    assert officer.chronology[entries:] == ["Further information"]


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
