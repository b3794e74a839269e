"""Rules over templates and scripts: no inline script or style, and every value is escaped."""

import re
from pathlib import Path

from audit.code import ROOT

Patterns = dict[str, re.Pattern[str]]

TEMPLATES: Patterns = {
    "marks text as safe for a page.": re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false|\bMarkup\("),
    "styles by itself: the content policy forbids it.": re.compile(
        r"<style|<[a-z][^>]*\sstyle\s*=", re.IGNORECASE
    ),
    "runs by itself: the content policy forbids it.": re.compile(
        r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
    ),
    "loads something from elsewhere.": re.compile(r"(src|href)=[\"'](https?:)?//", re.IGNORECASE),
    "sends a form without the token against forged ones.": re.compile(
        r"<form(?=[^>]*method=.post)[^>]*>(?!(?:(?!</form>).)*csrf)", re.IGNORECASE | re.DOTALL
    ),
}
SCRIPTS: Patterns = {
    "writes markup from text: set textContent.": re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
    ),
    "runs text as code.": re.compile(r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]"),
    "keeps something in the browser.": re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie"),
}
MACRO = re.compile(r"\{%-?\s*macro (\w+)\(.*?%\}(.*?)\{%-?\s*endmacro", re.DOTALL)
# The policy's own pages are self-contained; the browser knows their style by its digest.
ALONE = {"handrail/policy/jinja2/show.html", "handrail/policy/jinja2/diff.html"}
# Intended links out of the site.
OUTWARD = "loads something from elsewhere."


def troubles(root: Path = ROOT) -> list[str]:
    """Return every fault in templates and scripts, a line each."""
    templates = sorted((root / "handrail").rglob("jinja2/**/*.html"))
    scripts = [
        path
        for path in sorted((root / "handrail").rglob("*.js"))
        if "static/govuk" not in path.as_posix() and "node_modules" not in path.parts
    ]
    found = [line for path in templates for line in _broken(path, TEMPLATES, root)]
    return found + [line for path in scripts for line in _broken(path, SCRIPTS, root)]


def _broken(path: Path, patterns: Patterns, root: Path) -> list[str]:
    name = path.relative_to(root).as_posix()
    text = _spelled_out(path.read_text(encoding="utf-8"))
    found = []
    for sentence, pattern in patterns.items():
        for match in pattern.finditer(text):
            if name in ALONE and "styles" in sentence:
                continue
            if sentence == OUTWARD and text[: match.start()].rstrip().endswith(("<a", 'class="govuk-link"')):
                continue
            found.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1} {sentence}")
    return found


def _spelled_out(text: str) -> str:
    """Return a template with the content of its own macros in place of calls, one line each."""
    for name, content in MACRO.findall(text):
        line = " ".join(content.split())
        text = re.sub(rf"\{{\{{-?\s*{name}\(\)\s*-?\}}\}}", line.replace("\\", r"\\"), text)
    return text
