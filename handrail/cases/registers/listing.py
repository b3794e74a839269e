"""The list of a register: its entries, and what was recorded on cases by the steps that begin one.

Listed of cases is what the user may read. A restricted case is left out for everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone

from handrail.cases.engine.register_groups import title_in
from handrail.cases.models import Case
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.register_entry import RECORD_KIND, RegisterEntry, RegisterEntryQuerySet
from handrail.cases.registers.register import decisions, group_asked, kind_asked, kinds, state_of, titles_of
from handrail.govuk.paging import COUNTED, counted
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy import registers
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY, steps_of
from handrail.records.marking import level_of
from handrail.records.packs import known_packs

Place = tuple[UUID, date, int | None]  # the id of the record, the day, and the number of the entry on a case
SETTLED = {"open": False, "settled": True}  # the states that something recorded on a case can have


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list. `address` is empty where the user may not read it; `title` may be empty."""

    record: RegisterEntry | Case
    on_case: bool
    title: str
    address: str
    kind: str
    decided: str
    state: str
    day: date
    by: str


class RegisterList:
    """The list of a register as one user sees it."""

    def __init__(self, pack: Pack, register: Register, person: Person, filters: Mapping[str, str]) -> None:
        self.pack, self.register, self.person, self.filters = pack, register, person, filters
        self._steps = [step.id for step in registers.beginnings(pack, register) if step.stages]

    @property
    def reaches_cases(self) -> bool:
        """Whether a step that begins an entry of the register is taken on cases too."""
        return bool(self._steps)

    def places(self, entries: RegisterEntryQuerySet) -> "QuerySet[RegisterEntry, Place]":
        """Return the places of register entries and of what stands on cases, the newest first."""
        in_register = self._of_group(entries).annotate(day=F("begun_on"), number=Value(None, IntegerField()))
        on_cases = self._on_cases().annotate(day=TruncDate("happened_at"))
        both = in_register.values_list("pk", "day", "number").union(
            on_cases.values_list("chain", "day", "number"), all=True
        )
        return both.order_by("-day", "id", "number")

    @property
    def out_of_sight(self) -> int:
        """Number of such entries on cases whose status the user sees and not their content.

        A restricted case counts for nobody. No filter but that by force narrows the number.
        """
        others = Case.objects.visible_to(self.person).exclude(pk__in=self._cases().values("pk"))
        entries = Entry.objects.filter(chain__in=self._of_force(others.counted()).values("pk"))
        return counted(entries.filter(kind="case", act__in=self._steps), COUNTED) if self._steps else 0

    def above(self, entries: RegisterEntryQuerySet) -> int:
        """Return the number of entries that the list leaves out because they are above the user's vetting.

        They are counted whatever the filters: what is in them is not read. Of register entries, only those in
        question for a group are left out; all others are listed by their reference.
        """
        if self.filters.get("late"):
            return 0
        above = self._above_vetting()
        on_cases = Q(kind="case", act__in=self._steps, chain__in=self._cases().values("pk"))
        found = Entry.objects.filter(on_cases & above)
        if self.filters.get("group"):
            read = entries.read_by(self.person)
            higher = Q(chain__in=read.filter(level__gt=self.person.vetting).values("pk"))
            begun = Entry.objects.filter(kind=RECORD_KIND, number=1, chain__in=read.values("pk"))
            found |= begun.filter(above | higher)
        return counted(found, COUNTED) if self._steps or self.filters.get("group") else 0

    def lines(self, places: Sequence[Place]) -> list[Line]:
        """Load the rows of a page."""
        entries = RegisterEntry.objects.select_related("force", "begun_by")
        in_register = entries.in_bulk([pk for pk, _, number in places if number is None])
        wanted = [(pk, number) for pk, _, number in places if number is not None]
        lines: dict[tuple[UUID, int | None], Line] = {}
        lines |= {(line.record.pk, None): line for line in self._lines_of(in_register.values())}
        lines |= {(line.record.pk, number): line for number, line in self._lines_on_cases(wanted)}
        return [lines[pk, number] for pk, _, number in places if (pk, number) in lines]

    def _lines_of(self, found: Iterable[RegisterEntry]) -> list[Line]:
        titles = titles_of(found, self.person)
        return [
            Line(
                record=one,
                on_case=False,
                title=titles.get(one.pk, ""),
                address=reverse("cases:matter", args=[one.pk]) if one.pk in titles else "",
                kind=kinds(self.pack, self.register).get(one.kind, ""),
                decided=decisions(self.pack, self.register).get(one.decided, ""),
                state=state_of(one),
                day=one.begun_on,
                by=one.begun_by.name,
            )
            for one in found
        ]

    def _lines_on_cases(self, wanted: Sequence[tuple[UUID, int]]) -> list[tuple[int, Line]]:
        if not wanted:
            return []
        chosen = Q(*(Q(chain=pk, number=number) for pk, number in wanted), _connector=Q.OR)
        author = Person.objects.filter(pk=OuterRef("actor")).values("name")
        entries = self._on_cases().filter(chosen).annotate(by_name=Subquery(author)).select_related("content")
        cases = self._cases().select_related("force").in_bulk([pk for pk, _ in wanted])
        return [(entry.number, self._line(entry, cases[entry.chain])) for entry in entries]

    def _line(self, entry: Entry, case: Case) -> Line:
        asked = kind_asked(self.pack, self.register)
        kind = entry.content.content["answers"].get(asked.id, "") if asked else ""
        decided = entry.decided  # type: ignore[attr-defined] # an annotation
        return Line(
            record=case,
            on_case=True,
            title=title_in(entry),
            address=reverse("cases:case", args=[case.pk]),
            kind=kinds(self.pack, self.register).get(kind, ""),
            decided=decisions(self.pack, self.register).get(decided, ""),
            state="settled" if decided in self._settling else "open",
            day=timezone.localdate(entry.happened_at),
            by=entry.by_name or "",  # type: ignore[attr-defined] # an annotation
        )

    def _cases(self) -> "QuerySet[Case]":
        """Return the cases that the user may read as a whole, without restricted ones."""
        read = Case.objects.worked_on_by(self.person).counted()
        return self._of_force(read.filter(level__lte=self.person.vetting))

    def _of_force(self, cases: "QuerySet[Case]") -> "QuerySet[Case]":
        force = self.filters.get("force")
        return cases.filter(force__slug=force) if force else cases

    def _on_cases(self) -> QuerySet[Entry]:
        """Return the entries on cases that the filters leave, each with what was `decided` last.

        A filter by a limit that ran out finds register entries only: a case counts under its own limits.
        """
        if not self._steps or self.filters.get("late"):
            return Entry.objects.none()
        readable = self._within_vetting(Entry.objects.filter(kind="case"))
        cases = self._cases().values("pk")
        return self._filtered(
            _with_decision(readable.filter(act__in=self._steps, chain__in=cases), self._later())
        )

    def _of_group(self, entries: RegisterEntryQuerySet) -> RegisterEntryQuerySet:
        """Narrow register entries to those whose author named the group of the filter."""
        if not self.filters.get("group"):
            return entries
        named = self._naming_group(self._within_vetting(Entry.objects.filter(kind=RECORD_KIND, number=1)))
        return entries.read_by(self.person).filter(
            level__lte=self.person.vetting, pk__in=named.values("chain")
        )

    def _naming_group(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        asked = group_asked(self.pack, self.register)
        if asked is None:
            return entries.none()
        return entries.filter(**{f"content__content__answers__{asked.id}": self.filters["group"]})

    def _later(self) -> QuerySet[Entry]:
        acts = [step.id for step in steps_of(self.pack, self.register) if step.after]
        return self._within_vetting(Entry.objects.filter(kind="case", act__in=acts))

    def _within_vetting(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        return entries.filter(~self._raised(), content__level__lte=self.person.vetting)

    def _above_vetting(self) -> Q:
        """Condition for entries marked above the user's vetting, whose content row security hides."""
        above = Q(self._raised())
        for known in known_packs():
            marked = (step for step in known.steps if level_of(known.marking_of(step)) > self.person.vetting)
            above |= Q(pack=known.id, act__in=[step.id for step in marked])
        return above

    def _raised(self) -> Exists:
        raised = RaisedMarking.objects.filter(record=OuterRef("chain"), number=OuterRef("number"))
        return Exists(raised.filter(level__gt=self.person.vetting))

    def _filtered(self, entries: "QuerySet[Any]") -> "QuerySet[Any]":
        asked, filters = kind_asked(self.pack, self.register), self.filters
        if asked and (kind := filters.get("kind")):
            entries = entries.filter(**{f"content__content__answers__{asked.id}": kind})
        if filters.get("group"):
            entries = self._naming_group(entries)
        if decided := filters.get("decided"):
            entries = entries.filter(decided=decided)
        if state := filters.get("state"):
            settled = Q(decided__in=self._settling)
            return (
                entries.filter(settled if SETTLED[state] else ~settled)
                if state in SETTLED
                else entries.none()
            )
        return entries

    @property
    def _settling(self) -> set[str]:
        outcomes = (outcome for step in steps_of(self.pack, self.register) for outcome in step.outcomes)
        return {outcome.id for outcome in outcomes if REGISTER_ENTRY.ends(outcome)}


def _with_decision(entries: QuerySet[Entry], later: QuerySet[Entry]) -> QuerySet[Entry]:
    """Annotate entries with `decided`: the outcome of the last `later` entry of the case, or their own."""
    following = later.filter(chain=OuterRef("chain"), number__gt=OuterRef("number"))
    last = following.filter(outcome__isnull=False).order_by("-number").values("outcome")[:1]
    return entries.annotate(decided=Coalesce(Subquery(last), F("outcome"), Value("")))
