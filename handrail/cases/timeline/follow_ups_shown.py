"""What was asked of whom, in words: on the page of a case, and for whoever was asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handrail.cases.engine.authority import acting_on
from handrail.cases.engine.due import threats_first
from handrail.cases.engine.record import Record
from handrail.cases.models import Case, FollowUp
from handrail.cases.models.compiled import compiled
from handrail.cases.models.visibility import each_of, of_case, seen
from handrail.cases.packs import policy_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.process import open_answers
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import FollowUp as Rule
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.link_answer import link_step
from handrail.policy.step_kinds.matching import MATCH_FOUND
from handrail.records.acts import Actor

REPORTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Report:
    """One report on a follow-up: the entry that holds it, the day on which it happened, its words."""

    number: int
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    """One follow-up in words; `answers` are the steps by which the reader may answer it now.

    `reports` are those on it, the newest first, where the entries of its case are shown beside it.
    """

    row: FollowUp
    rule: Rule
    what: str
    to: str
    today: date
    answers: Sequence[Step] = ()
    asks_likeness: bool = False
    reports: Sequence[Report] = ()
    by_link: bool = False  # whether somebody without an account answers it by a link

    @property
    def due(self) -> date | None:
        """By when something has to happen: the answer while it is waited for, otherwise the outcome."""
        return self.row.answer_due if self.row.asked.waits_for_answer else self.row.due

    @property
    def last_reports(self) -> Sequence[Report]:
        """The reports that are shown beside what was asked."""
        return self.reports[:REPORTS_SHOWN]

    @property
    def earlier_reports(self) -> int:
        """How many reports came before those that are shown."""
        return len(self.reports) - len(self.last_reports)

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.asks_likeness:
            return "Not answered yet"
        if self.row.refused_on:
            return "Refused: pass it on or withdraw it"
        if self.row.asked.waits_for_answer:
            return "Not taken on yet"
        if self.row.reported_on:
            return f"Last report {self.row.reported_on:%-d %B %Y}"
        return "Taken on" if self.row.accepted_on else "Not confirmed yet"


def on_case(
    record: Record, person: Person, *, answers: bool, entries: Iterable[Entry] | None = None
) -> list[FollowUpShown]:
    """The open follow-ups of a case, the earliest first; with `answers` what this person may answer.

    Whether another record is of the same person is asked of nobody else; that has a part of its own.
    `entries` are all of the case where they are loaded already.
    """
    case, asked = record.case, [row.kind_id for row in record.follow_ups]
    if case.only_stages is not None or set(asked) <= kinds_of_likeness(case.pack):
        return []
    rows = [row for row in _open_on(case=case.pk) if row.kind_id not in kinds_of_likeness(case.pack)]
    actors = acting_on(case, person) if answers else []
    able = {row.number: _answers(record, row, person, actors) for row in rows} if answers else {}
    return [
        in_words(row, case, said, able.get(row.number, ()), reports)
        for row, said, reports in _said(rows, entries)
    ]


@compiled(case=UUID)
def _open_on(case: UUID) -> "QuerySet[FollowUp]":
    rows = FollowUp.objects.open().filter(case=case).select_related("to_person", "to_organisation")
    return rows.order_by("number")


def _answers(record: Record, row: FollowUp, person: Person, actors: Iterable[Actor]) -> list[Step]:
    bodies = {body for actor in actors for body in actor.bodies}
    roles = {actor.role for actor in actors}
    return open_answers(
        record.pack, record.position, row.asked, by=str(person.pk), roles=roles, bodies=bodies
    )


def asked_of(person: Person) -> "QuerySet[FollowUp]":
    """What this person, or a body for which they answer, was asked and is open, the earliest due first."""
    rows = FollowUp.objects.open().of(person).filter(refused_on=None)
    rows = rows.filter(of_case(seen(person))).order_by(threats_first("case__"), "due", "answer_due", "pk")
    return rows.select_related("to_person", "to_organisation")


def left_undone(person: Person, today: date | None = None) -> "QuerySet[FollowUp]":
    """On this person's own cases: what others were asked that is late or refused, the earliest due first."""
    rows = FollowUp.objects.late(today).filter(case__owner=person).exclude(to_person=person)
    return rows.select_related("to_person", "to_organisation").order_by(threats_first("case__"), "due", "pk")


def told(rows: Iterable[FollowUp]) -> list[FollowUpShown]:
    """These follow-ups in words, in the same order; each has its case loaded."""
    return [in_words(row, row.case, said) for row, said, _ in _said(rows)]


def _said(
    rows: Iterable[FollowUp], entries: Iterable[Entry] | None = None
) -> list[tuple[FollowUp, str, list[Report]]]:
    """Each follow-up with what was asked for and the reports on it, as far as their entries may be read.

    Reports are found among `entries`; without them only those that asked are loaded.
    """
    listed = list(rows)
    wanted = {(row.case_id, row.number): row for row in listed}
    if entries is None:
        entries = _asking(chains=[case for case, _ in wanted]) if wanted else ()
    said, reports = {}, defaultdict(list)
    for entry in entries:
        if not hasattr(entry, "content"):
            continue
        if (key := (entry.chain, entry.number)) in wanted:
            said[key] = _meant(entry, Meaning.ASKED_FOR)
        elif (key := (entry.chain, entry.content.content.get("about"))) in wanted and _reports(entry):
            reports[key].append(_report(entry))
    return [(row, said.get(key, ""), _newest_first(reports[key])) for key, row in wanted.items()]


def _meant(entry: Entry, meaning: Meaning) -> str:
    """What the answer with this meaning says in an entry; empty where none has it."""
    pack, step = policy_of(entry)
    return str(meanings(pack.form_of(step), entry.content.content["answers"]).get(meaning, ""))


def _reports(entry: Entry) -> bool:
    """Whether an entry, which names an earlier one, reports on the follow-up that that one asked for."""
    rule = policy_of(entry)[0].answering.get(entry.act)
    return rule is not None and entry.act in rule.reported_by


def _report(entry: Entry) -> Report:
    day = timezone.localdate(entry.happened_at)
    return Report(entry.number, day, _meant(entry, Meaning.REPORTED))


def _newest_first(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: (report.day, report.number), reverse=True)


@compiled(chains=list)
def _asking(chains: list[UUID]) -> "QuerySet[Entry]":
    """The entries of these cases by which something was asked that has not ended."""
    asked = FollowUp.objects.open().filter(case=OuterRef("chain"), number=OuterRef("number"))
    entries = Entry.objects.filter(Exists(asked), chain__in=each_of(chains))
    return entries.select_related("content")


def in_words(
    row: FollowUp, case: Case, what: str, answers: Sequence[Step] = (), reports: Sequence[Report] = ()
) -> FollowUpShown:
    """One row in words."""
    to = row.to_person.name if row.to_person else row.to_organisation.name if row.to_organisation else ""
    own = row.kind_id in kinds_of_likeness(case.pack)
    to = "Whoever works on the case" if own else to
    rule = case.pack.follow_up_by_id[row.kind_id]
    by_link = link_step(case.pack, rule) is not None
    return FollowUpShown(row, rule, what, to, timezone.localdate(), answers, own, reports, by_link)


def kinds_of_likeness(pack: Pack) -> set[str]:
    """The kind of follow-up by which a policy asks whether another record is of the same person."""
    asks = MATCH_FOUND.step(pack)
    return {pack.asking[asks.id].id} if asks else set()
