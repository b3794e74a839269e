"""SQL conditions for seeing, reading and changing a case: `visibility` says them to Django, this to SQL.

`seen`: its status shows, as in a list. `named`: so does the name of its subject. `worked`: all of it may be
read. `in_part`: an entry of it may be read. `changed`: acts on it are allowed. A table whose rows belong to a
case takes one of them for each of see, add and change in `config/rows.py`.

No other module says them in SQL. Row security and functions of the database read the user's access from the
settings that `access_enter` made for the transaction. The worker, which notifies many people at once, reads
it from a row for each reader.
"""

from collections.abc import Callable
from dataclasses import dataclass


def setting(name: str, kind: str = "uuid") -> str:
    """SQL for a setting of the transaction that `access_enter` made; NULL where there is no user.

    The subquery makes PostgreSQL evaluate the setting once for each query.
    """
    return f"(SELECT NULLIF(current_setting('handrail.{name}', true), '')::{kind})"


def any_of(name: str) -> str:
    """SQL for `= ANY` of a short list, such as forces; an index can serve it."""
    return f"= ANY ({setting(name, 'uuid[]')}::uuid[])"


def among(name: str, kind: str = "uuid") -> str:
    """SQL for `IN` a list of any length; PostgreSQL hashes the list once for each query."""
    return f"IN (SELECT unnest(NULLIF(current_setting('handrail.{name}', true), '')::{kind}[]))"


PERSON = setting("person")
WRITING = setting("writing")
DRAFT = setting("draft")
NATION = setting("nation", "boolean")


@dataclass(frozen=True, slots=True)
class Who:
    """The user of a condition: SQL expressions for their id and for each part of their access.

    `any_of(name)` is the right side of a comparison with a short list of organisations: `works`, `own`,
    `councils`, `safeguards`, `oversees`. `given(record, how)` is the condition that the record is among
    `granted`, `invited`, `working`, `named` or `excluded`. `written` is the record that the user is writing:
    its rows are visible to them until the transaction ends.
    """

    person: str
    nation: str
    any_of: Callable[[str], str]
    given: Callable[[str, str], str]
    written: str = "NULL"


ASKING = Who(PERSON, NATION, any_of, lambda record, how: f"{record} {among(how)}", WRITING)


def works_by_post(c: str, who: Who = ASKING) -> str:
    """SQL condition for cases that the user works on by a post; `c` is the table's alias, here and below."""
    return (
        f"({c}.force_id {who.any_of('works')} OR {c}.force_id {who.any_of('own')}"
        f" AND ({c}.owner_id = {who.person} OR NOT {c}.allocated) OR {c}.council_id {who.any_of('councils')})"
    )


def safeguarded(c: str, who: Who = ASKING) -> str:
    """SQL condition for cases of which the user may see the safeguarding part by a post."""
    return f"{c}.force_id {who.any_of('safeguards')}"


def worked(c: str) -> str:
    """SQL condition for cases that the user may read as a whole."""
    return _unless_kept_from(c, f"{works_by_post(c)} OR {ASKING.given(f'{c}.id', 'granted')}")


def changed(c: str) -> str:
    """SQL condition for cases that the user may change; a share or a sample gives reading only."""
    return _unless_kept_from(c, f"{works_by_post(c)} OR {ASKING.given(f'{c}.id', 'working')}")


def seen(c: str, who: Who = ASKING) -> str:
    """SQL condition for cases whose status, at least, the user may see."""
    overseen = f"{c}.force_id {who.any_of('oversees')} OR {who.nation}"
    return _unless_kept_from(
        c, f"{overseen} OR {works_by_post(c, who)} OR {safeguarded(c, who)} OR {_given(c, who)}", who
    )


def named(c: str) -> str:
    """SQL condition for cases whose subject's name the user may see."""
    return _unless_kept_from(c, f"{works_by_post(c)} OR {safeguarded(c)} OR {_given(c)}")


def in_part(c: str, e: str) -> str:
    """SQL condition for entries `e` of a case that the user may read: all, or those of their part.

    A part is the stages of an invitation, or by a post the safeguarding part.
    """
    granted = ASKING.given(f"{c}.id", "granted")
    part = f"{c}.id::text || ':' || {e}.stage {among('parts', 'text')}"
    kept_safe = f"{safeguarded(c)} AND {e}.act {among('safeguarding', 'text')}"
    return _unless_kept_from(c, f"{works_by_post(c)} OR {granted} OR {part} OR {kept_safe}")


def named_or_open(c: str) -> str:
    """SQL condition for cases not barred to the user: unrestricted, or naming them, and not excluding them.

    It gives no access by itself. It is for functions of the database that run over every case.
    """
    return _unless_kept_from(c, "true")


def _given(c: str, who: Who = ASKING) -> str:
    return f"{who.given(f'{c}.id', 'granted')} OR {who.given(f'{c}.id', 'invited')}"


def _unless_kept_from(c: str, condition: str, who: Who = ASKING) -> str:
    """Wrap a condition: a restricted case needs a grant by name, and an exclusion outweighs everything."""
    case = f"{c}.id"
    return (
        f"((NOT {c}.restricted AND ({condition}) OR {who.given(case, 'named')})"
        f" AND NOT {who.given(case, 'excluded')} OR {case} = {who.written})"
    )
