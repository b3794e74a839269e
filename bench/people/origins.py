"""Origins of names: lists with frequencies, spellings and the original script."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench.people.romanising import feminine, spellings

FOLDER = Path(__file__).parent / "origins"
SEED = 5


class Group(NamedTuple):
    """One name: its Latin spellings, the most common first, and its own script."""

    spellings: tuple[str, ...]
    script: str = ""


class Word(NamedTuple):
    """One name as one person spells it."""

    text: str
    group: Group


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one kind, with cumulative frequencies for drawing."""

    groups: tuple[Group, ...]
    sums: tuple[float, ...]

    def draw(self, random: Random) -> Group:
        """Return a random name by frequency."""
        return random.choices(self.groups, cum_weights=self.sums)[0]

    def __bool__(self) -> bool:
        return bool(self.groups)


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin of names: its frequency, its names, and how a whole name is built (`shape`).

    `january` is the share of people recorded as born on 1 January because the day is unknown.
    """

    id: str
    weight: float
    shape: str
    january: float
    script: str
    given: dict[str, Names]
    family: Names
    family_female: Names
    titles_female: Names
    english: tuple[str, ...]
    nicknames: dict[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(self.id)


@cache
def origins() -> tuple[Origin, ...]:
    """Return every origin, in order of file name."""
    return tuple(
        _origin(path.stem, tomllib.loads(path.read_text())) for path in sorted(FOLDER.glob("*.toml"))
    )


@cache
def origin_sums() -> tuple[float, ...]:
    """Return the cumulative frequencies of the origins."""
    return tuple(accumulate(origin.weight for origin in origins()))


def _origin(name: str, told: dict[str, Any]) -> Origin:
    groups = {key: _groups(told.get(key, ""), told) for key in ("male", "female", "family", "titles_female")}
    tail = _tail(told)
    steep = 0.45 if name == "british" else 0.8
    family = _names(groups["family"], steep, tail, told["tail"])
    return Origin(
        id=name,
        weight=told["weight"],
        shape=told["shape"],
        january=told["january"],
        script=told.get("script", ""),
        given={sex: _names(groups[sex], 0.6) for sex in ("male", "female")},
        family=family,
        family_female=replace(family, groups=tuple(_feminine(group) for group in family.groups)),
        titles_female=_names(groups["titles_female"], 0.6),
        english=tuple(told.get("english", "").split()),
        nicknames=_nicknames(told["nicknames"]),
    )


def _groups(text: str, told: dict[str, Any]) -> tuple[Group, ...]:
    """Return names parsed from `Spelling/other/other=script` between blanks; `_` is a blank in a name."""
    return tuple(_group(token.replace("_", " "), told) for token in text.split())


def _group(token: str, told: dict[str, Any]) -> Group:
    if told.get("script") == "cyrillic":
        return Group(spellings(token), token)
    latin, _, script = token.partition("=")
    return Group(tuple(dict.fromkeys(latin.split("/"))), script)


def _tail(told: dict[str, Any]) -> tuple[Group, ...]:
    """Return rare family names combined from parts, in a fixed order."""
    parts = product(told.get("stems", "").split(), told.get("endings", "").split())
    words = sorted({"".join(pair) for pair in parts})
    Random(SEED).shuffle(words)
    return tuple(_group(word, told) for word in words)


def _names(groups: Sequence[Group], steep: float, tail: Sequence[Group] = (), share: float = 0.0) -> Names:
    """Return names with frequencies that fall with their rank; the tail together has this share."""
    head = _falling(len(groups), steep, 1 - share if tail else 1.0)
    rest = _falling(len(tail), 0.5, share)
    return Names((*groups, *tail), tuple(accumulate((*head, *rest))))


def _falling(count: int, steep: float, total: float) -> list[float]:
    weights = [1 / (rank + 2) ** steep for rank in range(1, count + 1)]
    return [weight * total / sum(weights) for weight in weights] if weights else []


def _feminine(group: Group) -> Group:
    if group.script:
        return Group(spellings(feminine(group.script)), feminine(group.script))
    return Group(tuple(dict.fromkeys(feminine(spelling) for spelling in group.spellings)))


def _nicknames(text: str) -> dict[str, tuple[str, ...]]:
    """Return common short forms, by the first spelling of the name in small letters."""
    pairs = (token.replace("_", " ").split("=") for token in text.split())
    return {name.casefold(): tuple(short.split(",")) for name, short in pairs}
