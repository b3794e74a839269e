"""Closed lists of answers, and how the answers of an older pack are said in a newer one."""

from functools import cached_property

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text


class Code(Frozen):
    """One value of a code list: its `id` is kept in the record, its `label` is shown.

    A list of bands gives the numbers that each begins and ends with, both in it. `inverse` is what a relation
    is called from the other side, where that is not the same.
    """

    id: Id
    label: Text
    hint: str = ""
    least: int | None = None
    most: int | None = None
    inverse: Id | None = None


class CodeList(Sourced):
    """A closed list of values: its own codes, or those of other lists one after another.

    On a case that only named people see, `restricted` are offered alone where it names any. Those that
    `with_account` names are offered only where somebody who referred the person has an account here.
    """

    id: Id
    title: Text
    codes: tuple[Code, ...] = ()
    of: tuple[Id, ...] = ()
    restricted: tuple[Id, ...] = ()
    with_account: tuple[Id, ...] = ()

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each code, by its id."""
        return {code.id: code.label for code in self.codes}


class Pair(Frozen):
    """A code of the older pack and what says the same in the newer; one may be missing, with a note."""

    older: Id | None = None
    newer: Id | None = None
    note: str = ""


class CodeMapping(Sourced):
    """How the answers of a list of the extended pack are said in this one; codes of the same id are the same.

    `list` is of the extended pack, `to` of this one, where that is not the list of the same id.
    """

    id: Id
    title: Text
    list: Id
    to: Id | None = None
    codes: tuple[Pair, ...] = Field(min_length=1)

    @property
    def target(self) -> str:
        """The list of this pack that the answers are said in."""
        return self.to or self.list
