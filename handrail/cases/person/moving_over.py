"""What is open on a case when it is merged: what becomes of each thing, and how it comes back.

A follow-up that moves gets an entry of its own on the other case. That entry names the first case, and
keeps the assignee, the due day, and whether the request was accepted. A document stays with the entry that
added it; the other case lists it and opens it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from handrail.access.errors import NotAllowed
from handrail.cases.case_access.keeping_out import keep_out_together
from handrail.cases.case_access.who_may_work import near_in_name
from handrail.cases.engine.authority import posts_on
from handrail.cases.engine.record import Record
from handrail.cases.engine.taking import follow
from handrail.cases.errors import NotNow
from handrail.cases.files.models import Document
from handrail.cases.models import Case
from handrail.cases.models.kinds import CASE
from handrail.cases.timeline.entries import marking_of_entry
from handrail.cases.timeline.left_open import (
    AWAITED,
    ENDS,
    GOES,
    STAYS,
    Asking,
    Group,
    Thing,
    groups_of,
    let_see,
    open_on,
)
from handrail.cases.timeline.marking_actions import write_raised_marking
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.follow_ups import Asked, carried
from handrail.policy.schema.access import Marking
from handrail.policy.schema.codes import Code
from handrail.policy.step_kinds.document import DOCUMENT
from handrail.policy.step_kinds.merging import RECEIVE, RELEASE, merging_steps
from handrail.records.form_links import acts as form_links
from handrail.records.marking import highest, level_of

Became = list[dict[str, Any]]
Listed = set[tuple[UUID, int]]  # documents, each by its case and the entry that added it

OPEN = (
    Code(
        id=GOES,
        label="It continues on the other case",
        hint="The same people are asked, and the due day stays",
    ),
    Code(id=ENDS, label="It ends: it is no longer needed"),
)
FILES = (
    Code(id=GOES, label="It is listed on the other case, and opened from there"),
    Code(id=STAYS, label="It stays with this record alone"),
)
SIGHT = (
    Code(id=STAYS, label="They keep access to this record, but not the other one"),
    Code(id=ENDS, label="It ends now"),
)


def asked_when_joining(record: Record, by: Person) -> Asking:
    """Return the questions before a merge: what becomes of each thing that is open on the case."""
    case = record.case
    return Asking(
        [
            *groups_of(open_on(record, wait_moves=True), OPEN),
            Group("left-files", "What should happen to the documents?", list(_files(case, by)), FILES),
            Group("left-sight", "Who else has been given access to this case?", list(let_see(case)), SIGHT),
        ]
    )


def _files(case: Case, by: Person) -> Iterator[Thing]:
    """Yield the documents of the case, and of cases merged into it, that the user's vetting reaches."""
    on_joined = Q(record=case.pk) | Q(record__in=Case.objects.filter(joined_to=case).values("pk"))
    for one in Document.objects.filter(on_joined, level__lte=by.vetting).order_by("-at", "pk"):
        said = f"{one.title}, {one.what.title}"
        yield Thing(f"document-{one.pk}", "Document", said, "", one.number, asked=False)


def _all_on(case: Case) -> Listed:
    """Return every document of a case: added by its entries, or listed from cases merged into it."""
    adding = {step.id for step in DOCUMENT.steps(case.pack)}
    acts = adding | {step.id for step in merging_steps(case.pack)}
    entries = list(_asking(case).filter(act__in=acts))
    return listed_on(case, entries) | {(case.pk, entry.number) for entry in entries if entry.act in adding}


def listed_on(case: Case, entries: Iterable[Entry]) -> Listed:
    """Return documents of merged cases that are listed on this one, given all its entries.

    The latest merge or unmerge entry for each other case decides.
    """
    receiving = {step.id for step in RECEIVE.steps(case.pack)}
    both = receiving | {step.id for step in RELEASE.steps(case.pack)}
    listed: dict[str, Listed] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        if entry.act in both and hasattr(entry, "content"):
            said = entry.content.content
            named = {(UUID(one["case"]), one["number"]) for one in said.get("documents", ())}
            listed[said["other"]["case"]] = named if entry.act in receiving else set()
    return set().union(*listed.values())


def documents_among(listed: Listed, by: Person) -> list[Document]:
    """Return the listed documents that the user's vetting reaches, the newest first."""
    if not listed:
        return []
    these = Q(pk__in=[])
    for case, number in listed:
        these |= Q(record=case, number=number)
    reference = Case.objects.filter(pk=OuterRef("record")).values("reference")
    found = Document.objects.filter(these, level__lte=by.vetting).select_related("by")
    found = found.annotate(case_reference=Subquery(reference))
    return list(found.order_by("-at", "pk"))


def documents_that_go(case: Case, by: Person, became: Became) -> list[dict[str, Any]]:
    """Return the documents to list on the other case: all but those that the user keeps back."""
    staying = {one["thing"] for one in became if one["becomes"] == STAYS}
    every = _all_on(case)
    kept = {(d.record, d.number) for d in documents_among(every, by) if f"document-{d.pk}" in staying}
    return [{"case": str(of), "number": number} for of, number in sorted(every - kept)]


def carry(case: Case, asked: Iterable[Asked], into: Record, by: Person) -> None:
    """Move follow-ups of a case to another record. Raises NotAllowed or NotNow.

    The last act of `into` must be the merge or unmerge.
    """
    for one in asked:
        _follow(case, one.number, into, by, {"as_it_stood": carried(one)})


def carry_wait(case: Case, into: Record, by: Person) -> None:
    """Pause the other case for the answer that this one is paused for. Raises NotAllowed or NotNow."""
    if into.position.waiting_since:
        raise NotNow(f"{into.case.reference} waits for an answer already. Say that this one ends, and why.")
    asking = {step.id for step in case.pack.steps if step.clock == "stops"}
    entry = Entry.objects.filter(chain=case.pk, act__in=asking).latest("number")
    _follow(case, entry.number, into, by, {})


def _follow(case: Case, number: int, into: Record, by: Person, said: Mapping[str, Any]) -> None:
    """Repeat on another record the step by which entry `number` of this case asked for something."""
    entry = Entry.objects.select_related("content").get(chain=case.pk, number=number)
    if not hasattr(entry, "content"):
        raise NotAllowed(
            "Something open here is marked above your vetting, so somebody with the vetting must do this."
        )
    step = into.pack.step_by_id.get(entry.act)
    if step is None or into.position.stage not in step.stages:
        title = case.pack.step_by_id[entry.act].title
        stage = into.pack.stage_by_id[into.position.stage].title
        raise NotNow(
            f"“{title}” cannot continue on {into.case.reference}, because its stage is “{stage}”."
            " Say that it ends, and why."
        )
    marking = highest(case.marking, marking_of_entry(case, entry))
    higher = marking if level_of(marking) > level_of(into.pack.marking_of(step)) else None
    source = {"case": str(case.pk), "reference": case.reference, "number": number}
    through = {"through": _through(case, entry.content.content, into.case)}
    content = {"answers": entry.content.content["answers"], "carried": {**source, **through, **said}}
    content |= {"marking": marking.id} if higher else {}
    level = max(level_of(marking), entry.content.level)
    follow(into, step, content, level)


def keep_markings(record: Record, by: Person) -> None:
    """Give entries that were carried over the marking they had before. Call once they are written."""
    first = record.case.version - len(record.acts) + 1
    for number, act in enumerate(record.acts, first):
        marking: Marking | None = record.pack.marking_by_id.get(act.content.get("marking", ""))
        if marking and "carried" in act.content:
            write_raised_marking(
                record.case, number, marking, by=by, reason="It was marked so where it comes from."
            )


def move_links(records: Iterable[Record]) -> None:
    """Move the links to forms with the follow-ups that were carried over, and revoke those of all that ended.

    Call once the entries of all records are written.
    """
    for record in records:
        first = record.case.version - len(record.acts) + 1
        for number, act in enumerate(record.acts, first):
            if came := act.content.get("carried"):
                form_links.move(CASE.name, (UUID(came["case"]), came["number"]), (record.case.pk, number))
    for record in records:
        for settled in record.settled:
            form_links.revoke(CASE.name, record.case.pk, settled.number)


def _through(case: Case, content: Mapping[str, Any], into: Case) -> list[str]:
    """Return the ids of cases that a thing passed through, in order.

    When a thing goes back to a case, that case and those after it are dropped.
    """
    through: list[str] = content.get("carried", {}).get("through", [])
    if str(into.pk) in through:
        return through[: through.index(str(into.pk))]
    return [*through, str(case.pk)]


def open_from(case: Case, into: Record) -> list[Asked]:
    """Return the open follow-ups on `into` that came from this case by the merge."""
    numbers = [asked.number for asked in into.position.asked]
    came = {entry.number for entry in _asking(into.case).filter(number__in=numbers) if _came(entry, case)}
    return [asked for asked in into.position.asked if asked.number in came]


def awaits_from(case: Case, into: Record) -> bool:
    """Return whether `into` is paused for an answer that this case was paused for before the merge."""
    asking = [step.id for step in into.pack.steps if step.clock == "stops"]
    last = _asking(into.case).filter(act__in=asking).order_by("-number").first()
    return into.position.waiting_since is not None and last is not None and _came(last, case)


def _asking(case: Case) -> "QuerySet[Entry]":
    return Entry.objects.select_related("content").filter(chain=case.pk)


def _came(entry: Entry, case: Case) -> bool:
    """Return whether an entry was carried over from this case."""
    said = entry.content.content if hasattr(entry, "content") else {}
    return str(case.pk) in said.get("carried", {}).get("through", [])[-1:]


def back(asked: Iterable[Asked], into: Record, waits: bool) -> Became:
    """Return what became of the things that go back, for the entry of the other case."""
    rules = into.pack.follow_up_by_id
    things = [Thing(f"asked-{one.number}", rules[one.kind].title, "", "", one.number) for one in asked]
    waiting = [Thing(AWAITED, "An answer from outside is awaited", "", "", None)] if waits else []
    return [thing.became(GOES, "") for thing in (*things, *waiting)]


def keep_apart(case: Case, into: Case, by: Person) -> None:
    """Apply the exclusions of both cases to each.

    Raises NotAllowed where the user's name is near to the subject's of either case.
    """
    if near := near_in_name(case, [by]) + near_in_name(into, [by]):
        raise NotAllowed(
            f"This may be about you, {near[0].name}, because the names are similar. "
            "Somebody else must join them."
        )
    keep_out_together(case, into, by=by, post=posts_on(case, by)[0])
