"""The form that adds a document: the policy's questions about it, its marking, and the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localdate

from handrail.access.inputs import number
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.case_access.who_may_work import choices_for
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers
from handrail.cases.files.kinds import KINDS
from handrail.cases.models import Case
from handrail.cases.steps.beside import may_take_beside
from handrail.cases.timeline.marking_actions import markings_of
from handrail.forms.fields import fields_of, input_names
from handrail.govuk.fields import Field
from handrail.organisations.models import Person
from handrail.policy.answers import Options, Reader, Typed
from handrail.policy.questions import options_for, sections_of
from handrail.policy.schema.access import Documents, Marking
from handrail.policy.schema.form import Section
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.document import DOCUMENT
from handrail.records.kinds import Recorded

Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"
NO_FILE = "Choose a file"
CHOOSE_AGAIN = "Choose the file again"


@dataclass(slots=True)
class Adding:
    """The form as submitted, or empty; `errors` holds messages by input.

    `problem` is what else prevents the act, and `steps` are those open to the user.
    """

    step: Step
    policy: Documents
    sections: Sequence[Section]
    options: Options
    markings: list[Marking]
    typed: Typed
    files: Files
    marking: str
    seen_version: int
    steps: Sequence[Step]
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def of(cls, record: Recorded, person: Person, posted: QueryDict, files: Files) -> Self | None:
        """Return the form for a user who may add a document to the record now; None for others."""
        step = DOCUMENT.step(record.pack)
        steps = _open_steps(record, step, person) if step else ()
        if step is None or step not in steps:
            return None
        sections = sections_of(record.pack, step, by_part=True)
        choices = choices_for(record) if isinstance(record, Case) else choices_of(record.force)
        options = options_for(record.pack, step, choices)
        names = {name for section in sections for name in input_names(section, options)}
        seen = number(posted.get("seen_version", ""))
        return cls(
            step=step,
            policy=record.pack.documents,
            sections=sections,
            options=options,
            markings=[one for one in markings_of(record.pack, step, person) if one.printed],
            typed={name: [_plain(value) for value in posted.getlist(name)] for name in names & set(posted)},
            files=files,
            marking=posted.get("marking", ""),
            steps=steps,
            seen_version=record.version if seen is None else seen,
        )

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the form."""
        return (
            HTTPStatus.CONFLICT
            if self.problem
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if self.errors
            else HTTPStatus.OK
        )

    @property
    def fields(self) -> list[Field]:
        """The fields of the policy's questions."""
        return [one for s in self.sections for one in fields_of(s, self.typed, self.errors, self.options)]

    @property
    def kinds(self) -> str:
        """The kinds of file that the policy takes, in words."""
        titles = [KINDS[kind].title for kind in self.policy.kinds]
        *first, last = titles
        said = f"{', '.join(first)} or {last}" if first else last
        return said[0].upper() + said[1:]

    def content(self) -> bytes:
        """Return the content of the submitted file.

        Raises InvalidAnswers with every error of the form; a valid file has to be chosen again where an
        answer is wrong.
        """
        file = self.files.get("file")
        content = bytes(file.read()) if file else b""
        errors = Reader(self.options, localdate()).read(self.sections, self.typed).errors
        if file is None:
            errors = errors | {"file": NO_FILE}
        elif errors:
            errors = errors | {"file": CHOOSE_AGAIN}
        if errors:
            raise InvalidAnswers(errors)
        return content


def _open_steps(record: Recorded, step: Step, person: Person) -> Sequence[Step]:
    """Return the steps that a user may take now: on a case all of them, on other records at most `step`."""
    if not isinstance(record, Case):
        return [step] if may_take_beside(record, step, person) else []
    return OpenSteps(Record.of(record), person, localdate()).to_begin()


def _plain(value: str) -> str:
    return value.replace("\x00", "\x01")
