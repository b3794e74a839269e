"""Follow-ups in words: for the page of a case, and for their assignees."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handrail.cases.engine.due import threats_first
from handrail.cases.engine.record import Record
from handrail.cases.intake.dialogue import OUTSIDE
from handrail.cases.models import Case, FollowUp
from handrail.cases.models.compiled import compiled
from handrail.cases.models.visibility import each_of, of_case, seen
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.follow_ups import Asked
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import FollowUp as Rule
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.link_answer import link_step
from handrail.policy.step_kinds.matching import MATCH_FOUND
from handrail.records.packs import policy_of

REPORTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Report:
    """One report on a follow-up: the number of its entry, the day of the event, and the text."""

    number: int
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class FollowUpShown:
    """One follow-up in words; `answers` are the steps by which the reader may answer it now.

    `reports` are the reports on it, newest first; empty where the entries of the case were not loaded.
    """

    row: FollowUp
    rule: Rule
    what: str
    to: str
    today: date
    answers: Sequence[Step] = ()
    asks_likeness: bool = False
    reports: Sequence[Report] = ()
    by_link: bool = False  # whether somebody who does not work on the case answers
    has_code: bool = False  # whether they need a link and a code

    @property
    def due(self) -> date | None:
        """Next due day: that of accepting or refusing while unanswered, then that of the outcome."""
        return self.row.answer_due if self.row.asked.waits_for_answer else self.row.due

    @property
    def last_reports(self) -> Sequence[Report]:
        """Newest reports, as many as are shown beside the request."""
        return self.reports[:REPORTS_SHOWN]

    @property
    def earlier_reports(self) -> int:
        """Number of reports before those shown."""
        return len(self.reports) - len(self.last_reports)

    @property
    def state(self) -> str:
        """State of the follow-up in words."""
        if self.asks_likeness or self.by_link:
            return "Not answered yet"
        if self.row.refused_on:
            return "Refused: pass it on or withdraw it"
        if self.row.asked.waits_for_answer:
            return "Not accepted yet"
        if self.row.reported_on:
            return f"Last report {self.row.reported_on:%-d %B %Y}"
        return "Taken on" if self.row.accepted_on else "Not confirmed yet"


def on_case(
    record: Record,
    today: date,
    *,
    answers: Callable[[Asked], Sequence[Step]] | None = None,
    entries: Iterable[Entry] | None = None,
) -> list[FollowUpShown]:
    """Return the open follow-ups of a case in order.

    `answers` returns the steps by which the user may answer one. Match questions are left out: they are for
    every user who works on the case, and have a part of their own. `entries` are all entries of the case, if
    loaded already.
    """
    case, asked = record.case, [row.kind_id for row in record.follow_ups]
    if case.only_stages is not None or set(asked) <= kinds_of_likeness(case.pack):
        return []
    rows = [row for row in _open_on(case=case.pk) if row.kind_id not in kinds_of_likeness(case.pack)]
    able = {row.number: answers(row.asked) for row in rows} if answers else {}
    return [
        present(row, case, asked, today, able.get(row.number, ()), reports)
        for row, asked, reports in _with_words(rows, entries)
    ]


@compiled(case=UUID)
def _open_on(case: UUID) -> "QuerySet[FollowUp]":
    rows = FollowUp.objects.open().filter(case=case).select_related("to_person", "to_organisation")
    return rows.order_by("number")


def asked_of(person: Person) -> "QuerySet[FollowUp]":
    """Return open follow-ups of the person or an organisation that they answer for, earliest due first."""
    rows = FollowUp.objects.open().of(person).filter(refused_on=None)
    rows = rows.filter(of_case(seen(person))).order_by(threats_first("case__"), "due", "answer_due", "pk")
    return rows.select_related("to_person", "to_organisation")


def present_all(rows: Iterable[FollowUp], today: date) -> list[FollowUpShown]:
    """Return follow-ups in words, in order; each must have its case loaded."""
    return [present(row, row.case, asked, today) for row, asked, _ in _with_words(rows)]


def _with_words(
    rows: Iterable[FollowUp], entries: Iterable[Entry] | None = None
) -> list[tuple[FollowUp, Entry | None, list[Report]]]:
    """Return each follow-up with the entry that asked and its reports, as far as the user may read them.

    Reports are found among `entries`. Without `entries` no report is loaded.
    """
    listed = list(rows)
    wanted = {(row.case_id, row.number): row for row in listed}
    if entries is None:
        entries = _requests(chains=[case for case, _ in wanted]) if wanted else ()
    asked, reports = dict[tuple[UUID, int], Entry](), defaultdict(list)
    for entry in entries:
        if not hasattr(entry, "content"):
            continue
        if (key := (entry.chain, entry.number)) in wanted:
            asked[key] = entry
        elif (key := (entry.chain, entry.content.content.get("about"))) in wanted and _reports(entry):
            reports[key].append(_report(entry))
    return [(row, asked.get(key), _newest_first(reports[key])) for key, row in wanted.items()]


def _answer_with(entry: Entry, meaning: Meaning) -> str:
    """Return the answer with this meaning in an entry; empty without one."""
    pack, step = policy_of(entry)
    return str(meanings(pack.form_of(step), entry.content.content["answers"]).get(meaning, ""))


def _reports(entry: Entry) -> bool:
    """Return whether an entry about an earlier one is a report on that one's follow-up."""
    rule = policy_of(entry)[0].answering.get(entry.act)
    return rule is not None and entry.act in rule.reported_by


def _report(entry: Entry) -> Report:
    day = timezone.localdate(entry.happened_at)
    return Report(entry.number, day, _answer_with(entry, Meaning.REPORTED))


def _newest_first(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: (report.day, report.number), reverse=True)


@compiled(chains=list)
def _requests(chains: list[UUID]) -> "QuerySet[Entry]":
    """Return the entries of these cases that began a follow-up which is still open."""
    asked = FollowUp.objects.open().filter(case=OuterRef("chain"), number=OuterRef("number"))
    entries = Entry.objects.filter(Exists(asked), chain__in=each_of(chains))
    return entries.select_related("content")


def present(
    row: FollowUp,
    case: Case,
    asked: Entry | None,
    today: date,
    answers: Sequence[Step] = (),
    reports: Sequence[Report] = (),
) -> FollowUpShown:
    """Return one follow-up in words; `asked` is the entry that asked, where the user may read it."""
    to = row.to_person.name if row.to_person else row.to_organisation.name if row.to_organisation else ""
    own = row.kind_id in kinds_of_likeness(case.pack)
    to = "The people who work on the case" if own else to
    rule = case.pack.follow_up_by_id[row.kind_id]
    by_link = link_step(case.pack, rule) is not None
    what = _answer_with(asked, Meaning.ASKED_FOR) if asked else ""
    referrer = _answer_with(asked, Meaning.ASKED_REFERRER) if asked else ""
    has_code = by_link and asked is not None and referrer in ("", OUTSIDE)
    return FollowUpShown(row, rule, what, to, today, answers, own, reports, by_link, has_code)


def kinds_of_likeness(pack: Pack) -> set[str]:
    """Return the kind of follow-up that asks about a possible match, as a set of at most one."""
    asks = MATCH_FOUND.step(pack)
    return {pack.asking[asks.id].id} if asks else set()
