"""Markings, temporary access, paper and documents: how recorded content is handled."""

from typing import Literal

from pydantic import Field

from handrail.policy.base import LOCAL_CHOICE, Id, Sourced, Text


class Marking(Sourced):
    """A level of sensitivity: how content is to be handled, and the vetting that its readers need.

    A pack lists markings from the least sensitive upwards. `handling` is for users who read or print the
    content.
    """

    id: Id
    title: Text
    handling: str = ""
    vetting: Literal["baseline", "partner", "police", "management"]
    printed: bool = True


UNMARKED = Marking(
    id="official-sensitive",
    title="OFFICIAL-SENSITIVE",
    vetting="baseline",
    source=LOCAL_CHOICE,
    note="For a pack that declares no markings.",
)


class Access(Sourced):
    """The duration of temporary access, and the code lists of reasons for giving it."""

    opened_hours: int = Field(gt=0)
    reviewed_within_working_days: int = Field(gt=0)
    invited_days: int = Field(gt=0)
    shared_days: int = Field(gt=0)
    sample_days: int = Field(gt=0)
    sample_cases: int = Field(gt=0)
    purposes: Id
    findings: Id
    bases: Id


class Paper(Sourced):
    """Rules for printing a record: the permitted reasons, the steps that hold its plan, and limits."""

    purposes: Id
    plans: tuple[Id, ...] = ()
    decisions: int = Field(gt=0)


class Documents(Sourced):
    """Rules for the files of a record, with limits; the server accepts no file above 25 megabytes."""

    kinds: tuple[Literal["pdf", "png", "jpeg", "docx", "xlsx", "odt", "msg", "csv", "text"], ...] = (
        "pdf", "png", "jpeg", "docx", "xlsx", "odt", "msg", "csv", "text",
    )  # fmt: skip
    most_megabytes: int = Field(default=20, gt=0, le=25)
    most_in_a_case: int = Field(default=200, gt=0)
    most_pages: int = Field(default=1000, gt=0)
    most_megapixels: int = Field(default=120, gt=0)
    most_unpacked_megabytes: int = Field(default=100, gt=0, le=200)
    most_parts: int = Field(default=2000, gt=0)


UNSAID = Documents(source=LOCAL_CHOICE, note="For a pack that says nothing of documents.")
