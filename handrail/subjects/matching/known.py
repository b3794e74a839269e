"""The known details of a person, as typed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a person, in any order and script; a full name may stand in either field."""

    given: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A present or former home."""

    address: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The known details of one person; any may be missing, and most may occur more than once.

    Dates of birth are ISO texts of which any part may be nought or nonsense. `born_between` holds the first
    and last possible year of birth of a person of approximate age. `aliases` repeats the other names, one
    text each, for comparison with names online.
    """

    names: tuple[Name, ...] = ()
    births: tuple[str, ...] = ()
    born_between: tuple[int, int] | None = None
    gender: str = ""
    places: tuple[Place, ...] = ()
    telephones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
