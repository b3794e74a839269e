"""What a room registers so that its kind of record can ask by a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.http import QueryDict

from handrail.forms.fields import fields_of, input_names
from handrail.govuk.fields import Field
from handrail.policy.answers import Options, Typed
from handrail.policy.schema.form import Form, Section
from handrail.records.form_links.models import FormLink
from handrail.records.kinds import kind_named

Errors = Mapping[str, str]


class CannotBeTaken(Exception):
    """The record no longer takes the answer; the message is for the respondent."""


class WrongAnswers(Exception):
    """The answers are not valid; `errors` has a message for each input."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("Some answers are not accepted.")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class AskedForm:
    """The form that a link shows on one page, and the choices of its questions."""

    form: Form
    options: Options

    def typed(self, sent: QueryDict) -> Typed:
        """Return what a page sent, by input of this form."""
        return {
            name: [value.replace("\x00", "") for value in sent.getlist(name)]
            for section in self.form.sections
            for name in input_names(section, self.options)
            if name in sent
        }

    def sections(self, typed: Typed, errors: Errors) -> list[tuple[Section, list[Field]]]:
        """Return each section with its fields as a page shows them."""
        return [
            (one, fields_of(one, typed, errors, self.options, may_be_title=False))
            for one in self.form.sections
        ]


class Receiver(Protocol):
    """How one kind of record asks by a link. Both methods are called with the record open for writing."""

    def asked(self, link: FormLink) -> AskedForm:
        """Return the form that a link shows. Raises CannotBeTaken where no answer is awaited."""

    def take(self, link: FormLink, typed: Typed, at: datetime) -> None:
        """Record an answer on the record's chain, with what it ends. Raises WrongAnswers or CannotBeTaken.

        The entry names the link and the respondent.
        """


_receivers: dict[str, Receiver] = {}


def register(kind: str, receiver: Receiver) -> None:
    """Register the receiver of a kind of record.

    Raises KeyError for a kind that no room registered, and ValueError where it has a receiver already.
    """
    kind_named(kind)
    if kind in _receivers:
        raise ValueError(f"What receives the answers for “{kind}” has already been set.")
    _receivers[kind] = receiver


def receiver_of(link: FormLink) -> Receiver:
    """Return the receiver of a link's kind of record. Raises KeyError without one."""
    return _receivers[link.kind]
