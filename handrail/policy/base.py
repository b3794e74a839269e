"""Base classes for every part of a policy pack: frozen, with a source, and with ids of one form."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

LOCAL_CHOICE = "local-choice"

FORM_OF_ID, LONGEST_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$", 60
Id = Annotated[str, StringConstraints(pattern=FORM_OF_ID, max_length=LONGEST_ID)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Frozen(BaseModel):
    """A part of a pack. Unknown keys are errors, so that a misspelt key is never silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Frozen):
    """A part that names its source, with an optional note."""

    source: Id
    note: str = ""


class Calendar(Frozen):
    """The calendar whose working days count, as country and subdivision codes of ISO 3166."""

    country: str
    subdivision: str
    title: Text
