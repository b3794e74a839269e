"""Notice above every form of a case: linked records, open match questions, advice."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest

from handrail.access.models import Verb
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.engine.record import Record
from handrail.cases.person.beforehand import Beforehand, stopped_outcomes
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.timeline.advice import advice_on
from handrail.cases.timeline.entries import Event
from handrail.ledger.models import Entry
from handrail.policy.schema.step import Step


def beforehand(
    request: HttpRequest,
    record: Record,
    step: Step | None = None,
    *,
    entries: Sequence[Entry] | None = None,
    events: Iterable[Event] = (),
    beside: RecordsBeside | None = None,
    short: bool = False,
) -> Beforehand:
    """Return what to know before an act, and log each linked record that the page names as read.

    `entries`, `events` and `beside` are those of the case, where they are loaded already. With `short` the
    page names only the newest linked records.
    """
    case = record.case
    beside = beside or RecordsBeside.of(case)
    to_answer = beside.unanswered(record.follow_ups, case) if case.may_change else 0
    found = Beforehand(
        case=case,
        beside=beside,
        advice=advice_on(case, person_of(request), entries, events),
        to_answer=to_answer,
        stopped=stopped_outcomes(record, step, to_answer) if step else (),
    )
    looked(request, [one.record for one in (found.newest if short else found.linked)], Verb.LISTED)
    return found
