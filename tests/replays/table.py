"""The page `docs/replays.md`: a section for each failure, written by the runs of the replays."""

import re
from pathlib import Path

from tests.replays.replay import Replay

PAGE = Path(__file__).resolve().parents[2] / "docs" / "replays.md"


def section_of(replay: Replay, title: str, happened: str) -> str:
    """Return the page's section on one failure."""
    rows = [
        f"| {line.on:%-d %B %Y} | {line.to} | {line.said} |"
        for line in sorted(replay.lines, key=lambda each: each.on)
    ]
    head = f"## {replay.number}. {title}\n\n{happened}\n\n| on | to | what |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def awaited_of(number: int, title: str, happened: str, subject: str) -> str:
    """Return the page's section on a failure that no room handles yet."""
    return f"## {number}. {title}\n\n{happened}\n\nAwaited: {subject}.\n"


def written(number: int) -> str:
    """Return the present section of a failure on the page; "" where there is none."""
    section = re.compile(rf"^## {number}\. .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    found = section.search(PAGE.read_text(encoding="utf-8"))
    return found.group().rstrip() + "\n" if found else ""


def write(number: int, section: str) -> None:
    """Write a section in its place on the page."""
    text = PAGE.read_text(encoding="utf-8")
    head, *parts = re.split(r"(?=^## )", text, flags=re.MULTILINE)
    sections = {int(re.match(r"## (\d+)", part).group(1)): part.rstrip() for part in parts}  # type: ignore[union-attr]
    sections[number] = section.rstrip()
    body = "\n\n".join(sections[each] for each in sorted(sections))
    PAGE.write_text(f"{head.rstrip()}\n\n{body}\n", encoding="utf-8")
