"""Somebody with a browser: goes, looks, fills in and sends. Every page reached is looked at for faults."""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect

from tests.journeys.form import fill

NARROW: ViewportSize = {"width": 320, "height": 640}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
REFERENCE = re.compile(r"P-[2-9A-Z]{4}-[2-9A-Z]{4}")
IDENTITY = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\?.*|\d+|(?<=/page/)[^/]+|(?<=/steps/)[^/]+"
)
# What a page is made of, without its words: each element within its parent, with what the style sheet and a
# screen reader go by.
PARTS = """() => {
  const name = each => each.tagName + "." + [...each.classList].sort().join(".") + [...each.attributes]
    .filter(one => /^(type|role|aria-.*|hidden|open|multiple)$/.test(one.name))
    .map(one => `[${one.name}${/^(type|role)$/.test(one.name) ? "=" + one.value : ""}]`).sort().join("")
  return [...new Set([...document.body.querySelectorAll("*")].map(
    each => name(each.parentElement) + " > " + name(each)))]
}"""
# What the words and names of a page alone can do wrong, whatever it is made of.
# The innermost that reaches over the edge of the window
TOO_WIDE = """[...document.querySelectorAll("main *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .slice(-3).map((one) => one.outerHTML.slice(0, 300)).join(" and ")"""
NAMED_WRONGLY = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id)
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place).map(id => `two elements are “${id}”`)
  const controls = document.querySelectorAll("input:not([type=hidden]), select, textarea")
  const unnamed = [...controls].filter(each => !each.labels.length && !each.ariaLabel &&
    !each.hasAttribute("aria-labelledby")).map(each => `“${each.name}” has no label`)
  const empty = [...document.querySelectorAll("a[href], button, h1, h2, h3, legend, label")].filter(
    each => !each.textContent.trim() && !each.ariaLabel && !each.querySelector("[aria-label], img[alt]"))
    .map(each => `nothing in ${each.outerHTML.slice(0, 200)}`)
  const lost = ["aria-describedby", "aria-labelledby", "for"].flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].flatMap(each => each.getAttribute(name).split(" "))
      .filter(id => id && !document.getElementById(id)).map(id => `${name} names “${id}”, which is nowhere`))
  return [...twice, ...unnamed, ...empty, ...lost, ...(document.title.trim() ? [] : ["no title"])]
}"""
# GOV.UK's radios say with aria-expanded that an answer opens a further question. ARIA does not foresee that
# on a radio; GOV.UK keeps it, as people with screen readers were found to be helped by it.
KNOWN = re.compile(r"aria-allowed-attr: .*<input class=\"govuk-radios__input\".* aria-expanded=")


@dataclass
class Looks:
    """What axe examined: every kind of page in each width, and all that pages are made of.

    `thorough`: every page by its title too, which is many times the same parts with other words; and its
    colours in each width.
    """

    thorough: bool = False
    axe: Axe = field(default_factory=Axe)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def is_new(self, *shape: str) -> bool:
        """Whether nothing of this shape was examined before."""
        known = shape in self.seen
        self.seen.add(shape)
        return not known

    def has_new_parts(self, page: Page) -> bool:
        """Whether the page is made of anything that was on no page before."""
        found = set(page.evaluate(PARTS))
        new = found - self.parts
        self.parts |= found
        return bool(new)

    def faults(self, page: Page, *, in_colour: bool = True) -> list[str]:
        """What axe finds on the page as it is now, a line for each.

        `in_colour`: whether every text stands out from what is behind it, too, which takes it the longest.
        """
        options: dict[str, Any] = {
            "resultTypes": ["violations"],
            "runOnly": {"type": "tag", "values": RULES},
            "rules": {"color-contrast": {"enabled": in_colour}},
        }
        found = self.axe.run(page, options=options).response["violations"]
        faults = [f"{each['id']}: {each['help']}: {node['html']}" for each in found for node in each["nodes"]]
        return [fault for fault in faults if not KNOWN.match(fault)]


class Visitor:
    """One person and their browser."""

    def __init__(self, context: BrowserContext, looks: Looks, mirror: BrowserContext | None = None) -> None:
        """`mirror`: for a browser without script, one in which the same pages can be examined by script."""
        self.context = context
        self.looks = looks
        self.mirror = mirror.new_page() if mirror else None
        self.errors: list[str] = []
        self.name = ""
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """A new tab, which is the one used from now on."""
        self.page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        return self.page

    def _note(self, message: ConsoleMessage) -> None:
        # Chromium notes as an error that a page says no: a form with mistakes, a page for others.
        is_answer = (
            message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        )
        if message.type in {"error", "warning"} and not is_answer:
            self.errors.append(f"{self.page.url}: {message.text}")

    # Going about

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button and look at what follows."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.look()

    def follow(self, name: str, *, exact: bool = False, within: str = "body") -> None:
        """Follow a link and look at the page that it leads to."""
        link = self.page.get_by_role("link", name=name, exact=exact, include_hidden=True)
        folded = self.page.locator(within).locator("details:not([open])").filter(has=link)
        if (
            folded.count()
            and not self.page.locator(within).get_by_role("link", name=name, exact=exact).count()
        ):
            folded.first.locator("summary").click()
        self.page.locator(within).get_by_role("link", name=name, exact=exact).first.click()
        self.look()

    def step_in(self, post: str, of: str = "") -> None:
        """Become the first of the demonstration's people who has this post; `of`: in a body of this name.

        The list of them all is read and not drawn, as every journey does this time and again.
        """
        listed = self.context.request.get("/demonstration/").text().split("<li")
        one = next(each for each in listed if f"<strong>{escape(post)}<" in each and escape(of) in each)
        parts = ("action", 'csrfmiddlewaretoken" value')
        to, token = (re.findall(f'{part}="(.*?)"', one)[0] for part in parts)
        answer = self.context.request.post(to, form={"csrfmiddlewaretoken": token}, max_redirects=0)
        self.page.goto(answer.headers["location"])
        self.name = self.page.locator("header strong").inner_text()
        self.look()

    # Reading

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def reads(self, text: str) -> None:
        """Fails where the main part of the page does not say this."""
        expect(self.main).to_contain_text(text)

    def reads_not(self, text: str) -> None:
        expect(self.main).not_to_contain_text(text)

    def fact(self, name: str) -> str:
        """What the page says of one of the facts of its summary."""
        row = self.page.locator(".govuk-summary-list__row").filter(
            has=self.page.locator("dt").get_by_text(name, exact=True)
        )
        return row.locator("dd").first.inner_text()

    @property
    def is_lost(self) -> bool:
        """Whether the page says that there is no such page."""
        return self.heading == "Page not found"

    @property
    def chronology(self) -> list[str]:
        """The titles of what happened, the first first."""
        titles = self.page.locator(".moj-timeline__title").evaluate_all(
            "titles => titles.map(title => [...title.childNodes]"
            ".filter(part => !part.classList?.contains('govuk-tag')).map(part => part.textContent).join(''))"
        )
        return [" ".join(title.split()).replace(" :", ":") for title in reversed(titles)]

    # Filling in

    def fill(self, *choosing: str, **typing: str) -> None:
        """Fill in the page: these options where they are offered, these words by the name of their input."""
        fill(self.page.locator("form[data-autosave]"), choosing, typing)

    def fill_all(self, *choosing: str, **typing: str) -> None:
        """Fill in page after page, up to the page to check the answers."""
        while self.page.locator("form[data-autosave]").count():
            before = self.page.url
            self.fill(*choosing, **typing)
            self.press("Save and continue")
            assert self.page.url != before, f"{before}: {self.main.inner_text()}"

    def answer(self, button: str, *choosing: str, **typing: str) -> None:
        """Fill in the short form that this button sends, as `fill` does a page, and press the button."""
        press = self.page.get_by_role("button", name=button, exact=True)
        fill(self.page.locator("main form").filter(has=press).first, choosing, typing)
        self.press(button, exact=True)

    def take(self, act: str, *choosing: str, **typing: str) -> None:
        """Take a step on the case that is open, and come back to its page."""
        if not self.main.get_by_role("link", name=act).count():
            self.main.get_by_text("More: ask, record, hand over").click()
        self.follow(act, within="main")
        self.press("Begin")
        self.fill_all(*choosing, **typing)
        self.press(act)

    def find(self, words: str) -> None:
        """Find the only case with this name or reference, and open it."""
        self.go("/find/")
        self.page.get_by_label("Reference or name").fill(words)
        self.press("Find", exact=True)
        self.reads("1 case found")
        self.page.locator("main tbody a").click()
        self.look()

    # Looking for faults

    def look(self) -> None:
        """Fails where the page scrolls sideways on a narrow screen, or a fault is found in it."""
        self.page.wait_for_load_state()
        kind = IDENTITY.sub("…", self.page.url)
        size = str(self.page.viewport_size)
        if not self.looks.is_new(kind, self.page.title(), size):
            return
        page = self._examined()
        is_new = self.looks.is_new(kind, size)
        to_examine = self.looks.has_new_parts(page) or is_new or self.looks.thorough
        faults = page.evaluate(NAMED_WRONGLY) + (self.looks.faults(page) if to_examine else [])
        faults += self._faults_when_narrow(page, to_examine=to_examine and is_new)
        assert not faults, f"{page.url} “{page.title()}”:\n" + "\n".join(faults)

    def _faults_when_narrow(self, page: Page, *, to_examine: bool) -> list[str]:
        """What is wrong on a narrow screen: nothing may be cut off, and axe looks where it is asked to.

        Its colours are those of the wide one; they are looked at again where everything is.
        """
        size = page.viewport_size
        page.set_viewport_size(NARROW)
        examines = to_examine and size != NARROW
        faults = self.looks.faults(page, in_colour=self.looks.thorough) if examines else []
        if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            faults.append(f"scrolls sideways by {over} pixels at 320, for {page.evaluate(TOO_WIDE)}")
        if size:
            page.set_viewport_size(size)
        return faults

    def _examined(self) -> Page:
        """The page or, where no script runs, its image in a browser that runs one but loads none of ours."""
        if self.mirror is None:
            return self.page
        content = self.page.content()
        self.mirror.route("**/*.js", lambda route: route.abort())
        self.mirror.route(self.page.url, lambda route: route.fulfill(body=content, content_type="text/html"))
        self.mirror.goto(self.page.url)
        self.mirror.unroute_all()
        return self.mirror
