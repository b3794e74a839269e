"""Names that code gives, and that a pack may use: a pack that misspells one is refused.

Rooms add theirs to `REGISTERED` when they are loaded. The names are an argument of `load_pack`; without them
a pack is read and compared, and its use of them is not judged.
"""

import re
from dataclasses import dataclass, field

from handrail.policy.base import FORM_OF_ID, LONGEST_ID


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one Handrail, by what they name.

    `checks`: further kinds of check, each with the keys that its checks give. `members`: lists of members
    that a question offers, and `members_in_registers` those of them that a step of a register may offer too.
    `counts`: counts that pre-fill a question set. `roles`: roles that somebody can
    hold; none means that roles are not judged, as an older pack may name one that nobody holds any more.
    `answering`: those of them that open the page on which question sets are answered.
    """

    checks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    members_in_registers: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    answering: set[str] = field(default_factory=set)


REGISTERED = Names()


def refuse_unfit(name: str, longest: int = LONGEST_ID) -> None:
    """Raise ValueError for a name without the form of an id, or too long for what keeps it."""
    if len(name) > longest or not re.fullmatch(FORM_OF_ID, name):
        raise ValueError(
            f"“{name}” cannot be a name: it needs small letters, digits and single hyphens,"
            f" and has at most {longest} characters."
        )
