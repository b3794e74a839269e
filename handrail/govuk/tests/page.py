"""Helpers that render a field and parse the resulting page."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.template import engines

from handrail.govuk.fields import Field

VOID = {"input", "br", "hr", "img", "meta", "link"}
IDS = ("for", "aria-describedby", "aria-controls", "data-aria-controls")


class Element:
    """An element with its attributes and the text inside."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes, self.text = tag, attributes, ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Drawn(HTMLParser):
    """Parsed output. Parsing fails for a tag that is closed without being open, or left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {[element.tag for element in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def by_id(self, name: str) -> Element:
        (found,) = [element for element in self.elements if element["id"] == name]
        return found

    def inputs(self) -> Iterator[Element]:
        yield from (e for e in self.elements if e.tag in {"input", "select", "textarea"})

    def described(self, element: Element) -> str:
        return " ".join(self.by_id(name).text for name in element["aria-describedby"].split())


def draw(source: str, **context: Any) -> Drawn:
    """Return the output of a template's source."""
    drawn = Drawn(engines["jinja2"].from_string(source).render(context))
    ids = [element["id"] for element in drawn.elements if element["id"]]
    assert len(ids) == len(set(ids)), f"an id twice in {ids}"
    for element in drawn.elements:
        named = [name for attribute in IDS for name in element[attribute].split()]
        assert set(named) <= set(ids), f"<{element.tag}> names what is not there: {named}"
    return drawn


def draw_field(field: Field) -> Drawn:
    return draw('{% from "govuk/fields.html" import field %}{{ field(f) }}', f=field)
