"""First page of a paper: subject, stage, owner and notes."""

from collections.abc import Sequence

from django.utils import timezone

from handrail.cases.disclosure.paper.blocks import Block, day, facts, moment
from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event
from handrail.ledger.models import Entry
from handrail.records.kinds import Recorded
from handrail.records.packs import in_any, known_packs

SAFEGUARDING_PART = "the referral, a stated threat, and what was done to safeguard"


def whom_and_where(case: Case) -> list[Block]:
    """Return subject, stage and owner of the case, as far as the reader may see them."""
    about = [("About", case.called), ("Born", born(case)), ("Stage", stands_at(case))]
    if case.only_stages is not None:
        return [facts(*about, ("Police force", case.force.name))]
    return [
        facts(
            *about,
            ("Route so far", ", then ".join(route_of(case))),
            ("Owner", owner(case)),
            ("Police force", case.force.name),
            ("Council", case.council.name if case.council else ""),
            ("Opened", day(case.opened_on)),
            ("Closed", day(case.closed_on)),
            ("Policy", case.pack.title),
        )
    ]


def born(case: Case) -> str:
    """Return the subject's date of birth and age today in words, or what is known instead."""
    if case.subject is None:
        return "Withheld"
    if case.subject.date_of_birth:
        age = case.subject.age_on(timezone.localdate())
        return f"{day(case.subject.date_of_birth)}, aged {age} on the day of printing"
    if case.subject.born_about:
        return f"{case.subject.born_about}, day not known"
    if case.subject.approximate_age:
        return f"Date not known, about {case.subject.approximate_age} when referred"
    return "Not known"


def stands_at(case: Case) -> str:
    """Return the stage, since when, and whether a decision waits for sign-off."""
    where = f"{case.stage.title}, since {day(case.stage_since)}"
    if not case.pending_step or case.only_stages is not None:
        return where
    waits = case.pack.step_by_id[case.pending_step].title
    return f"{where}. “{waits}” waits for sign-off by another person"


def owner(case: Case) -> str:
    """Return the owner's name, with a note where the case is not allocated; “Nobody” without one."""
    if case.owner is None:
        return "Nobody"
    waiting = case.is_open and not case.allocated
    return f"{case.owner.name}, accountable until the case is allocated" if waiting else case.owner.name


def route_of(case: Case) -> list[str]:
    """Return titles of the stages that the case went through, in order, up to the present one."""
    stages = Entry.objects.filter(chain=case.pk).order_by("number").values_list("stage", flat=True)
    route: list[str] = []
    stages_known = in_any([case.pack, *known_packs()], lambda pack: pack.stages)
    for stage in [*stages, case.stage_id]:
        title = stages_known[stage].title
        route += [] if route[-1:] == [title] else [title]
    return route


def notes_on(record: Recorded, events: Sequence[Event]) -> list[str]:
    """Return notes for the first page: what is incomplete, restricted or threatened."""
    withheld = sum(event.withheld for event in events)
    kept = sum(not event.withheld and not event.marking.printed for event in events)
    notes = _notes_on_case(record) if isinstance(record, Case) else []
    if withheld:
        notes.append(f"This is not complete. {_entries(withheld)} withheld from the person who printed it.")
    if kept:
        notes.append(f"This is not complete. {_entries(kept)} not printed because of the marking.")
    return notes


def _notes_on_case(case: Case) -> list[str]:
    notes = []
    if case.threat and case.threat_at:
        since = moment(case.threat_at)
        notes.append(
            f"{case.threat}: on record since {since}. The flag was still raised when this was printed."
        )
    if case.restricted:
        notes.append(
            "This case is restricted. Only named people can see it. Do not discuss it with anyone else."
        )
    if case.only_stages is not None:
        parts = [stage.title for stage in case.pack.stages if stage.id in case.only_stages]
        parts += [SAFEGUARDING_PART] if case.only_steps else []
        notes.append(f"This paper shows only what was recorded at: {', '.join(parts)}.")
    return notes


def _entries(many: int) -> str:
    return "1 entry is" if many == 1 else f"{many} entries are"
