"""Copy made-up cases: one history as another case about another person, at another time.

A copy is complete: it has its own subject with details, referrals, limits, follow-ups, receipts and
entries, and no row refers to the original.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from handrail.cases.engine.record import Record
from handrail.cases.models import Case, Deadline
from handrail.demo.history import drawn_id
from handrail.demo.names import draw_community, draw_name
from handrail.ledger.record import Act
from handrail.policy.schema.form import Meaning
from handrail.policy.step_kinds.kind import kind_of
from handrail.subjects.details import Detail, DetailKind
from handrail.subjects.models import Subject

BIRTHDAYS = 180  # most days by which a copy's birthday differs

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Copier:
    """Copies cases with ids and names from `random`, and all times moved by `later`."""

    random: Random
    later: timedelta
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def copy(self, record: Record, *, renamed: bool = True) -> Record:
        """Return a copy of an unsaved record; if `renamed`, about another person."""
        assert record.subject
        subject = self._row(record.subject, date_of_birth=record.subject.date_of_birth)
        if renamed:
            self._rename(subject)
        referral = self._row(record.opened_by, reference=self._reference())
        case = self._row(record.case, reference=referral.reference)
        case.subject = subject
        for each in (further := [self._row(one, reference=self._reference()) for one in record.further]):
            each.case = case
        referral.case = case
        details = [self._detail(detail, case, subject, renamed=renamed) for detail in record.details]
        subject.unwritten = details
        return Record(
            pack=record.pack,
            case=case,
            position=moved(record.position, self.later),
            subject=subject,
            referral=referral,
            further=further,
            details=details,
            acts=[self._act(act, case, subject) for act in record.acts],
            recorded_at=moved(record.recorded_at, self.later),
            rows=[self._deadline(row, case) for row in record.rows],
            settled=moved(record.settled, self.later),
        )

    def _row(self, row: Row, **changes: Any) -> Row:
        """Return a copy of a row with an id of its own."""
        said = {f.attname: moved(getattr(row, f.attname), self.later) for f in row._meta.concrete_fields}
        return type(row)(**{**said, "id": drawn_id(self.random), **changes})

    def _deadline(self, row: Deadline, case: Case) -> Deadline:
        """Return a deadline of the copy; the database numbers it."""
        new = self._row(row, id=None)
        new.case = case
        return new

    def _reference(self) -> str:
        """Return consecutive references: random ones would collide among so many."""
        return f"B-{next(self.numbers):09}"

    def _rename(self, subject: Subject) -> None:
        """Set a double family name, so that equal names stay rare, and another birthday."""
        community = draw_community(self.random)
        one, two = (draw_name(self.random, community, subject.gender) for _ in range(2))
        subject.given_name, subject.family_name = one.given, f"{one.family}-{two.family}"
        subject.fold_name()
        if subject.date_of_birth:
            subject.date_of_birth -= timedelta(days=self.random.randint(-BIRTHDAYS, BIRTHDAYS))

    def _detail(self, detail: Detail, case: Case, subject: Subject, *, renamed: bool) -> Detail:
        """Return a detail as one of the copy's own subject, with another telephone and address."""
        new = self._row(detail, record=case.pk)
        new.subject = subject
        if renamed:
            new.what = self._of_another(new)
        return new

    def _of_another(self, detail: Detail) -> dict[str, Any]:
        """Return the parts of a detail changed to another person's."""
        drawn = f"{self.random.randrange(10**6):06}"
        other: dict[str, Any] = dict(detail.what)
        if detail.kind == DetailKind.TELEPHONE:
            other["number"] = other["number"][:-6] + drawn
        elif detail.kind == DetailKind.EMAIL:
            other["address"] = f"{drawn}.{other['address']}"
        elif detail.kind == DetailKind.ONLINE_NAME:
            other["name"] += drawn
        return other

    def _act(self, act: Act, case: Case, subject: Subject) -> Act:
        """Return an act as one on the copy's chain; the opening act names the copy's subject."""
        new = replace(act, chain=case.pk, happened_at=moved(act.happened_at, self.later))
        step = case.pack.step_by_id.get(act.act)
        form = case.pack.form_of(step) if step and kind_of(step).opens_case else None
        if form is None:
            return new
        answers = dict(act.content["answers"])
        for meaning, said in called(subject).items():
            question = form.meaning(meaning)
            if question and question.id in answers:
                answers[question.id] = said
        return replace(new, content=act.content | {"answers": answers})


def called(subject: Subject) -> dict[Meaning, str]:
    """Return the referral's answers that identify a person."""
    born = subject.date_of_birth
    names = {Meaning.GIVEN_NAME: subject.given_name, Meaning.FAMILY_NAME: subject.family_name}
    return names | ({Meaning.DATE_OF_BIRTH: born.isoformat()} if born else {})


def moved(said: Any, later: timedelta) -> Any:
    """Return a value with every day and moment in it moved so much later; rows and texts stay."""
    if isinstance(said, datetime):
        return timezone.make_aware(timezone.make_naive(said) + later)
    if isinstance(said, date):
        return said + later
    if isinstance(said, list | tuple):
        return type(said)(moved(each, later) for each in said)
    if is_dataclass(said) and not isinstance(said, type):
        return replace(said, **{f.name: moved(getattr(said, f.name), later) for f in fields(said)})
    return said
