"""How steps are handled on a case, and the registry of kinds that are not handled as ordinary ones."""

from typing import Any, ClassVar

from django.http import HttpRequest

from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.timeline.entries import Event
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind

NO_FILE = "A document is added on the page of documents, with its file."


class Handling:
    """How an ordinary step is handled: by its form, after what stands before every step."""

    page: ClassVar[str] = ""  # the name of the page on which it is taken, where that is not its form
    page_refuses: ClassVar[bool] = False  # that page says itself why the step cannot be taken now

    def refuse_form(self, step: Step, *, has_file: bool) -> None:
        """Raise NotNow where a step of this kind is not taken by its form, or comes with a file."""
        if has_file:
            raise NotNow(NO_FILE)

    def obstacle(self, case: Case, step: Step, about: int | None, by: Person, known: Event | None) -> str:
        """Return why a step cannot name the entry of this number; empty where it can, or names none.

        `known` is that entry in words for `by`, where it is loaded already.
        """
        return ""

    def shown_before(self, request: HttpRequest, record: Record, step: Step) -> dict[str, Any]:
        """Return what the page shows before the form is begun."""
        return {"known": beforehand(request, record, step)}


class OnItsOwnPage(Handling):
    """A step that has a page of its own, and no form."""

    def refuse_form(self, step: Step, *, has_file: bool) -> None:
        """Raise NotNow: it is taken on its page."""
        raise NotNow(f"“{step.title}” has a page of its own.")


ORDINARY = Handling()
_handlings: dict[str, Handling] = {}


def handle(kind: StepKind, handling: Handling) -> None:
    """Register how steps of a kind are handled. Raises ValueError where that is said already."""
    if kind.word in _handlings:
        raise ValueError(f"How steps of kind “{kind.word}” are handled is said twice.")
    _handlings[kind.word] = handling


def handling_of(step: Step) -> Handling:
    """Return how a step is handled."""
    return _handlings.get(step.kind, ORDINARY)
