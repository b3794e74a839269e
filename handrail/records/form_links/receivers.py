"""What a room above registers so that records of its kind can ask by a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handrail.policy.answers import Options, Typed
from handrail.policy.schema.form import Form
from handrail.records.form_links.models import FormLink

Errors = Mapping[str, str]


class CannotBeTaken(Exception):
    """The record does not take the answer any more; the message is for whoever answers."""


class WrongAnswers(Exception):
    """The answers cannot be taken as they are; `errors` has a message by input."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("Some answers cannot be taken.")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class AskedForm:
    """The form that a link shows, all of it on one page, and the choices of its questions."""

    form: Form
    options: Options


class Receiver(Protocol):
    """How records of one kind ask by a link. Both are called with the record open to be written."""

    def asked(self, link: FormLink) -> AskedForm:
        """Return the form that a link shows. Raises CannotBeTaken where nothing waits for an answer."""

    def take(self, link: FormLink, typed: Typed, at: datetime) -> None:
        """Put an answer on the record's chain, and what it ends. Raises WrongAnswers or CannotBeTaken.

        The entry names the link, and who was asked.
        """


_receivers: dict[str, Receiver] = {}


def register(kind: str, receiver: Receiver) -> None:
    """Let records of this kind ask by a link."""
    _receivers[kind] = receiver


def receiver_of(link: FormLink) -> Receiver:
    """Return how the kind of record that a link belongs to takes answers. Raises KeyError without one."""
    return _receivers[link.kind]
