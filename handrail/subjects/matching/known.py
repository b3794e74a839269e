"""What is known of a person, as it was written down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One name of somebody, in whatever order and script; a full name may stand in either field."""

    given: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives or lived."""

    address: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person; all of it may be missing, and much of it may be there more than once.

    Dates of birth are ISO texts of which any part may be nought or nonsense; `born_between` holds the first
    and the last year in which somebody of an approximate age can have been born. `aliases` are other
    names once more, in one text each, as names online are held against them.
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
