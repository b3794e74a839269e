"""Comparison of assessments: every entry of one form, question by question. Nothing is scored or added up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, answered_by
from handrail.forms.answered import Answered
from handrail.organisations.models import Person
from handrail.policy.schema.form import Form, Meaning
from handrail.policy.step_kinds.assessment import ASSESSMENT

SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One question, or one item of a question asked for each, with its answer in each assessment."""

    group: str
    label: str
    cells: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the last assessment differs from the one before."""
        return len(self.cells) > 1 and self.cells[0] != self.cells[1]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Assessments of a case, newest first, with their answers row by row.

    `earlier` is the entry number from which older assessments continue; None without any.
    """

    form: Form
    events: list[Event]
    rows: list[Row]
    earlier: int | None

    @property
    def changed(self) -> list[Row]:
        """Rows whose answer changed since the previous assessment."""
        return [row for row in self.rows if row.changed]

    @property
    def unchanged(self) -> list[Row]:
        """Rows whose answer did not change; all rows of a first assessment."""
        return [row for row in self.rows if not row.changed]


def compared(case: Case, form: Form, reader: Person, before: int | None = None) -> Comparison:
    """Return the newest assessments of a case by this form, or the newest before an entry, side by side."""
    steps = [step.id for step in case.pack.steps if step.form == form.id]
    found = answered_by(case, steps, reader, before=before, most=SIDE_BY_SIDE + 1)
    shown = found[:SIDE_BY_SIDE]
    events = [event for event, _ in shown]
    rows = list(_rows(form, [list(_flat(answers)) for _, answers in shown]))
    return Comparison(form, events, rows, events[-1].number if len(found) > len(shown) else None)


Flat = tuple[str, str, str, str]  # name of the input, group, label, answer in words


def _flat(answers: Iterable[Answered]) -> Iterator[Flat]:
    """Yield answers as they are compared: one for each question, or for each item."""
    for one in answers:
        if not one.inner:
            yield one.name, "", one.label, one.answer
        for item in one.inner:
            said = "\n".join(inner.answer for inner in item.inner)
            yield item.name, one.label, item.label, said


def _rows(form: Form, columns: Sequence[Sequence[Flat]]) -> Iterator[Row]:
    names = dict.fromkeys(name for column in columns for name, *_ in column)
    known = {name: (group, label) for column in columns for name, group, label, _ in column}
    day = form.meaning(Meaning.HAPPENED_ON)
    said = [{name: words for name, _, _, words in column} for column in columns]
    for name in names:
        if day is None or name != day.id:
            group, label = known[name]
            yield Row(group, label, tuple(column.get(name, "") for column in said))


def forms_compared(case: Case) -> list[Form]:
    """Return the forms of assessments that have entries on the case."""
    taken = {case.pack.step_by_id[step].form for step in case.taken if step in case.pack.step_by_id}
    return [form for form in case.pack.forms if form.id in ASSESSMENT.forms(case.pack) & taken]
