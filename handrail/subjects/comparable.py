"""The details of a subject in comparable form, without details that are marked wrong or set apart."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handrail.subjects.by_name import found_under, online_under
from handrail.subjects.details import Detail, DetailKind
from handrail.subjects.matching import Known, Name, Place
from handrail.subjects.matching.online import handle_as_written, marked_in

AGE_IS_OUT = 2  # years by which an estimated age may be wrong
LONGEST_PLAIN = 3  # words; a longer text may be a sentence
LONGEST_PARTICLE = 3  # letters, such as “ibn” or “de”
LONGEST = 2_000  # letters of one text that is searched for several names
BETWEEN = re.compile(r"[,;/|\n]|\b(?:aka|a\.k\.a\.|also known as|alias|formerly|née|nee)\b", re.IGNORECASE)

What = Mapping[str, Any]


def known_from(details: Iterable[Detail], gender: str) -> Known:
    """Return details for matching: the first record's, then the newest, as only a limited number count."""
    every = list(details)
    ordered = [*every[:1], *reversed(every[1:])]
    told = [detail for detail in ordered if detail.is_compared]
    ages = [detail for detail in told if detail.kind == DetailKind.APPROXIMATE_AGE]
    return Known(
        names=tuple(name for detail in told for name in _names(detail)),
        births=tuple(what["born"] for what in _of(told, DetailKind.DATE_OF_BIRTH)),
        born_between=_between(max(ages, key=lambda d: d.number)) if ages else None,
        gender=gender,
        places=tuple(_place(what) for what in _of(told, DetailKind.ADDRESS)),
        telephones=tuple(what["number"] for what in _of(told, DetailKind.TELEPHONE)),
        emails=tuple(what["address"] for what in _of(told, DetailKind.EMAIL)),
        online=tuple(name for detail in told for name in _online(detail)),
        aliases=tuple(alias for detail in told for alias in _aliases(detail)),
    )


def _of(details: Iterable[Detail], kind: DetailKind) -> Iterator[What]:
    return (detail.what for detail in details if detail.kind == kind)


def _names(detail: Detail) -> Iterator[Name]:
    if detail.kind == DetailKind.NAME:
        yield Name(detail.what.get("given", ""), detail.what.get("family", ""))
    elif detail.kind == DetailKind.OTHER_NAMES:
        yield from (Name(family=name) for name in names_in(detail.what["names"]))


def _online(detail: Detail) -> Iterator[str]:
    """Yield the names online in a detail, also those among other names."""
    if detail.kind == DetailKind.ONLINE_NAME:
        yield from online_in(detail.what["name"])
    elif detail.kind == DetailKind.OTHER_NAMES:
        yield from marked_in(detail.what["names"][:LONGEST])


def _aliases(detail: Detail) -> Iterator[str]:
    """Yield the names other than the first record's, each as one text, for comparison with names online."""
    if detail.kind == DetailKind.OTHER_NAMES:
        yield from names_in(detail.what["names"])
    elif detail.kind == DetailKind.NAME and detail.number > 1:
        yield f"{detail.what.get('given', '')} {detail.what.get('family', '')}".strip()


def found_by_name(detail: Detail) -> str:
    """Return the words by which a name search finds a detail: of each of its names, and of names online."""
    names = (found_under(name.given, name.family) for name in _names(detail))
    return " ".join(filter(None, [*names, online_under(_online(detail))]))


def names_in(text: str) -> list[str]:
    """Return the names in a free text, such as “Bob, aka The Wolf” or “Is called Jay by friends”."""
    return [name for part in BETWEEN.split(text[:LONGEST]) if (name := _name_in(part.strip(" .:()").split()))]


def _name_in(words: list[str]) -> str:
    """Return the words of a name, or the name-like words of a sentence; scripts without capitals stay."""
    if len(words) <= LONGEST_PLAIN or not any(word.islower() for word in words):
        return " ".join(words)
    of_sentence = words[1].islower() and len(words[1]) > LONGEST_PARTICLE
    return " ".join(word for word in words[of_sentence:] if not word.islower())


def online_in(text: str) -> list[str]:
    """Return the names online in a free text, without site names and sentences."""
    return [name for part in re.split(r"[,;\n]", text[:LONGEST]) if (name := handle_as_written(part))]


def _place(what: What) -> Place:
    return Place(what.get("address", ""), what.get("town", ""), what.get("postcode", ""))


def _between(detail: Detail) -> tuple[int, int]:
    year = detail.on.year - int(detail.what["age"])
    return year - AGE_IS_OUT, year + AGE_IS_OUT
