"""Details of the subject in words: each with its source, its dates, and whether it was found wrong."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine import subject_details
from handrail.cases.models import Case
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.person.other_referrals import label
from handrail.organisations.models import Person
from handrail.policy.schema.access import Marking
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.marking import highest, level_of
from handrail.subjects.details import Detail, DetailKind
from handrail.written.days import day_in_words
from handrail.written.telephones import read_telephones

SHOWN = 12  # on the page of the case; the subject's own page shows all
PAGE = 50


@dataclass(frozen=True, slots=True)
class Known:
    """One detail in words. `other` is the case of a related person, where the reader may see its name."""

    detail: Detail
    title: str
    words: str
    source: str
    when: str
    other: Case | None = None
    settled_by: tuple[Step, ...] = ()

    @property
    def is_somebody(self) -> bool:
        """Whether the detail is a person related to the subject."""
        return self.detail.kind == DetailKind.RELATION

    @property
    def is_wrong(self) -> bool:
        """Whether the detail was found wrong."""
        return self.detail.wrong_by is not None


def right_first(case: Case, reader: Person) -> list[Detail]:
    """Return the details of the subject that the reader's vetting reaches; wrong ones last."""
    if case.subject is None or not case.readable_by(reader):
        return []
    prefetch_related_objects([case.subject], "details")  # one query, also for a comparison later
    details = subject_details.details_of(case)
    raised = RaisedMarking.objects.filter(record=case.pk, level__gt=reader.vetting)
    hidden = set(raised.values_list("number", flat=True)) if any(d.apart for d in details) else set()
    seen = [d for d in details if d.level <= reader.vetting and d.number not in hidden]
    return sorted(seen, key=lambda detail: detail.wrong_by is not None)


def as_known(
    case: Case, details: Sequence[Detail], reader: Person, *, settled_by: Sequence[Step] = ()
) -> list[Known]:
    """Return details of a case in words; each carries those of the steps `settled_by` that fit it."""
    seen = _others(details, reader)
    return [_in_words(case.pack, detail, seen.get(detail.other_record), settled_by) for detail in details]


def adding(open_steps: OpenSteps) -> list[Step]:
    """Return the open steps that add details of the subject."""
    pack = open_steps.record.pack
    return [
        step
        for step in open_steps.to_begin()
        if (f := pack.form_of(step)) and f.meaning(Meaning.DETAIL_SOURCE)
    ]


def settling(open_steps: OpenSteps) -> list[Step]:
    """Return the open steps that mark a detail as wrong or as no longer true."""
    pack = open_steps.record.pack
    settles = (
        s for s in pack.steps if (f := pack.form_of(s)) and any(map(f.meaning, subject_details.SETTLING))
    )
    return [step for step in settles if open_steps.refusal(step) is None]


def marking_of(details: Iterable[Detail], case: Case) -> Marking:
    """Return the marking of a page with these details: the highest of theirs and the case's."""
    needed = max((detail.level for detail in details), default=0)
    fit = (m for m in case.pack.marking_by_id.values() if level_of(m) == needed)
    return highest(case.marking, *fit)


def _others(details: Iterable[Detail], reader: Person) -> dict[Any, Case]:
    """Return the cases of related people by id, where the reader may see the name; others are not shown."""
    ids = {detail.other_record for detail in details if detail.other_record}
    found = Case.objects.named_to(reader).filter(pk__in=ids) if ids else ()
    return {case.pk: case for case in found}


def _in_words(pack: Pack, detail: Detail, other: Case | None, steps: Iterable[Step]) -> Known:
    kind = DetailKind(detail.kind)
    return Known(
        detail=detail,
        title=title_of(pack, detail),
        words=WORDS[kind](detail.what, detail.on),
        source=detail.source or "The referral",
        when=in_time(detail),
        other=other,
        settled_by=() if detail.wrong_by else tuple(steps),
    )


def title_of(pack: Pack, detail: Detail) -> str:
    """Return the title of a detail, such as “Phone number”, or its sort where the kind has several."""
    sorts = {DetailKind.NAME: Meaning.NAME_SORT, DetailKind.RELATION: Meaning.RELATION}
    meaning = sorts.get(DetailKind(detail.kind))
    sort = detail.what.get("sort")
    return label(pack, meaning, sort) if meaning and sort else label(pack, Meaning.DETAIL_WRONG, detail.kind)


def in_time(detail: Detail) -> str:
    """Return the period in which a detail holds, in words; "" where no dates were given."""
    since, until = (day and f"{day:%-d %b %Y}" for day in (detail.since, detail.until))
    if since and until:
        return f"from {since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else ""


def _joined(*parts: str, by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def _telephone(number: str) -> str:
    return number if read_telephones(number) else f"{number} (not understood as a telephone number)"


WORDS: dict[DetailKind, Callable[[dict[str, Any], date], str]] = {
    DetailKind.NAME: lambda w, _: _joined(*(w.get(p, "") for p in ("title", "given", "family")), by=" "),
    DetailKind.OTHER_NAMES: lambda w, _: str(w["names"]),
    DetailKind.ONLINE_NAME: lambda w, _: _joined(w["name"], w.get("where", "")),
    DetailKind.TELEPHONE: lambda w, _: _telephone(str(w["number"])),
    DetailKind.EMAIL: lambda w, _: str(w["address"]),
    DetailKind.ADDRESS: lambda w, _: _joined(*(w.get(part, "") for part in ("address", "town", "postcode"))),
    DetailKind.DATE_OF_BIRTH: lambda w, _: day_in_words(w["born"], "%-d %b %Y"),
    DetailKind.APPROXIMATE_AGE: lambda w, on: f"About {w['age']} on {on:%-d %b %Y}",
    DetailKind.RELATION: lambda w, _: str(w["name"]),
}
