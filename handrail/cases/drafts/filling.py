"""Filling in a form made from a pack: which page comes next, what is wrong on it, and what was answered."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone

from handrail.cases.case_access.who_may_work import choices_on
from handrail.cases.drafts.case_facts import facts_for
from handrail.cases.engine.guards import refusals
from handrail.cases.engine.record import Record
from handrail.cases.forms.answered import Answered, in_order
from handrail.cases.forms.choices import choices_of
from handrail.cases.models import Case, Draft
from handrail.cases.timeline.left_open import Asking, asked_at, may_ask
from handrail.forms.fields import fields_of, input_names
from handrail.govuk.fields import Field
from handrail.organisations.models import Organisation
from handrail.policy.answers import Options, Reader, Reading, is_asked
from handrail.policy.facts import Facts
from handrail.policy.questions import beside, meanings, options_for, sections_of
from handrail.policy.schema.form import OUTCOME, REASON, Meaning, Question, Section
from handrail.policy.schema.step import Step
from handrail.sign_in.lapsed import SHOWING

SHOWN_AFTER = "shown-after"
LONGEST_SHOWING = 32


def digest_of(typed: object) -> str:
    """A short text for what was typed, which tells nothing of it."""
    told = json.dumps(typed, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:LONGEST_SHOWING]


class Keeping(Enum):
    """What became of what was typed on a page."""

    KEPT = auto()  # in the draft
    ASIDE = auto()  # in the draft too, and not sent: the page is not asked any more
    ELSEWHERE = auto()  # not kept: something else was kept of the page meanwhile
    SENT = auto()  # not kept: the draft was sent or discarded meanwhile


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """A section as the page to check the answers shows it."""

    section: Section
    answers: list[Answered]
    errors: dict[str, str]


class Filling:
    """A draft together with the form that it fills in."""

    def __init__(self, draft: Draft, *, force: Organisation | None = None) -> None:
        self.draft = draft
        self.force = force or (draft.target.force if draft.target else None)

    @property
    def case(self) -> Case | None:
        """The case to which the draft adds, where it is one."""
        return self.draft.target if isinstance(self.draft.target, Case) else None

    @cached_property
    def step(self) -> Step:
        """The step that the draft is for."""
        return self.draft.pack.step_by_id[self.draft.step_id]

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Every section: one thing a page for somebody outside, one part a page for who knows the form."""
        own = sections_of(self.draft.pack, self.step, by_part=self.draft.person_id is not None)
        return (*own, *self.left_open.sections) if self.left_open else own

    @cached_property
    def left_open(self) -> Asking | None:
        """What is asked about what is open on the case, where the step may end it."""
        case, person = self.case, self.draft.person
        if case is None or person is None or not may_ask(case.pack, self.step):
            return None
        return asked_at(Record.of(case), self.step, person)

    @property
    def asked(self) -> list[Section]:
        """The sections that are asked, given the answers so far."""
        typed, facts = self.draft.typed, self.facts
        return [section for section in self.sections if is_asked(section.when, typed, facts=facts)]

    @cached_property
    def facts(self) -> Facts:
        """What is known of the case, as far as the form depends on it."""
        draft = self.draft
        return facts_for(self.case, self.step, draft.pack, draft.person, draft.about)

    @cached_property
    def options(self) -> Options:
        """The choices of each question."""
        about = self.draft.about
        choices = choices_on(self.case, self.step, about) if self.case else choices_of(self.force)
        own = options_for(self.draft.pack, self.step, choices, self.facts)
        return beside(own, self.left_open.choices) if self.left_open else own

    def section(self, section_id: str) -> Section | None:
        """The section with this id, if it is asked."""
        return next((section for section in self.asked if section.id == section_id), None)

    def any_section(self, section_id: str) -> Section | None:
        """The section with this id, also where it is not asked."""
        return next((section for section in self.sections if section.id == section_id), None)

    def place(self, section: Section) -> int:
        """The number of a section among those that are asked, from 1 on; 0 where it is not asked."""
        ids = [asked.id for asked in self.asked]
        return ids.index(section.id) + 1 if section.id in ids else 0

    def after(self, section: Section) -> Section | None:
        """The section that is asked after this one."""
        place = self.place(section)
        later = self.asked[place:] if place else []
        return later[0] if later else None

    def before(self, section: Section) -> Section | None:
        """The section that is asked before this one."""
        place = self.place(section)
        return self.asked[place - 2] if place > 1 else None

    def keep(self, section: Section, posted: QueryDict) -> Keeping:
        """Keep what was typed on the page of a section, right or wrong, and say what became of it.

        It is not kept where the draft was sent, or the page changed elsewhere, as in another tab, after it
        was shown here. In the second case it stands in this draft alone, unsaved.
        """
        self.catch_up()
        if self.draft.submitted_at:
            return Keeping.SENT
        is_asked_now = self.place(section) > 0
        changed = self._changed_elsewhere(section, posted)
        self.type_in(section, posted)
        if changed:
            return Keeping.ELSEWHERE
        self.draft.kept_from[section.id] = posted.get(SHOWING, "")[:LONGEST_SHOWING]
        self.draft.save(update_fields=["typed", "kept_from", "updated_at"])
        return Keeping.KEPT if is_asked_now else Keeping.ASIDE

    def catch_up(self) -> None:
        """Read the draft as it stands, and hold it: two pages of it may be sent at one time."""
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
        """Whether something else was kept of a section since the page was shown that sends this."""
        now = self.draft.kept_from.get(section.id, "")
        own = {posted.get(SHOWING, "")[:LONGEST_SHOWING], posted.get(SHOWN_AFTER, "")}
        if SHOWING not in posted or not now or now in own:
            return False
        names = input_names(section, self.options)
        stored = {name: self.draft.typed[name] for name in names if any(self.draft.typed.get(name, ()))}
        return stored != {name: said for name, said in self._typed_on(names, posted).items() if any(said)}

    def showing(self, section: Section) -> dict[str, str]:
        """The hidden inputs by which a page of a section tells what it showed when it is sent."""
        return {SHOWING: secrets.token_hex(8), SHOWN_AFTER: self.draft.kept_from.get(section.id, "")}

    @property
    def shown(self) -> str:
        """A text that is another when any answer is, for the page to check the answers."""
        return digest_of(self.draft.typed)

    def saved(self, section: Section) -> list[Answered]:
        """What is kept of a section, in words; as it was typed where it is no answer."""
        self.catch_up()
        answers = self._read([section]).answers
        found = in_order(section.questions, answers, self.options)
        rest = [question for question in section.questions if question.id not in answers]
        return [*found, *(told for question in rest if (told := self._as_typed(question)).answer)]

    def _as_typed(self, question: Question) -> Answered:
        said = (v for name, values in self.draft.typed.items() if _is_of(name, question) for v in values)
        return Answered(question.label, " ".join(value for value in said if value), question.id)

    def read(self, sections: Iterable[Section]) -> Reading:
        """The answers to these sections, and what is wrong with them or contradicts what else is said."""
        asked = list(sections)
        reading = self._read(asked)
        names = {name for section in asked for name in input_names(section, self.options)}
        said = {name: message for name, message in self.contradictions.items() if name in names}
        reading.errors = {**said, **reading.errors}
        return reading

    def _read(self, sections: Iterable[Section]) -> Reading:
        return Reader(self.options, timezone.localdate(), self.facts).read(sections, self.draft.typed)

    @cached_property
    def contradictions(self) -> dict[str, str]:
        """What the answers so far contradict, each by itself fit, by the input at which that is said."""
        pack, step = self.draft.pack, self.step
        if not pack.guards_of(step) and not step.signs:
            return {}
        reading = self._read(self.asked)
        answers = dict(reading.answers)
        outcome = answers.pop(OUTCOME, None)
        answers.pop(REASON, None)
        said = meanings(pack.form_of(step), answers).get(Meaning.HAPPENED_ON)
        on = date.fromisoformat(said) if said else timezone.localdate()
        # What is not answered yet is no contradiction.
        only_answered = bool(reading.errors) and not outcome
        return refusals(pack, self.case or Case(), step, outcome, answers, on, only_answered=only_answered)

    def fields(self, section: Section, errors: dict[str, str]) -> list[Field]:
        """What the page of a section draws."""
        return fields_of(section, self.draft.typed, errors, self.options, self.facts)

    def answered(self) -> list[AnsweredSection]:
        """Every section that is asked, with its answers in words and what is still wrong."""
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
    """Whether an input belongs to a question that is one input, a date or asked for each item."""
    parts = {f"{question.id}-{part}" for part in ("day", "month", "year")}
    return name == question.id or name in parts or name.startswith(f"{question.id}.")


def _storable(value: str) -> str:
    """The value with a mark in place of the one character that no database keeps, for the reader to find."""
    return value.replace("\x00", "\x01")
