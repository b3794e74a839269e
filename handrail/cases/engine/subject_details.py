"""Details of a subject as each entry reported them, and what later entries say of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from handrail.access.errors import NotAllowed
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.ledger.record import Act
from handrail.policy.schema.form import Meaning
from handrail.subjects.comparable import found_by_name
from handrail.subjects.details import CHANGES, FIRST, Detail, DetailKind, with_first_record
from handrail.subjects.match_record_actions import index_subjects
from handrail.subjects.match_records import IndexReason
from handrail.subjects.models import Subject

SETTLING = {Meaning.DETAIL_WRONG, Meaning.DETAIL_ENDED}


def details_in(act: Act, meant: Mapping[Meaning, Any], *, number: int, on: date) -> list[Detail]:
    """Return the details that an act reports, without a subject yet."""
    parts: dict[str, dict[str, Any]] = {}
    for meaning, value in meant.items():
        if meaning.detail:
            kind, part = meaning.detail
            parts.setdefault(kind, {})[part] = value
    other = act.content.get("other") or {}
    found = [
        Detail(
            record=act.chain,
            number=number,
            level=act.level,
            apart="marking" in act.content,
            kind=DetailKind(kind),
            what=what,
            source=meant.get(Meaning.DETAIL_SOURCE, ""),
            on=on,
            since=_day(meant.get(Meaning.DETAIL_SINCE)),
            until=_day(meant.get(Meaning.DETAIL_UNTIL)),
            other_id=_id(other.get("subject")),
            other_record=_id(other.get("case")),
        )
        for kind, what in parts.items()
    ]
    for detail in found:
        detail.found_under = found_by_name(detail)
    return found


def settle(details: Iterable[Detail], meant: Mapping[Meaning, Any], *, about: int | None, by: int) -> None:
    """Mark a detail from entry `about` as wrong or ended by entry `by`, where the answers say so."""
    wrong, ended = meant.get(Meaning.DETAIL_WRONG), meant.get(Meaning.DETAIL_ENDED)
    for detail in details:
        if detail.number == about and detail.kind == wrong:
            detail.wrong_by = by
        elif detail.number == about and detail.kind == ended:
            detail.ended_by, detail.until = by, _day(meant.get(Meaning.DETAIL_UNTIL))


def fold(record: Record, act: Act, meant: Mapping[Meaning, Any], *, number: int, on: date) -> None:
    """Fold reported details into a record. Raises NotAllowed if the subject is above the user's vetting."""
    new = details_in(act, meant, number=number, on=on)
    about = act.content.get("about") if SETTLING & meant.keys() else None
    if not new and about is None:
        return
    subject = record.subject or _subject_of(record.case)
    known = [detail for detail in details_of(record.case, subject, record.details) if detail.number == about]
    settle(known, meant, about=about, by=number)
    for detail in new:
        detail.subject = subject
    record.details += [*new, *(detail for detail in known if detail not in record.details)]
    subject.unwritten = record.details


def _subject_of(case: Case) -> Subject:
    """Return the subject of a case. Raises NotAllowed where it is above the user's vetting."""
    case.subject = Subject.objects.filter(cases=case).first()
    if case.subject is None:
        raise NotAllowed("Your vetting does not let you see who this case is about.")
    return case.subject


def details_of(case: Case, subject: Subject | None = None, unsaved: Iterable[Detail] = ()) -> list[Detail]:
    """Return all details of the subject of a case, in the order in which they were reported.

    Details of the first entry are columns of the subject; they have a row only once corrected.
    """
    subject = subject or case.subject
    if subject is None:
        return []
    first = subject.first_details(case.pk, case.opened_on)
    saved: Iterable[Detail] = () if case._state.adding else subject.details.all()
    return with_first_record(first, [*saved, *unsaved])


def write(record: Record) -> None:
    """Write the folded details, and queue a new search for possible matches where details changed."""
    changed = [detail for detail in record.details if is_kept(detail)]
    for detail in changed:
        if detail._state.adding:
            detail.save(force_insert=True)
        else:
            detail.save(update_fields=CHANGES)
    if changed and record.subject is None:
        look_again(record.case)


def look_again(case: Case) -> None:
    """Update the search keys of a case's subject after its details changed."""
    index_subjects(Subject.objects.filter(cases=case), IndexReason.CHANGE)


def keep_apart(record: Record, number: int) -> None:
    """Exclude details of an entry from searches by name, after its marking was raised."""
    saved = () if record.case._state.adding else Detail.objects.filter(record=record.case.pk, number=number)
    unsaved = [detail for detail in record.details if detail.number == number and is_kept(detail)]
    for detail in (*saved, *unsaved):
        if not detail.apart:
            detail.apart = True
            record.details += [] if detail in record.details else [detail]


def is_kept(detail: Detail) -> bool:
    """Return whether a detail has a row of its own."""
    return detail.number != 1 or detail.kind not in FIRST or bool(detail.wrong_by or detail.ended_by)


def obstacle(case: Case, about: int) -> str:
    """Return why no detail of an entry can be marked wrong or ended; empty where one can."""
    return (
        "" if kinds_told(case, about) else "Nothing that this entry told of the person is left to be settled."
    )


def kinds_told(case: Case, about: int | None) -> tuple[str, ...]:
    """Return the kinds of details that an entry reported and nobody marked wrong."""
    known = details_of(case) if about else []
    return tuple(detail.kind for detail in known if detail.number == about and detail.wrong_by is None)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _id(said: str | None) -> UUID | None:
    return UUID(said) if said else None
