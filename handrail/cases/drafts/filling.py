"""Filling in a draft: its pages, the checks of what was typed, and the answers in words."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from handrail.cases.case_access.who_may_work import choices_on
from handrail.cases.choices import choices_of
from handrail.cases.drafts.case_facts import facts_for
from handrail.cases.drafts.register_form import BeginningForm
from handrail.cases.engine.guards import refusals
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RECORD_KIND
from handrail.cases.timeline.left_open import Asking, asked_at, may_ask
from handrail.forms.answered import Answered, in_order
from handrail.forms.fields import fields_of, input_names
from handrail.govuk.fields import Field
from handrail.organisations.models import Organisation
from handrail.policy.answers import Options, Reader, Reading, asked_of
from handrail.policy.facts import Facts
from handrail.policy.questions import beside, meanings, options_for, sections_of
from handrail.policy.schema.form import OUTCOME, REASON, Meaning, Question, Section
from handrail.policy.schema.step import Step
from handrail.policy.short_steps import is_short
from handrail.records.drafts import Draft
from handrail.sign_in.lapsed import SHOWING

SHOWN_AFTER = "shown-after"
LONGEST_SHOWING = 32


def digest_of(typed: object) -> str:
    """Return a short hash of what was typed, which discloses none of it."""
    told = json.dumps(typed, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:LONGEST_SHOWING]


class Saved(Enum):
    """Result of saving a page of a draft."""

    KEPT = auto()  # in the draft
    ASIDE = auto()  # in the draft, but not to be sent: the section is no longer asked
    ELSEWHERE = auto()  # not saved: the section was saved with other input meanwhile
    SENT = auto()  # not saved: the draft was sent or discarded meanwhile


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """A section on the page to check answers."""

    section: Section
    answers: list[Answered]
    errors: dict[str, str]


class Filling:
    """A draft and the form that it fills in; `record` is the position of its case, where that was read."""

    def __init__(
        self, draft: Draft, *, force: Organisation | None = None, record: Record | None = None
    ) -> None:
        self.draft, self._record = draft, record
        self.force = force or (draft.target.force if draft.target else None)

    @property
    def case(self) -> Case | None:
        """Case to which the draft adds an entry; None for a new referral or another kind of record."""
        return self.draft.target if isinstance(self.draft.target, Case) else None

    @cached_property
    def record(self) -> Record | None:
        """The case with its position; None without a case."""
        return self._record or (Record.of(self.case) if self.case else None)

    @cached_property
    def step(self) -> Step:
        """Step that the draft is for."""
        return self.draft.pack.step_by_id[self.draft.step_id]

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections: one question a page for a user outside, one part of the form a page for staff."""
        own = sections_of(self.draft.pack, self.step, by_part=self.draft.person_id is not None)
        return (*own, *self.left_open.sections) if self.left_open else own

    @cached_property
    def left_open(self) -> Asking | None:
        """Questions about open tasks and grants of the case, where the step may end it; otherwise None."""
        case, person = self.case, self.draft.person
        if case is None or person is None or not may_ask(case.pack, self.step):
            return None
        return asked_at(self.record, self.step) if self.record else None

    @property
    def asked(self) -> list[Section]:
        """Sections that are asked, given the answers so far."""
        asked, _ = asked_of(self.sections, self.draft.typed, self.facts)
        return asked

    @property
    def is_one_page(self) -> bool:
        """Whether a signed-in user takes a short step of a case, and all that it asks now is on one page."""
        if self.case is None or self.draft.person_id is None or len(self.asked) > 1:
            return False
        pack = self.draft.pack
        return is_short(pack, self.step, sections_of(pack, self.step))

    @property
    def is_unfinished_page(self) -> bool:
        """Whether the only page of a short step still has questions to answer."""
        return self.is_one_page and bool(self.read(self.asked).errors)

    @property
    def beginning(self) -> BeginningForm | None:
        """Form of a step that begins a register entry; None for any other."""
        draft = self.draft
        if draft.person is None or draft.target_id or draft.target_kind != RECORD_KIND:
            return None
        return BeginningForm(draft.pack, self.step, draft.person, draft.typed)

    @cached_property
    def facts(self) -> Facts:
        """Facts of the case that the form depends on."""
        draft = self.draft
        if self.beginning:
            return self.beginning.facts
        return facts_for(self.case, self.step, draft.pack, draft.person, draft.about)

    @cached_property
    def options(self) -> Options:
        """Choices of each question."""
        about = self.draft.about
        choices = choices_on(self.case, self.step, about) if self.case else choices_of(self.force)
        choices = self.beginning.choices if self.beginning else choices
        own = options_for(self.draft.pack, self.step, choices, self.facts)
        return beside(own, self.left_open.choices) if self.left_open else own

    def section(self, section_id: str) -> Section | None:
        """Return the section with this id if it is asked; otherwise None."""
        return next((section for section in self.asked if section.id == section_id), None)

    def any_section(self, section_id: str) -> Section | None:
        """Return the section with this id, asked or not; None for an unknown id."""
        return next((section for section in self.sections if section.id == section_id), None)

    def place(self, section: Section) -> int:
        """Return the place of a section among those asked, counted from 1; 0 where it is not asked."""
        ids = [asked.id for asked in self.asked]
        return ids.index(section.id) + 1 if section.id in ids else 0

    def after(self, section: Section) -> Section | None:
        """Return the section asked after this one; None after the last."""
        place = self.place(section)
        later = self.asked[place:] if place else []
        return later[0] if later else None

    def before(self, section: Section) -> Section | None:
        """Return the section asked before this one; None before the first."""
        place = self.place(section)
        return self.asked[place - 2] if place > 1 else None

    def save_page(self, section: Section, posted: QueryDict) -> Saved:
        """Save what was typed on the page of a section, valid or not; return what became of it.

        Nothing is saved if the draft was sent, or the section was changed elsewhere, as in another tab, after
        the page was shown. In the second case `self.draft` holds the input unsaved.
        """
        self.catch_up()
        if self.draft.submitted_at:
            return Saved.SENT
        is_asked_now = self.place(section) > 0
        changed = self._changed_elsewhere(section, posted)
        self.type_in(section, posted)
        if changed:
            return Saved.ELSEWHERE
        self.draft.kept_from[section.id] = _storable(posted.get(SHOWING, ""))[:LONGEST_SHOWING]
        self.draft.save(update_fields=["typed", "kept_from", "updated_at"])
        return Saved.KEPT if is_asked_now else Saved.ASIDE

    def catch_up(self) -> None:
        """Reload the draft and lock its row: two pages of it may be sent at once."""
        held = Draft.objects.select_for_update().filter(pk=self.draft.pk)
        found = held.values_list("typed", "kept_from", "submitted_at").get()
        self.draft.typed, self.draft.kept_from, self.draft.submitted_at = found
        self.__dict__.pop("contradictions", None)

    def type_in(self, section: Section, posted: QueryDict) -> None:
        """Put what was typed on a page into the draft, without saving it."""
        names = input_names(section, self.options)
        self.draft.type(self._typed_on(names, posted), names)
        self.__dict__.pop("contradictions", None)

    def _typed_on(self, names: Iterable[str], posted: QueryDict) -> dict[str, list[str]]:
        return {name: [_storable(v) for v in posted.getlist(name)] for name in names if name in posted}

    def _changed_elsewhere(self, section: Section, posted: QueryDict) -> bool:
        """Return whether the section was saved with other input after the page that sends this was shown."""
        now = self.draft.kept_from.get(section.id, "")
        own = {posted.get(SHOWING, "")[:LONGEST_SHOWING], posted.get(SHOWN_AFTER, "")}
        if SHOWING not in posted or not now or now in own:
            return False
        names = input_names(section, self.options)
        stored = {name: self.draft.typed[name] for name in names if any(self.draft.typed.get(name, ()))}
        return stored != {name: said for name, said in self._typed_on(names, posted).items() if any(said)}

    def showing(self, section: Section) -> dict[str, str]:
        """Return the hidden inputs that tell which state of the section a page showed."""
        return {SHOWING: secrets.token_hex(8), SHOWN_AFTER: self.draft.kept_from.get(section.id, "")}

    @property
    def shown(self) -> str:
        """Hash of all answers, for the page to check answers."""
        return digest_of(self.draft.typed)

    def saved(self, section: Section) -> list[Answered]:
        """Return the saved answers of a section in words; invalid input as it was typed."""
        self.catch_up()
        answers = self._read([section]).answers
        found = in_order(section.questions, answers, self.options)
        rest = [question for question in section.questions if question.id not in answers]
        return [*found, *(told for question in rest if (told := self._as_typed(question)).answer)]

    def _as_typed(self, question: Question) -> Answered:
        said = (v for name, values in self.draft.typed.items() if _is_of(name, question) for v in values)
        return Answered(question.label, " ".join(value for value in said if value), question.id)

    def read(self, sections: Iterable[Section]) -> Reading:
        """Return the answers to these sections, with messages for invalid input and for contradictions."""
        asked = list(sections)
        reading = self._read(asked)
        names = {name for section in asked for name in input_names(section, self.options)}
        said = {name: message for name, message in self.contradictions.items() if name in names}
        reading.errors = {**said, **reading.errors}
        return reading

    @property
    def answers(self) -> dict[str, Any]:
        """The valid answers to what is asked, by question."""
        return self._read(self.asked).answers

    def _read(self, sections: Iterable[Section]) -> Reading:
        _, standing = asked_of(self.sections, self.draft.typed, self.facts)
        return Reader(self.options, timezone.localdate(), self.facts).read(sections, standing)

    @cached_property
    def contradictions(self) -> dict[str, str]:
        """Contradictions among valid answers, by the input where each message is shown."""
        pack, step = self.draft.pack, self.step
        if not pack.guards_of(step) and not step.signs:
            return {}
        reading = self._read(self.asked)
        answers = dict(reading.answers)
        outcome = answers.pop(OUTCOME, None)
        answers.pop(REASON, None)
        said = meanings(pack.form_of(step), answers).get(Meaning.HAPPENED_ON)
        on = date.fromisoformat(said) if said else timezone.localdate()
        # While other answers are missing, a guard counts only if its own questions are answered.
        only_answered = bool(reading.errors) and not outcome
        return refusals(pack, self.case or Case(), step, outcome, answers, on, only_answered=only_answered)

    def fields(self, section: Section, errors: dict[str, str]) -> list[Field]:
        """Return the fields of a section's page."""
        return fields_of(section, self.draft.typed, errors, self.options, self.facts)

    def answered(self) -> list[AnsweredSection]:
        """Return every asked section with its answers in words and remaining errors."""
        return [self._answered(section) for section in self.asked]

    def _answered(self, section: Section) -> AnsweredSection:
        reading = self.read([section])
        return AnsweredSection(
            section, in_order(section.questions, reading.answers, self.options), reading.errors
        )

    @property
    def is_begun(self) -> bool:
        """Whether anything has been typed yet."""
        return any(value.strip() for values in self.draft.typed.values() for value in values)


def _is_of(name: str, question: Question) -> bool:
    """Return whether an input belongs to a question: plain, a part of a date, or asked for each item."""
    parts = {f"{question.id}-{part}" for part in ("day", "month", "year")}
    return name == question.id or name in parts or name.startswith(f"{question.id}.")


def _storable(value: str) -> str:
    """Replace NUL, which PostgreSQL cannot store, by a mark that the reader reports as an error."""
    return value.replace("\x00", "\x01")
