"""A person with a browser who opens pages, fills in forms and sends them. Each page is checked."""

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
# The shape of a page without its words: each element within its parent, with the attributes that the style
# sheet and a screen reader use.
PARTS = """() => {
  const name = each => each.tagName + "." + [...each.classList].sort().join(".") + [...each.attributes]
    .filter(one => /^(type|role|aria-.*|hidden|open|multiple)$/.test(one.name))
    .map(one => `[${one.name}${/^(type|role)$/.test(one.name) ? "=" + one.value : ""}]`).sort().join("")
  return [...new Set([...document.body.querySelectorAll("*")].map(
    each => name(each.parentElement) + " > " + name(each)))]
}"""
# What words and names alone can break, whatever the shape of the page.
# The innermost elements that extend beyond the edge of the window
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
# GOV.UK's radios use aria-expanded where an answer opens a further question. ARIA does not provide that for
# radios; GOV.UK keeps it, because it was found to help users of screen readers.
KNOWN = re.compile(r"aria-allowed-attr: .*<input class=\"govuk-radios__input\".* aria-expanded=")


@dataclass
class Looks:
    """A record of what axe has examined: each shape of page in each width, and all parts of pages.

    `thorough` also examines every page title, mostly known parts with other words, and colours in each
    width.
    """

    thorough: bool = False
    axe: Axe = field(default_factory=Axe)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)

    def is_new(self, *shape: str) -> bool:
        """Return whether no page of this shape was examined before."""
        known = shape in self.seen
        self.seen.add(shape)
        return not known

    def has_new_parts(self, page: Page) -> bool:
        """Return whether the page has a part that no page before had."""
        found = set(page.evaluate(PARTS))
        new = found - self.parts
        self.parts |= found
        return bool(new)

    def faults(self, page: Page, *, in_colour: bool = True) -> list[str]:
        """Return what axe finds on the page as it is now, one line each.

        `in_colour`: also check the contrast of every text, which takes longest.
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
    """A person with a browser."""

    def __init__(self, context: BrowserContext, looks: Looks, mirror: BrowserContext | None = None) -> None:
        """Open the visitor's browser.

        `mirror` is for a browser without scripts: a second browser in which the pages can be examined by
        script.
        """
        self.context = context
        self.looks = looks
        self.mirror = mirror.new_page() if mirror else None
        self.errors: list[str] = []
        self.name = ""
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """Open a new tab and use it from now on."""
        self.page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        return self.page

    def _note(self, message: ConsoleMessage) -> None:
        # Chromium logs an error for a page with an error status: a form with mistakes, a page that is
        # refused.
        is_answer = (
            message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        )
        if message.type in {"error", "warning"} and not is_answer:
            self.errors.append(f"{self.page.url}: {message.text}")

    # Moving between pages

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def open(self, leads_on: Locator) -> None:
        """Click this link or button, wait for the page that follows, and check it.

        A click ends before the next page stands. What is read at once would be read on the page before.
        """
        with self.page.expect_navigation():
            leads_on.first.click()
        self.look()

    def press(self, name: str, *, exact: bool = False) -> None:
        """Press a button and check the page that follows."""
        self.open(self.page.get_by_role("button", name=name, exact=exact))

    def follow(self, name: str, *, exact: bool = False, within: str = "body") -> None:
        """Follow the link of this name and check the page that it leads to.

        A link with exactly this name goes before those with more words. Links to two pages are a fault.
        """
        link = self.page.get_by_role("link", name=name, exact=exact, include_hidden=True)
        folded = self.page.locator(within).locator("details:not([open])").filter(has=link)
        if (
            folded.count()
            and not self.page.locator(within).get_by_role("link", name=name, exact=exact).count()
        ):
            folded.first.locator("summary").click()
        links = self.page.locator(within).get_by_role("link", name=name, exact=exact)
        links.first.wait_for()
        exactly = self.page.locator(within).get_by_role("link", name=name, exact=True)
        links = exactly if exactly.count() else links
        to = links.evaluate_all("links => [...new Set(links.map(link => link.href))]")
        assert len(to) == 1, f"{self.page.url}: “{name}” leads to {' and '.join(to)}"
        self.open(links)

    def follow_first(self, name: str) -> None:
        """Follow the first of several links of this name, each of which leads to another page."""
        self.open(self.main.get_by_role("link", name=name))

    def open_first_row(self) -> None:
        """Follow the first link of the page's table."""
        self.open(self.main.locator("tbody a"))

    def step_in(self, post: str, of: str = "") -> None:
        """Sign in as the first made-up person with this post; `of` names the body.

        The list of people is read without rendering, because every journey does this repeatedly.
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
        """Fail unless the main part of the page contains this text."""
        expect(self.main).to_contain_text(text)

    def reads_not(self, text: str) -> None:
        expect(self.main).not_to_contain_text(text)

    def fact(self, name: str) -> str:
        """Return the value of a row in the page's summary list, or of a fact in the head of a case."""
        row = self.page.locator(".govuk-summary-list__row, .handrail-facts__one").filter(
            has=self.page.locator("dt").get_by_text(name, exact=True)
        )
        return row.locator("dd").first.inner_text()

    @property
    def due(self) -> list[str]:
        """Return the titles of what is due on the case of the page, the earliest first."""
        lines = self.main.get_by_role("region", name="What is next").get_by_role("listitem").all_inner_texts()
        return [line.partition("\n")[0] for line in lines]

    @property
    def is_lost(self) -> bool:
        """Return whether the page says that it does not exist."""
        return self.heading == "Page not found"

    def has_task(self, name: str) -> None:
        """Fail unless the user has a task about this. Home shows six of a kind, and its list shows all."""
        self.open(self.main.get_by_role("link", name=re.compile("^[0-9]+ tasks?$")))
        self.reads(name)

    def whole_timeline(self) -> list[str]:
        """Go to the timeline of the case that the page shows, and return the titles of its entries."""
        self.follow("Timeline", within="main nav", exact=True)
        return self.chronology

    @property
    def chronology(self) -> list[str]:
        """Return the titles of the chronology's entries, the earliest first."""
        titles = self.page.locator(".moj-timeline__title").evaluate_all(
            "titles => titles.map(title => [...title.childNodes]"
            ".filter(part => !part.classList?.contains('govuk-tag')).map(part => part.textContent).join(''))"
        )
        return [" ".join(title.split()).replace(" :", ":") for title in reversed(titles)]

    # Filling in forms

    def fill(self, *choosing: str, **typing: str) -> None:
        """Fill in the page: these options where offered, these texts by input name."""
        fill(self.page.locator("form[data-autosave]"), choosing, typing)

    def fill_all(self, *choosing: str, **typing: str) -> None:
        """Fill in page after page, up to the page to check the answers."""
        while self.page.locator("form[data-autosave]").count():
            before = self.page.url
            self.fill(*choosing, **typing)
            self.press("Save and continue")
            assert self.page.url != before, f"{before}: {self.main.inner_text()}"

    def answer(self, button: str, *choosing: str, **typing: str) -> None:
        """Fill in the short form of this button, as `fill` does a page, and press the button."""
        press = self.page.get_by_role("button", name=button, exact=True)
        fill(self.page.locator("main form").filter(has=press).first, choosing, typing)
        self.press(button, exact=True)

    def take(self, act: str, *choosing: str, **typing: str) -> None:
        """Take a step on the open case, on one page if it is short, and return to the page of the case."""
        self.follow(act, within="main")
        if self.main.get_by_role("button", name="Begin", exact=True).count():
            self.press("Begin")
            self.fill_all(*choosing, **typing)
        else:
            self.fill(*choosing, **typing)
        self.press(act)

    def find(self, words: str) -> None:
        """Search for the only case with this name or reference, and open it."""
        self.go("/find/")
        self.page.get_by_label("Reference or name").fill(words)
        self.press("Find", exact=True)
        self.reads("1 case found")
        self.open_first_row()

    # Checking for faults

    def look(self) -> None:
        """Fail where the page scrolls sideways on a narrow screen, or has a fault."""
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
        """Return the faults on a narrow screen: text that is cut off, and axe's findings where asked for.

        Colours are the wide screen's; they are checked again only in a thorough run.
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
        """Return the page; in a browser without scripts its mirror, which runs axe but no script of ours."""
        if self.mirror is None:
            return self.page
        content = self.page.content()
        self.mirror.route("**/*.js", lambda route: route.abort())
        self.mirror.route(self.page.url, lambda route: route.fulfill(body=content, content_type="text/html"))
        self.mirror.goto(self.page.url)
        self.mirror.unroute_all()
        return self.mirror
