"""How steps are handled on a case, and the registry of kinds with a handling of their own."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone

from handrail.access.views.people import person_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.timeline.entries import Event, as_events, entries_of
from handrail.cases.timeline.marking_actions import marking_of_page
from handrail.cases.timeline.overview import cards_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind

NO_FILE = "A document is added on the page of documents, with its file."


class Handling:
    """Handling of an ordinary step: a form, after what is shown before every step."""

    page: ClassVar[str] = ""  # URL name of the step's own page; "" for a step taken by its form
    page_refuses: ClassVar[bool] = False  # whether that page explains a refusal itself

    def refuse_form(self, step: Step, *, has_file: bool) -> None:
        """Raise NotNow if a step of this kind is not taken by its form, or comes with a file."""
        if has_file:
            raise NotNow(NO_FILE)

    def obstacle(self, case: Case, step: Step, about: int | None, by: Person, known: Event | None) -> str:
        """Return why the step cannot name the entry `about`; empty where it can, or needs none.

        `known` is that entry as the user reads it, where it is already loaded.
        """
        return ""

    def has_something(self, case: Case, by: Person, beside: RecordsBeside) -> bool:
        """Return whether the step has anything to act on, so that the page of the case offers it."""
        return True

    def shown_before(self, request: HttpRequest, record: Record, step: Step) -> dict[str, Any]:
        """Return the context that the page shows before the form."""
        case = record.case
        entries = entries_of(case)
        events = as_events(case, entries, person_of(request))
        return self.shown_with(request, record, step, entries, events) | {
            "cards": cards_of(case, entries, events, record.position.deadlines),
            "marking": marking_of_page(case, events),
            "today": timezone.localdate(),
        }

    def shown_with(
        self,
        request: HttpRequest,
        record: Record,
        step: Step,
        entries: Sequence[Entry],
        events: Sequence[Event],
    ) -> dict[str, Any]:
        """Return what the page shows beside the summary of the case, whose entries are loaded."""
        return {"known": beforehand(request, record, step, entries=entries, events=events)}


class OnItsOwnPage(Handling):
    """A step that has a page of its own, and no form."""

    def refuse_form(self, step: Step, *, has_file: bool) -> None:
        """Raise NotNow: the step is taken on its page."""
        raise NotNow(f"“{step.title}” has a page of its own.")


ORDINARY = Handling()
_handlings: dict[str, Handling] = {}


def handle(kind: StepKind, handling: Handling) -> None:
    """Register the handling of a kind of step. Raises ValueError for a kind that has one already."""
    if kind.word in _handlings:
        raise ValueError(f"How steps of kind “{kind.word}” are handled is said twice.")
    _handlings[kind.word] = handling


def handling_of(step: Step) -> Handling:
    """Return the handling of a step."""
    return _handlings.get(step.kind, ORDINARY)
