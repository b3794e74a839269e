"""Ages as people write them: 16, about 16, aged 16, 16 yrs old."""

import re
import unicodedata

BEFORE = r"(?:aged?|about|around|approx(?:imately)?|circa|ca|c|est(?:imated)?)[.:]?|~"
AFTER = r"years?|yrs?|y\.?o\.?|y/o|old|of age"
ROUGHLY = r"approx(?:imately)?|est(?:imated)?|about"
AGE = re.compile(
    rf"(?P<before>(?:(?:{BEFORE})\s*)*)(?P<age>\d{{1,3}})(?P<after>(?:\s*(?:{AFTER}))*)\.?(?:\s*\(?(?:{ROUGHLY})\.?\)?)?"
)
LONGEST = 60


def read_age(text: str) -> int | None:
    """Return the age in whole years in a text; None for a span such as 16-17, for months, or for no age."""
    found = _found(text)
    return int(found["age"]) if found else None


def says_an_age(text: str) -> bool:
    """Return whether a text states an age in words, as “aged 16” does and “16” alone does not."""
    found = _found(text)
    return found is not None and bool(found["before"] or found["after"])


def _found(text: str) -> re.Match[str] | None:
    return AGE.fullmatch(" ".join(unicodedata.normalize("NFKC", text[:LONGEST]).lower().split()))
