"""What was asked of whom, in words: on the page of a case, and for whoever was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from handrail.cases.authority import acting_on
from handrail.cases.models import Case, FollowUp
from handrail.cases.packs import policy_of
from handrail.cases.record import Record
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.process import open_answers
from handrail.policy.questions import meanings
from handrail.policy.schema import FollowUp as Rule
from handrail.policy.schema import Meaning, Pack, Step


@dataclass(frozen=True, slots=True)
class InHand:
    """One follow-up in words; `answers` are the steps by which the reader may answer it now."""

    row: FollowUp
    rule: Rule
    what: str
    to: str
    today: date
    answers: Sequence[Step] = ()
    asks_likeness: bool = False

    @property
    def due(self) -> date | None:
        """By when something has to happen: the answer while it is waited for, otherwise the outcome."""
        return self.row.answer_due if self.row.asked.waits_for_answer else self.row.due

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.asks_likeness:
            return "Not answered yet"
        if self.row.refused_on:
            return "Refused: pass it on or withdraw it"
        if self.row.asked.waits_for_answer:
            return "Not taken on yet"
        return "Taken on" if self.row.accepted_on else "Not confirmed yet"


def on_case(record: Record, person: Person, *, answers: bool) -> list[InHand]:
    """The open follow-ups of a case, the earliest first; with `answers` what this person may answer.

    Whether another record is of the same person is asked of nobody else; that has a part of its own.
    """
    case = record.case
    rows = case.follow_ups.open().exclude(kind_id__in=kinds_of_likeness(case.pack))
    rows = rows.select_related("to_person", "to_organisation").order_by("number")
    if case.only_stages is not None or not rows:
        return []
    able = {row.number: _answers(record, row, person) for row in rows} if answers else {}
    return [in_words(row, case, said, able.get(row.number, ())) for row, said in _said(rows)]


def _answers(record: Record, row: FollowUp, person: Person) -> list[Step]:
    actors = acting_on(record.case, person)
    bodies = {body for actor in actors for body in actor.bodies}
    roles = {actor.role for actor in actors}
    return open_answers(
        record.pack, record.position, row.asked, by=str(person.pk), roles=roles, bodies=bodies
    )


def asked_of(person: Person, most: int) -> list[InHand]:
    """What this person, or a body for which they answer, was asked and is open, the earliest due first."""
    rows = _theirs(person).select_related("to_person", "to_organisation", "case__subject", "case__force")
    return [in_words(row, row.case, said) for row, said in _said(rows[:most])]


def count_asked_of(person: Person) -> "QuerySet[FollowUp]":
    """The rows of what this person was asked, to be counted."""
    return _theirs(person)


def _theirs(person: Person) -> "QuerySet[FollowUp]":
    rows = FollowUp.objects.open().of(person).filter(refused_on=None)
    return rows.filter(case__in=Case.objects.visible_to(person)).order_by("due", "answer_due", "pk")


def left_undone(person: Person, most: int, today: date | None = None) -> list[InHand]:
    """On this person's own cases: what others were asked that is late or refused."""
    rows = FollowUp.objects.late(today).filter(case__owner=person).exclude(to_person=person)
    rows = rows.select_related("to_person", "to_organisation", "case__subject", "case__force")
    return [in_words(row, row.case, said) for row, said in _said(rows.order_by("due", "pk")[:most])]


def _said(rows: Iterable[FollowUp]) -> list[tuple[FollowUp, str]]:
    """Each follow-up with what was asked for, as far as its entry may be read."""
    listed = list(rows)
    wanted = {(row.case_id, row.number): row for row in listed}
    entries = Entry.objects.filter(
        chain__in={row.case_id for row in listed}, number__in={row.number for row in listed}
    ).select_related("content")
    said = {}
    for entry in entries:
        row = wanted.get((entry.chain, entry.number))
        if row and hasattr(entry, "content"):
            pack, step = policy_of(entry)
            form = pack.form_of(step)
            meant = meanings(form, entry.content.content["answers"])
            said[entry.chain, entry.number] = str(meant.get(Meaning.ASKED_FOR, ""))
    return [(row, said.get((row.case_id, row.number), "")) for row in listed]


def in_words(row: FollowUp, case: Case, what: str, answers: Sequence[Step] = ()) -> InHand:
    """One row in words."""
    to = row.to_person.name if row.to_person else row.to_organisation.name if row.to_organisation else ""
    own = row.kind_id in kinds_of_likeness(case.pack)
    to = "Whoever works on the case" if own else to
    return InHand(row, case.pack.follow_up_by_id[row.kind_id], what, to, timezone.localdate(), answers, own)


def kinds_of_likeness(pack: Pack) -> set[str]:
    """The kind of follow-up by which a policy asks whether another record is of the same person."""
    asks = pack.likeness_step("asks")
    return {pack.asking[asks.id].id} if asks else set()
