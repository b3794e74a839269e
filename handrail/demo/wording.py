"""Compose sentences from the rules in `data/wording.toml`: a name, and texts for it.

A text may name other rules and facts in braces. A rule may be limited to cases with certain tags:
`saw@islamist` or `saw@right-wing+child`. Among the rules that fit a case the most specific are used, else
the plain rule.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from random import Random

from handrail.demo.data import read

Part = tuple[bool, str]
PARTS = re.compile(r"\{([A-Za-z0-9/_.-]+)\}")


@cache
def _rules() -> dict[str, list[tuple[frozenset[str], list[list[Part]]]]]:
    """Return every rule by name: the tags it requires, and its texts split into plain and named parts."""
    rules: dict[str, list[tuple[frozenset[str], list[list[Part]]]]] = {}
    for key, texts in read("wording").items():
        name, _, tags = key.partition("@")
        needed = frozenset(tags.split("+")) if tags else frozenset()
        rules.setdefault(name, []).append((needed, [_cut(text) for text in texts]))
    return rules


def _cut(text: str) -> list[Part]:
    pieces = PARTS.split(text)
    return [(index % 2 == 1, piece) for index, piece in enumerate(pieces) if piece]


@lru_cache(maxsize=20_000)
def _fitting(name: str, tags: frozenset[str]) -> Sequence[list[Part]]:
    fitting = [(needed, texts) for needed, texts in _rules()[name] if needed <= tags]
    most = max(len(needed) for needed, _ in fitting)
    return [text for needed, texts in fitting if len(needed) == most for text in texts]


def has_rule(name: str) -> bool:
    """Return whether there is a rule of this name."""
    return name in _rules()


def rule_names() -> list[str]:
    """Return the names of all rules."""
    return list(_rules())


def write(random: Random, name: str, tags: frozenset[str], facts: Mapping[str, str]) -> str:
    """Return a text by the rule. A name in braces is a fact if there is one, else a rule."""
    text = random.choice(_fitting(name, tags))
    return "".join(
        (facts[piece] if piece in facts else write(random, piece, tags, facts)) if named else piece
        for named, piece in text
    )
