"""Making sentences from building blocks.

`data/wording.toml` has rules: a name, and texts for it. A text may name other rules and facts in braces. A
rule may be narrowed to cases with certain tags: `saw@islamist` or `saw@right-wing+child`. Of those that fit a
case, the most narrow ones are drawn from, and the plain rule where none is.
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
    """Every rule by its name: the tags that it needs, and its texts cut into plain and named parts."""
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
    """Whether there is a rule of this name."""
    return name in _rules()


def rule_names() -> list[str]:
    """Every rule."""
    return list(_rules())


def write(random: Random, name: str, tags: frozenset[str], facts: Mapping[str, str]) -> str:
    """A text by the rule. A name in braces is a fact where there is one, and a rule otherwise."""
    text = random.choice(_fitting(name, tags))
    return "".join(
        (facts[piece] if piece in facts else write(random, piece, tags, facts)) if named else piece
        for named, piece in text
    )
