"""Summary before the exit of a case: work on each factor, open requests, partners who were not asked."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, answered_among, entries_of, told
from handrail.cases.timeline.factors import Assessed, Line, labels_for, last_assessed, lines_of
from handrail.forms.answered import Answered
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.form import Form, Meaning
from handrail.policy.schema.pack import Pack

SHORTEST = 4  # shortest word by which partners are compared
# Returns the entries of these steps in words with answers, newest first.
ToldBy = Callable[[Collection[str]], list[tuple[Event, list[Answered]]]]


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor that the last assessment found: its evidence, and the lines of plans about it."""

    label: str
    evidence: str
    lines: Sequence[Line]

    @property
    def is_planned(self) -> bool:
        """Whether a plan does something about the factor."""
        return any(line.done for line in self.lines)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A request for information and its answer; `answered` is empty while there is none."""

    number: int
    whom: str
    asked_at: datetime
    answered: str
    in_full: bool


@dataclass(frozen=True, slots=True)
class Partner:
    """A person or body that an entry names as knowing the subject.

    `asked` has the information requests whose party shares a word with the name.
    """

    named: str
    question: str
    number: int
    title: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Everything that the exit page shows."""

    assessed: Assessed | None
    factors: list[Factor]
    enquiries: list[Enquiry]
    partners: list[Partner]

    @property
    def open_enquiries(self) -> list[Enquiry]:
        """Requests that were not answered in full."""
        return [enquiry for enquiry in self.enquiries if not enquiry.in_full]


def exit_summary(
    case: Case, reader: Person, entries: Sequence[Entry] | None = None, events: Sequence[Event] = ()
) -> Leaving:
    """Return the exit summary of a case, as far as the reader may read its entries.

    `entries` are all entries of the case, and `events` their words in the same order, if loaded already.
    """
    if entries is None:
        entries = entries_of(case)
        events = told(case, entries, reader)
    told_by = partial(answered_among, case, entries, events)
    assessed, lines, labels = last_assessed(case), lines_of(case), labels_for(case)
    found = assessed.found if assessed else {}
    enquiries = enquiries_of(case.pack, told_by)
    return Leaving(
        assessed,
        [Factor(labels.get(code, code), evidence, lines.get(code, ())) for code, evidence in found.items()],
        enquiries,
        partners_of(case.pack, told_by, [enquiry.whom for enquiry in enquiries]),
    )


def enquiries_of(pack: Pack, told_by: ToldBy) -> list[Enquiry]:
    """Return every information request, in order, each with the answer that came before the next request."""
    asking = [step for step in pack.steps if step.clock == "stops"]
    answering = [step for step in pack.steps if step.clock == "restarts"]
    found = told_by([step.id for step in (*asking, *answering)])
    enquiries: list[Enquiry] = []
    for event, answers in reversed(found):
        if event.step.id in {step.id for step in asking}:
            whom = _answer_in_words(pack.form_of(event.step), answers, Meaning.AWAITED_FROM)
            enquiries.append(Enquiry(event.number, whom or "Not said", event.happened_at, "", in_full=False))
        elif enquiries:
            enquiries[-1] = _with_answer(enquiries[-1], pack, pack.form_of(event.step), answers)
    return enquiries


def _with_answer(enquiry: Enquiry, pack: Pack, form: Form | None, answers: Iterable[Answered]) -> Enquiry:
    """Return a request with its answer. The first code of the answer's list means: answered in full."""
    words = _answer_in_words(form, answers, Meaning.ANSWER) or "Answered"
    question = form.meaning(Meaning.ANSWER) if form else None
    in_full = question is None or words == next(iter(pack.codes_by_id[question.codes or ""].labels.values()))
    return replace(enquiry, answered=words, in_full=in_full)


def _answer_in_words(form: Form | None, answers: Iterable[Answered], meaning: Meaning) -> str:
    """Return the answer in words to the question with this meaning; empty without one."""
    question = form.meaning(meaning) if form else None
    return next((one.answer for one in answers if question and one.name == question.id), "")


def partners_of(pack: Pack, told_by: ToldBy, asked: Sequence[str]) -> list[Partner]:
    """Return whom entries name as knowing the subject, newest first; `asked` are parties of requests."""
    naming = {form.id: names for form in pack.forms if (names := _naming(form))}
    steps = [step.id for step in pack.steps if step.form in naming]
    return [
        Partner(one.answer, one.label, event.number, event.title, tuple(_sharing_a_word(one.answer, asked)))
        for event, answers in told_by(steps)
        for one in answers
        if one.name in naming[event.step.form or ""] and one.answer
    ]


def _naming(form: Form) -> set[str]:
    return {question.id for question in form.questions.values() if question.names_partners}


def _sharing_a_word(named: str, asked: Iterable[str]) -> Iterator[str]:
    """Yield the parties that share a word with a name. A hint only: the reader knows better."""
    words = _words(named)
    return (whom for whom in asked if words & _words(whom))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST}
