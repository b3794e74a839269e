"""The chronology of a case: its entries in words, as its page and the assessments show them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from handrail.cases.documents.kinds import KINDS
from handrail.cases.filling import Answered, in_order
from handrail.cases.markings import RaisedMarking, highest, level_of
from handrail.cases.models import Case, Matter
from handrail.cases.packs import in_any, known_packs, policy_of
from handrail.cases.people import choices_of
from handrail.cases.record import PUBLIC_FORM
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation, Person
from handrail.policy.questions import meanings, options_for
from handrail.policy.schema import Marking, Meaning, Pack, Step

LATE_RECORDING = timedelta(days=1)

Told = Case | Matter


@dataclass(frozen=True, slots=True)
class Attached:
    """The file that an entry added: what it is called, what it is, how large."""

    title: str
    kind: str
    size: int

    @property
    def in_words(self) -> str:
        """Like “PDF, 1.2 MB”."""
        large = self.size >= 100_000
        return f"{KINDS[self.kind].title}, " + (
            f"{self.size / 1_000_000:.1f} MB" if large else f"{max(self.size // 1000, 1)} kB"
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One entry in words."""

    number: int
    step: Step
    title: str
    outcome: str
    by: str
    role: str
    organisation: str
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

    @property
    def recorded_late(self) -> bool:
        """Whether more than a day passed between the act and its record."""
        return self.recorded_at - self.happened_at > LATE_RECORDING


def chronology(case: Case, reader: Person) -> list[Event]:
    """Every entry of a case in words, the newest first; what `reader` is not vetted for is withheld."""
    return _in_words(case, _entries(case).order_by("-number"), reader)


def since(case: Case, version: int, reader: Person) -> list[Event]:
    """What has been recorded on a case after it had this version, the newest first."""
    if case.version <= version:
        return []
    return _in_words(case, _entries(case).filter(number__gt=version).order_by("-number"), reader)


def event(case: Case, number: int, reader: Person) -> tuple[Event, list[Answered]] | None:
    """One entry in words with all its answers, or None when the case has no such entry."""
    entry = _entries(case).filter(number=number).first()
    if entry is None:
        return None
    said = _in_words(case, [entry], reader)[0]
    return said, [] if said.withheld else _answers(case, entry)


def chronology_with_answers(case: Told, reader: Person) -> list[tuple[Event, list[Answered]]]:
    """Every entry in words with all its answers, the newest first; without those that are withheld."""
    return answered_by(case, None, reader)


def notes(case: Case, reader: Person) -> list[tuple[Event, list[Answered]]]:
    """The notes of a case in words, the newest first; without what those say that are withheld."""
    return answered_by(case, in_any(known_packs(), lambda pack: (s for s in pack.steps if s.is_note)), reader)


def answered_by(
    case: Told,
    steps: Collection[str] | None,
    reader: Person,
    *,
    before: int | None = None,
    most: int | None = None,
) -> list[tuple[Event, list[Answered]]]:
    """The entries of these steps, or of all, in words with all their answers, the newest first.

    `before` leaves only those of smaller numbers, `most` so many of them.
    """
    found = _entries(case).order_by("-number")
    found = found if steps is None else found.filter(act__in=steps)
    found = found if before is None else found.filter(number__lt=before)
    entries = list(found[:most])
    said = _in_words(case, entries, reader)
    return [
        (event, [] if event.withheld else _answers(case, entry))
        for event, entry in zip(said, entries, strict=True)
    ]


def _answers(case: Told, entry: Entry) -> list[Answered]:
    pack, step = policy_of(entry)
    form = pack.form_of(step)
    answers = entry.content.content["answers"] if hasattr(entry, "content") else {}
    options = options_for(pack, step, choices_of(case.force))
    return in_order(form.questions.values(), answers, options) if form else []


def marking_of_entry(case: Case, entry: Entry) -> Marking:
    """How an entry is marked now: as its step is, or higher where somebody has raised it."""
    pack, step = policy_of(entry)
    by_itself = pack.marking_of(step)
    raised = RaisedMarking.objects.filter(record=entry.chain, number=entry.number)
    known = (pack.marking_by_id.get(id_) for id_ in raised.values_list("marking", flat=True))
    return highest(by_itself, *filter(None, known))


def awaited_from(case: Case, reader: Person) -> str:
    """Whose answer a case waits for whose clock stands still; empty where nobody said or nothing is."""
    if case.waiting_since is None or not case.readable_by(reader):
        return ""
    asking = in_any(known_packs(), lambda pack: (s for s in pack.steps if s.clock == "stops"))
    entries = _entries(case).filter(act__in=asking, content__level__lte=reader.vetting)
    entry = entries.order_by("-number").first()
    if entry is None:
        return ""
    pack, step = policy_of(entry)
    said = meanings(pack.form_of(step), entry.content.content["answers"])
    return str(said.get(Meaning.AWAITED_FROM, ""))


def across(
    cases: Iterable[Case], reader: Person, *, first: int = 0, many: int | None = None
) -> list[tuple[Case, Event]]:
    """The entries of several cases in words, as one line of time, what happened last first."""
    known = {case.pk: case for case in cases}
    found = _entries(*known.values()).order_by("-happened_at", "-recorded_at", "chain", "-number")
    rows = list(found[first : first + many if many else None])
    return [(known[row.chain], event) for row, event in zip(rows, _said(known, rows, reader), strict=True)]


def days_across(cases: Iterable[Case]) -> list[date]:
    """The days on which something happened in several cases, each once, the first first."""
    days = Entry.objects.filter(_theirs(cases)).order_by("happened_at__date")
    return list(days.values_list("happened_at__date", flat=True).distinct())


def count_across(cases: Iterable[Case]) -> int:
    """How many entries there are in several cases."""
    return Entry.objects.filter(_theirs(cases)).count()


def _entries(*cases: Told) -> QuerySet[Entry]:
    """The entries of cases, for somebody who was invited to a part of one those of their stages."""
    raised = RaisedMarking.objects.filter(record=OuterRef("chain"), number=OuterRef("number"))
    entries = Entry.objects.filter(_theirs(cases)).select_related("content")
    return entries.annotate(raised=Subquery(raised.order_by("-level").values("marking")[:1]))


def _theirs(cases: Iterable[Told]) -> Q:
    listed = list(cases)
    theirs = Q(chain__in=[case.pk for case in listed if case.only_stages is None])
    for case in listed:
        if case.only_stages is not None:
            theirs |= Q(chain=case.pk, stage__in=case.only_stages)
    return theirs


def _in_words(case: Told, entries: Iterable[Entry], reader: Person) -> list[Event]:
    return _said({case.pk: case}, list(entries), reader)


def _said(cases: Mapping[UUID, Told], rows: Sequence[Entry], reader: Person) -> list[Event]:
    """Entries of these cases in words."""
    others = _others(rows, reader)
    people = _names(Person, {row.actor for row in rows})
    organisations = _names(Organisation, {row.organisation for row in rows})
    said = [_event(cases[row.chain], row, reader, people, organisations) for row in rows]
    said = [
        replace(one, other=None) if one.other and one.other["case"] not in others else one for one in said
    ]
    if not any(event.step.is_note for event in said):
        return said
    later = _corrections(cases.values())
    return [
        replace(event, corrected_by=later.get((row.chain, row.number)))
        for row, event in zip(rows, said, strict=True)
    ]


def _others(entries: Iterable[Entry], reader: Person) -> set[str]:
    """The other cases that entries name and the reader sees; nothing tells that the rest are there."""
    ids = {row.content.content["other"]["case"] for row in entries if _names_other(row)}
    seen = Case.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
    return {str(pk) for pk in seen}


def _names_other(entry: Entry) -> bool:
    return hasattr(entry, "content") and "other" in entry.content.content


def _corrections(cases: Iterable[Told]) -> dict[tuple[UUID, int], int]:
    """Which entries were corrected, by case and number, each with the number of the entry that did it."""
    correcting = in_any(known_packs(), lambda pack: (s for s in pack.steps if s.corrects and s.is_note))
    entries = _entries(*cases).filter(act__in=correcting, content__isnull=False)
    return {(entry.chain, entry.content.content["about"]): entry.number for entry in entries}


def _names(model: type[Person] | type[Organisation], ids: set[UUID]) -> dict[UUID, str]:
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))


def _event(
    case: Told, entry: Entry, reader: Person, people: dict[UUID, str], organisations: dict[UUID, str]
) -> Event:
    pack, step = policy_of(entry)
    raised = pack.marking_by_id.get(getattr(entry, "raised", None) or "")
    marking = highest(pack.marking_of(step), *filter(None, [raised]))
    # The database withholds it too; here it is told from what was erased.
    withheld = max(level_of(marking), case.level) > reader.vetting
    erased = not withheld and not hasattr(entry, "content")
    content = {} if withheld or erased else entry.content.content
    outcome = None if withheld else step.outcome(entry.outcome)
    public = entry.actor == PUBLIC_FORM
    return Event(
        number=entry.number,
        step=step,
        title=step.title,
        outcome=outcome.title if outcome else "",
        by="The public form" if public else people.get(entry.actor, "Somebody no longer on record"),
        role="" if public else pack.role_titles.get(entry.role, entry.role),
        organisation=organisations.get(entry.organisation, ""),
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        reason=content.get("reason", ""),
        signs=content.get("signs"),
        erased=erased,
        marking=marking,
        withheld=withheld,
        other=content.get("other"),
        document=_attached(pack, step, content),
        corrects=content.get("about") if step.corrects else None,
    )


def _attached(pack: Pack, step: Step, content: Mapping[str, Any]) -> Attached | None:
    said = content.get("document")
    if not said:
        return None
    title = meanings(pack.form_of(step), content["answers"]).get(Meaning.DOCUMENT_TITLE, "")
    return Attached(title, said["kind"], said["size"])
