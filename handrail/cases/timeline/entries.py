"""Entries of a record in words, as its timeline, other pages and paper show them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from handrail.cases.engine.happened import LAST_FIRST, happened
from handrail.cases.engine.record import PUBLIC_FORM
from handrail.cases.files.kinds import KINDS
from handrail.cases.models import Case
from handrail.cases.models.compiled import compiled
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.timeline.entry_answers import EntryAnswers
from handrail.forms.answered import Answered
from handrail.ledger.canonical import WRITTEN_AT
from handrail.ledger.models import Entry
from handrail.ledger.record import HANDRAIL
from handrail.organisations.models import Organisation, Person
from handrail.policy.questions import meanings
from handrail.policy.schema.access import Marking
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.correction import corrected_by
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.note import NOTE_CORRECTION
from handrail.records.kinds import Recorded
from handrail.records.marking import highest, level_of
from handrail.records.packs import in_any, known_packs, policy_of

LATE_RECORDING = timedelta(days=1)
BY_NOBODY = {HANDRAIL: "Handrail"}  # actors of automatic entries


@dataclass(frozen=True, slots=True)
class Attached:
    """File that an entry added. `digest`: SHA-256. `encoding`: of a text. `doubt`: why it is sealed."""

    title: str
    kind: str
    size: int
    digest: str
    encoding: str = ""
    doubt: str = ""

    @property
    def kind_and_size(self) -> str:
        """Kind and size, like “PDF, 1.2 MB”, and whether the file is sealed."""
        large = self.size >= 100_000
        size = f"{self.size / 1_000_000:.1f} MB" if large else f"{max(self.size // 1000, 1)} kB"
        return f"{KINDS[self.kind].title}, {size}{', not checked' if self.doubt else ''}"


BECAME = {"goes": "goes on elsewhere", "stays": "stays as it is", "ends": "ends"}


@dataclass(frozen=True, slots=True)
class Became:
    """What an entry says became of an open task or grant; `number` is the entry that began it."""

    what: str
    number: int | None
    becomes: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry in words for a reader.

    `other` is another case that the entry names, by `case` and `reference`, if the reader may see it.
    """

    number: int
    step: Step
    title: str
    outcome: str
    by: str
    role: str
    organisation: str
    happened: date | datetime  # a day, where the form asks for no time
    happened_at: datetime
    recorded_at: datetime
    reason: str
    signs: int | None
    erased: bool
    marking: Marking
    withheld: bool
    other: dict[str, str] | None
    document: Attached | None = None
    corrects: int | None = None
    corrected_by: int | None = None
    became: tuple[Became, ...] = ()
    written_at: datetime | None = None  # where it was written later than it is recorded

    @property
    def recorded_late(self) -> bool:
        """Whether the act was recorded more than a day after it happened."""
        if not isinstance(self.happened, datetime):
            return timezone.localdate(self.recorded_at) - self.happened > LATE_RECORDING
        return self.recorded_at - self.happened_at > LATE_RECORDING


def chronology(record: Recorded, reader: Person) -> list[Event]:
    """Return every entry of a record in words, newest first; those above the reader's vetting withheld."""
    return as_events(record, entries_of(record), reader)


def entries_of(record: Recorded) -> list[Entry]:
    """Return every entry of a record, newest first, with all that `as_events` needs, by one query."""
    if stages_read(record) is not None:
        return list(_entries(record).order_by("-number"))
    return _all_entries(chain=record.pk)


def entries_of_all(cases: Iterable[Case]) -> list[Entry]:
    """Return every entry of several cases, with its raised marking."""
    listed = [case.pk for case in cases]
    return list(_with_names(Entry.objects.filter(chain__in=listed))) if listed else []


@compiled(chain=UUID)
def _all_entries(chain: UUID) -> "QuerySet[Entry]":
    return _with_names(Entry.objects.filter(chain=chain)).order_by("-number")


def as_events(record: Recorded, entries: Sequence[Entry], reader: Person) -> list[Event]:
    """Return all entries of a record, as `entries_of` loads them, in words for `reader`."""
    return _words({record.pk: record}, entries, reader, complete=True)


def since(record: Recorded, version: int, reader: Person) -> list[Event]:
    """Return entries recorded after the record had this version, in words, newest first."""
    if record.version <= version:
        return []
    return _in_words(record, _entries(record).filter(number__gt=version).order_by("-number"), reader)


def newest_of(record: Recorded, steps: Collection[str], reader: Person) -> tuple[Entry, Event] | None:
    """Return the newest entry of these steps with its words; None where the record has none."""
    entry = _entries(record).filter(act__in=steps).order_by("-number").first()
    return (entry, _in_words(record, [entry], reader)[0]) if entry else None


def event(record: Recorded, number: int, reader: Person) -> tuple[Event, list[Answered]] | None:
    """Return one entry in words with its answers; None where the record has no such entry."""
    entry = _entries(record).filter(number=number).first()
    if entry is None:
        return None
    return answered(record, [entry], _in_words(record, [entry], reader))[0]


def chronology_with_answers(record: Recorded, reader: Person) -> list[tuple[Event, list[Answered]]]:
    """Return every entry in words with its answers, newest first; a withheld entry has no answers."""
    return answered_by(record, None, reader)


def answered_among(
    record: Recorded, entries: Iterable[Entry], events: Iterable[Event], steps: Collection[str]
) -> list[tuple[Event, list[Answered]]]:
    """Return the loaded entries of these steps in words with their answers.

    `events` are the words of `entries`, in the same order.
    """
    found = [pair for pair in zip(entries, events, strict=True) if pair[0].act in steps]
    return answered(record, [entry for entry, _ in found], [event for _, event in found])


def answered_by(
    record: Recorded,
    steps: Collection[str] | None,
    reader: Person,
    *,
    before: int | None = None,
    most: int | None = None,
) -> list[tuple[Event, list[Answered]]]:
    """Return the entries of these steps, or all for None, in words with answers, newest first.

    `before` keeps entries with smaller numbers only; `most` limits their number.
    """
    found = _entries(record).order_by("-number")
    found = found if steps is None else found.filter(act__in=steps)
    found = found if before is None else found.filter(number__lt=before)
    entries = list(found[:most])
    return answered(record, entries, _in_words(record, entries, reader))


def answered(
    record: Recorded, entries: Sequence[Entry], said: Iterable[Event]
) -> list[tuple[Event, list[Answered]]]:
    """Return loaded entries in words with their answers; `said` are their words in the same order."""
    answers = EntryAnswers(record, entries)
    return [
        (event, [] if event.withheld else answers.of(entry))
        for event, entry in zip(said, entries, strict=True)
    ]


def marking_of_entry(record: Recorded, entry: Entry) -> Marking:
    """Return the current marking of an entry: that of its step, or a higher one that was given to it."""
    pack, step = policy_of(entry)
    by_itself = pack.marking_of(step)
    raised = RaisedMarking.objects.filter(record=entry.chain, number=entry.number)
    known = (pack.marking_by_id.get(id_) for id_ in raised.values_list("marking", flat=True))
    return highest(by_itself, *filter(None, known))


def awaited_from(case: Case, reader: Person, entries: Iterable[Entry] | None = None) -> str:
    """Return the name of the party whose reply has paused the clock; "" while it runs or without a name.

    `entries` are all entries of the case, newest first, if loaded already.
    """
    if case.waiting_since is None or not case.readable_by(reader):
        return ""
    asking = in_any(known_packs(), lambda pack: (s for s in pack.steps if s.clock == "stops"))
    found = _entries(case).filter(act__in=asking).order_by("-number") if entries is None else entries
    readable = (e for e in found if hasattr(e, "content") and e.content.level <= reader.vetting)
    entry = next((entry for entry in readable if entry.act in asking), None)
    if entry is None:
        return ""
    pack, step = policy_of(entry)
    said = meanings(pack.form_of(step), entry.content.content["answers"])
    return str(said.get(Meaning.AWAITED_FROM, ""))


def across(
    cases: Iterable[Case], reader: Person, *, first: int = 0, many: int | None = None
) -> list[tuple[Case, Event]]:
    """Return entries of several cases in words, as one timeline, newest first."""
    known = {case.pk: case for case in cases}
    found = _entries(*known.values()).order_by(*LAST_FIRST, "chain", "-number")
    rows = list(found[first : first + many if many else None])
    return [(known[row.chain], event) for row, event in zip(rows, _words(known, rows, reader), strict=True)]


def days_across(cases: Iterable[Case]) -> dict[date, int]:
    """Return the days of entries in several cases, earliest first, each with its number of entries."""
    days = Entry.objects.filter(_of_records(cases)).order_by("happened_at__date")
    return dict(days.values_list("happened_at__date").annotate(Count("pk")))


def _entries(*records: Recorded) -> QuerySet[Entry]:
    """Return the entries of records; of a case that a reader sees in part, only those of the part."""
    return _with_names(Entry.objects.filter(_of_records(records)))


def _with_names(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return entries with their content, raised marking, and names of actor and organisation."""
    raised = RaisedMarking.objects.filter(record=OuterRef("chain"), number=OuterRef("number"))
    return entries.select_related("content").annotate(
        raised=Subquery(raised.order_by("-level").values("marking")[:1]),
        by_name=Subquery(Person.objects.filter(pk=OuterRef("actor")).values("name")),
        body_name=Subquery(Organisation.objects.filter(pk=OuterRef("organisation")).values("name")),
    )


def _of_records(records: Iterable[Recorded]) -> Q:
    listed = list(records)
    theirs = Q(chain__in=[record.pk for record in listed if stages_read(record) is None])
    for record in listed:
        if isinstance(record, Case) and record.only_stages is not None:
            part = Q(stage__in=record.only_stages) | Q(act__in=record.only_steps)
            theirs |= Q(chain=record.pk) & part
    return theirs


def stages_read(record: Recorded) -> frozenset[str] | None:
    """Return the stages of a case that the reader was invited to; None where they read the whole record."""
    return record.only_stages if isinstance(record, Case) else None


def _in_words(record: Recorded, entries: Iterable[Entry], reader: Person) -> list[Event]:
    return _words({record.pk: record}, list(entries), reader)


def _words(
    records: Mapping[UUID, Recorded], rows: Sequence[Entry], reader: Person, *, complete: bool = False
) -> list[Event]:
    """Return entries in words; with `complete` they are all entries of their records."""
    others = _visible_others(rows, reader)
    said = [_event(records[row.chain], row, reader) for row in rows]
    said = [
        replace(one, other=None) if one.other and one.other["case"] not in others else one for one in said
    ]
    if not any(kind_of(event.step).among_notes for event in said):
        return said
    later = _corrections(rows if complete else _entries(*records.values()).filter(act__in=_correcting()))
    return [
        replace(event, corrected_by=later.get((row.chain, row.number)))
        for row, event in zip(rows, said, strict=True)
    ]


def _visible_others(entries: Iterable[Entry], reader: Person) -> set[str]:
    """Return ids of other cases that entries name and the reader may see; the rest must not be disclosed."""
    ids = {other["case"] for row in entries if (other := _other_named(row))}
    seen = Case.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
    return {str(pk) for pk in seen}


def _other_named(entry: Entry) -> dict[str, str] | None:
    """Return the other case that an entry names: from an act on two cases, or a follow-up carried over."""
    said = entry.content.content if hasattr(entry, "content") else {}
    other: dict[str, str] | None = said.get("other") or said.get("carried")
    return other


def _corrections(entries: Iterable[Entry]) -> dict[tuple[UUID, int], int]:
    """Return the number of the last correction of each corrected entry, by chain and number."""
    readable = [e for e in entries if e.act in _correcting() and hasattr(e, "content")]
    in_order = sorted(readable, key=lambda entry: entry.number)
    return {(entry.chain, entry.content.content["about"]): entry.number for entry in in_order}


@cache
def _correcting() -> frozenset[str]:
    """Return the ids of steps that correct a note, in every known pack."""
    return frozenset(in_any(known_packs(), NOTE_CORRECTION.steps))


def _event(record: Recorded, entry: Entry, reader: Person) -> Event:
    pack, step = policy_of(entry)
    raised = pack.marking_by_id.get(getattr(entry, "raised", None) or "")
    marking = highest(pack.marking_of(step), *filter(None, [raised]))
    # Row security withholds it too, but cannot tell withheld from erased.
    withheld = max(level_of(marking), record.level) > reader.vetting
    if withheld:  # by the marking that asks for the vetting, be it the record's
        marking = highest(marking, record.marking)
    erased = not withheld and not hasattr(entry, "content")
    content = {} if withheld or erased else entry.content.content
    outcome = None if withheld else step.outcome(entry.outcome)
    nobody = _outside_author(step, content) if entry.actor == PUBLIC_FORM else BY_NOBODY.get(entry.actor)
    return Event(
        number=entry.number,
        step=step,
        title=step.title,
        outcome=outcome.title if outcome else "",
        by=nobody or getattr(entry, "by_name", None) or "Somebody no longer on record",
        role="" if nobody or "by_link" in content else pack.role_titles.get(entry.role, entry.role),
        organisation="" if "by_link" in content else getattr(entry, "body_name", None) or "",
        happened=happened(entry, pack, step),
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        reason=content.get("reason", ""),
        signs=content.get("signs"),
        erased=erased,
        marking=marking,
        withheld=withheld,
        other=content.get("other") or content.get("carried"),
        became=tuple(
            Became(one["what"], one["number"], BECAME[one["becomes"]], one["why"])
            for one in content.get("became", ())
        ),
        document=_attached(pack, step, content),
        corrects=content.get("about") if corrected_by(step) else None,
        written_at=datetime.fromisoformat(content[WRITTEN_AT]) if WRITTEN_AT in content else None,
    )


def _outside_author(step: Step, content: Mapping[str, Any]) -> str:
    """Return the name of the author of an entry without an account: the public form, or an answer by link."""
    if kind_of(step).opens_case:
        return "The public form"
    return f"{content.get('by_link', {}).get('to', 'Somebody outside')}, by a link"


def _attached(pack: Pack, step: Step, content: Mapping[str, Any]) -> Attached | None:
    said = content.get("document")
    if not said:
        return None
    title = meanings(pack.form_of(step), content["answers"]).get(Meaning.DOCUMENT_TITLE, "")
    more = said.get("encoding", ""), said.get("doubt", "")
    return Attached(title, said["kind"], said["size"], said["sha256"], *more)
