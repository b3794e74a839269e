"""Names online, taken out of text around them: the address of a page, a site, “on Discord”."""

import re

from handrail.organisations.folding import squeezed
from handrail.subjects.matching.placeholders import TOLD, is_placeholder

SITES, SAYING, PATHS = (frozenset(TOLD["sites"][part].split()) for part in ("words", "saying", "paths"))
MOST_WORDS = 4  # of a name; a longer text is a sentence
PAGE = re.compile(r"(https?://)?((?:[\w-]+\.)+[a-z]{2,})/+(\S+)", re.IGNORECASE)
OWN_PAGE = re.compile(r"([\w-]+)\.(\w+)\.(?:com|net|org|tv|gg|social)", re.IGNORECASE)
NUMBERED = re.compile(r"[?&]id=(\w+)")
ELSEWHERE = re.compile(r"@([\w.-]+)@[\w-]+(?:\.[\w-]+)+")  # a name on a server of a federated network
BETWEEN = re.compile(r"[\s()\[\]|\"“”«»]+")
WITHIN = re.compile(r"[:=]")  # between a site and a name on it
NUMBER = re.compile(r"#\d{4}$")
MARKED = re.compile(r"[@_#\d]")


def handle_as_written(text: str) -> str:
    """Return the name online in a text, as written; "" where there is none."""
    words = _words(text)
    named = [word for word in words if squeezed(word) not in SITES]
    if len(named) > MOST_WORDS:
        return " ".join(word for word in named if MARKED.search(word))
    return " ".join(word for word in named if squeezed(word) not in SAYING)


def handle_of(text: str) -> str:
    """Return a name online in comparable form; "" where there is none."""
    plain = squeezed(handle_as_written(text))
    return "" if is_placeholder(text) or is_placeholder(handle_as_written(text)) else plain


def marked_in(text: str) -> list[str]:
    """Return the words of a text that look like names online, with an @, digits or underscores."""
    marked = (word.strip(".,;'") for word in _words(text) if MARKED.search(word))
    return [word for word in marked if re.search(r"[^\W\d_]", word) and handle_of(word)]


def _words(text: str) -> list[str]:
    """Return the words of a text; an address of a page is replaced by its owner's name."""
    parts = BETWEEN.split(text)
    found = ([page] if (page := _of_page(part)) else map(_word, WITHIN.split(part)) for part in parts)
    return [word for words in found for word in words if squeezed(word)]


def _of_page(part: str) -> str:
    """Return the name of the owner in the address of a page; "" for other text."""
    if found := PAGE.fullmatch(part):
        scheme, host, path = found.groups()
        if scheme or any(squeezed(label) in SITES | {"x", "t"} for label in host.split(".")):
            return _whose(path)
    return ""


def _word(part: str) -> str:
    """Return one word without what a site puts around a name."""
    if (found := OWN_PAGE.fullmatch(part)) and squeezed(found[2]) in SITES and found[1].lower() != "www":
        return found[1]
    if found := ELSEWHERE.fullmatch(part):
        return f"@{found[1]}"
    return NUMBER.sub("", re.sub(r"^/?u/", "", part))


def _whose(path: str) -> str:
    """Return the first part of a path that is a name; else the account number."""
    if found := NUMBERED.search(path):
        return found[1]
    steps = [step for step in re.split(r"[/?#&]", path) if step]
    return next((step for step in steps if squeezed(step) not in PATHS), "")
