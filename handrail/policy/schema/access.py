"""Markings, access for a time, paper and documents: how what is on record is handled."""

from typing import Literal

from pydantic import Field

from handrail.policy.base import LOCAL_CHOICE, Id, Sourced, Text


class Marking(Sourced):
    """How something on record is to be handled, and how far somebody has to be vetted to read it.

    A pack gives them in order, the least sensitive first. `handling` is for whoever reads or prints it.
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
    """How long access lasts that is given for a time, and which lists say why it may be given."""

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
    """What of a case goes onto paper: why it may be printed, which steps hold its plan, and how much."""

    purposes: Id
    plans: tuple[Id, ...] = ()
    decisions: int = Field(gt=0)


class Documents(Sourced):
    """Which files are kept on a case, and how much of what; the server takes no file above 25 megabytes."""

    kinds: tuple[Literal["pdf", "png", "jpeg", "docx", "xlsx", "odt", "csv", "text"], ...] = (
        "pdf", "png", "jpeg", "docx", "xlsx", "odt", "csv", "text",
    )  # fmt: skip
    most_megabytes: int = Field(default=20, gt=0, le=25)
    most_in_a_case: int = Field(default=200, gt=0)
    most_pages: int = Field(default=1000, gt=0)
    most_megapixels: int = Field(default=120, gt=0)
    most_unpacked_megabytes: int = Field(default=100, gt=0, le=200)
    most_parts: int = Field(default=2000, gt=0)


UNSAID = Documents(source=LOCAL_CHOICE, note="For a pack that says nothing of documents.")
