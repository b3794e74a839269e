"""Closed lists of answers, and the mapping of an older pack's answers to a newer one's."""

from functools import cached_property

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text


class Code(Frozen):
    """One value of a code list: its `id` is stored in the record, its `label` is shown.

    A code of a list of bands gives the first and last number of its band, both included. `inverse` is the
    label of a relation seen from the other side, where that differs.
    """

    id: Id
    label: Text
    hint: str = ""
    least: int | None = None
    most: int | None = None
    inverse: Id | None = None


class CodeList(Sourced):
    """A closed list of values: its own codes, or the codes of other lists one after another.

    On a restricted case only the codes in `restricted` are offered, where it names any. The codes in
    `with_account` are offered only where a referrer of the person has an account here.
    """

    id: Id
    title: Text
    codes: tuple[Code, ...] = ()
    of: tuple[Id, ...] = ()
    restricted: tuple[Id, ...] = ()
    with_account: tuple[Id, ...] = ()

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the label of each code, by its id."""
        return {code.id: code.label for code in self.codes}


class Pair(Frozen):
    """A code of the older pack and its equivalent in the newer; one may be missing, with a note."""

    older: Id | None = None
    newer: Id | None = None
    note: str = ""


class CodeMapping(Sourced):
    """The mapping of a list of the extended pack to this one; codes with equal ids match without a pair.

    `list` is of the extended pack; `to` is of this pack, where its id differs.
    """

    id: Id
    title: Text
    list: Id
    to: Id | None = None
    codes: tuple[Pair, ...] = Field(min_length=1)

    @property
    def target(self) -> str:
        """The list of this pack that the answers map to."""
        return self.to or self.list
