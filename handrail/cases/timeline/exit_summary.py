"""Summary before the exit of a case: work on each factor, open requests, partners who were not asked."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, answered_among, as_events, entries_of
from handrail.cases.timeline.factors import Assessed, Line, labels_for, last_assessed, lines_of
from handrail.forms.answered import Answered
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.form import Form, Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.records.packs import in_any, known_packs, policy_of

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
class Planned:
    """The last assessment of a case, and each factor that it found with what is planned for it."""

    assessed: Assessed | None
    factors: list[Factor]


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
        events = as_events(case, entries, reader)
    told_by = partial(answered_among, case, entries, events)
    planned = planned_for(case)
    by_number = {entry.number: entry for entry in entries}
    enquiries = enquiries_of(told_by, by_number)
    return Leaving(
        planned.assessed,
        planned.factors,
        enquiries,
        partners_of(told_by, by_number, [enquiry.whom for enquiry in enquiries]),
    )


def planned_for(case: Case) -> Planned:
    """Return the factors that the last assessment found, each with its lines in plans."""
    assessed, lines, labels = last_assessed(case), lines_of(case), labels_for(case)
    found = assessed.found if assessed else {}
    factors = [Factor(labels.get(code, code), said, lines.get(code, ())) for code, said in found.items()]
    return Planned(assessed, factors)


def enquiries_of(told_by: ToldBy, entries: Mapping[int, Entry]) -> list[Enquiry]:
    """Return every information request, in order, each with the answer that came before the next request.

    `entries` are the entries of the case by number.
    """
    of_requests = in_any(
        known_packs(), lambda pack: (s for s in pack.steps if s.clock in {"stops", "restarts"})
    )
    enquiries: list[Enquiry] = []
    for event, answers in reversed(told_by(of_requests)):
        entry = entries[event.number]
        if event.step.clock == "stops":
            whom = _answer_in_words(entry, answers, Meaning.AWAITED_FROM)
            enquiries.append(Enquiry(event.number, whom or "Not said", event.happened_at, "", in_full=False))
        elif enquiries:
            words = _answer_in_words(entry, answers, Meaning.ANSWER) or "Answered"
            enquiries[-1] = replace(enquiries[-1], answered=words, in_full=_is_in_full(entry))
    return enquiries


def _is_in_full(entry: Entry) -> bool:
    """Return whether an entry answers a request in full: by the first code of its list, if it asks."""
    pack, question = _question(entry, Meaning.ANSWER)
    if question is None:
        return True
    said = entry.content.content["answers"] if hasattr(entry, "content") else {}
    in_full: bool = said.get(question.id) == next(iter(pack.codes_by_id[question.codes or ""].labels))
    return in_full


def _answer_in_words(entry: Entry, answers: Iterable[Answered], meaning: Meaning) -> str:
    """Return an entry's answer in words to the question with this meaning; empty without one."""
    _, question = _question(entry, meaning)
    return next((one.answer for one in answers if question and one.name == question.id), "")


def _question(entry: Entry, meaning: Meaning) -> tuple[Pack, Question | None]:
    """Return the policy of an entry, and the question with this meaning in its form."""
    form = _form_of(entry)
    return policy_of(entry)[0], form.meaning(meaning) if form else None


def partners_of(told_by: ToldBy, entries: Mapping[int, Entry], asked: Sequence[str]) -> list[Partner]:
    """Return whom entries name as knowing the subject, newest first; `asked` are parties of requests."""
    steps = in_any(known_packs(), lambda pack: (step for step in pack.steps if _naming(pack.form_of(step))))
    return [
        Partner(one.answer, one.label, event.number, event.title, tuple(_sharing_a_word(one.answer, asked)))
        for event, answers in told_by(steps)
        for one in answers
        if one.name in _naming(_form_of(entries[event.number])) and one.answer
    ]


def _form_of(entry: Entry) -> Form | None:
    """Return the form of an entry in the policy under which it was recorded."""
    pack, step = policy_of(entry)
    return pack.form_of(step)


def _naming(form: Form | None) -> set[str]:
    """Return the ids of the questions of a form that name partners."""
    return {question.id for question in form.questions.values() if question.names_partners} if form else set()


def _sharing_a_word(named: str, asked: Iterable[str]) -> Iterator[str]:
    """Yield the parties that share a word with a name. A hint only: the reader knows better."""
    words = _words(named)
    return (whom for whom in asked if words & _words(whom))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST}
