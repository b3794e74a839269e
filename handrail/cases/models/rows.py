"""Conditions in SQL that a case is seen, worked on or changed: what `visibility` says for the application.

They are the only ones. Row security and functions of the database ask them by what `access_enter` left for
the transaction; the worker, which tells many people at once, asks them of a row of readers.
"""

from collections.abc import Callable
from dataclasses import dataclass


def setting(name: str, kind: str = "uuid") -> str:
    """What `access_enter` left for this transaction, worked out once a query; NULL where nobody asks."""
    return f"(SELECT NULLIF(current_setting('handrail.{name}', true), '')::{kind})"


def any_of(name: str) -> str:
    """The right side of a condition: one of a short list, such as forces, which an index can serve."""
    return f"= ANY ({setting(name, 'uuid[]')}::uuid[])"


def among(name: str, kind: str = "uuid") -> str:
    """The right side of a condition: one of a list of any length, hashed once a query."""
    return f"IN (SELECT unnest(NULLIF(current_setting('handrail.{name}', true), '')::{kind}[]))"


PERSON = setting("person")
WRITING = setting("writing")
DRAFT = setting("draft")
NATION = setting("nation", "boolean")


@dataclass(frozen=True, slots=True)
class Who:
    """Where a condition finds what somebody may see.

    `any_of` makes the right side of a condition for a short list of bodies: `works`, `own`, `councils`,
    `oversees`. `given` makes the condition that a record is among those `granted`, `invited` or `working`, or
    among those for which somebody is `named` or from which they are `excluded`. `written` is the record that
    they are writing now, whose rows they see until the end of the transaction.
    """

    person: str
    nation: str
    any_of: Callable[[str], str]
    given: Callable[[str, str], str]
    written: str = "NULL"


ASKING = Who(PERSON, NATION, any_of, lambda record, how: f"{record} {among(how)}", WRITING)


def standing(c: str, who: Who = ASKING) -> str:
    """The cases that a post gives somebody to work on; `c` names the cases' table, here and below."""
    return (
        f"({c}.force_id {who.any_of('works')} OR {c}.force_id {who.any_of('own')}"
        f" AND ({c}.owner_id = {who.person} OR NOT {c}.allocated) OR {c}.council_id {who.any_of('councils')})"
    )


def worked(c: str) -> str:
    """The cases of which somebody sees all."""
    return _unless_kept_from(c, f"{standing(c)} OR {ASKING.given(f'{c}.id', 'granted')}")


def changed(c: str) -> str:
    """The cases that somebody may change: what was only shared with them, or sampled, they read."""
    return _unless_kept_from(c, f"{standing(c)} OR {ASKING.given(f'{c}.id', 'working')}")


def seen(c: str, who: Who = ASKING) -> str:
    """The cases of which somebody sees where they stand, or more."""
    overseen = f"{c}.force_id {who.any_of('oversees')} OR {who.nation}"
    return _unless_kept_from(c, f"{overseen} OR {standing(c, who)} OR {_given(c, who)}", who)


def named(c: str) -> str:
    """The cases of which somebody sees whom they are about."""
    return _unless_kept_from(c, f"{standing(c)} OR {_given(c)}")


def in_part(c: str, stage: str) -> str:
    """The stages of a case to which somebody was invited."""
    granted = ASKING.given(f"{c}.id", "granted")
    part = f"{c}.id::text || ':' || {stage}"
    return _unless_kept_from(c, f"{standing(c)} OR {granted} OR {part} {among('parts', 'text')}")


def named_or_open(c: str) -> str:
    """The cases that are not kept from who asks: restricted ones by name alone, none they are excluded from.

    For functions of the database that see every case; it gives no sight of any.
    """
    return _unless_kept_from(c, "true")


def _given(c: str, who: Who = ASKING) -> str:
    return f"{who.given(f'{c}.id', 'granted')} OR {who.given(f'{c}.id', 'invited')}"


def _unless_kept_from(c: str, condition: str, who: Who = ASKING) -> str:
    """The condition, for restricted cases by name alone, and never for somebody who is excluded."""
    case = f"{c}.id"
    return (
        f"((NOT {c}.restricted AND ({condition}) OR {who.given(case, 'named')})"
        f" AND NOT {who.given(case, 'excluded')} OR {case} = {who.written})"
    )
