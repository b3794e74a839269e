"""Notices about stated threats: at once, at any hour, to the users on duty in the force of the case.

The owner is notified too. If no user on duty may see the case, and again if the answer is late, their
superiors are notified: supervisors and the leads of the force, or the levels above if there are none. For a
restricted case only the people named are notified: those on duty, or all of them if none is on duty or the
answer is late, as the person on duty may be the one the case is about. If no named person holds a post any
more, the users who take concerns about staff are notified that a case waits; they find it on the page for
taking such cases on. Threats in an imported back record cause no notice.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.cases.case_access.who_may_work import takers_of_unattended
from handrail.cases.models import Case, RegisterEntry
from handrail.cases.packs import packs_in_use
from handrail.notices import letters, registers
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.readers import READERS, SEES
from handrail.notices.rules import Day, day_of
from handrail.notices.telling import fetched, tell_all, telling

_STATED = """stated AS MATERIALIZED (
    SELECT c.id AS case_id, d.limit_id AS about, c.threat_number AS number, d.due,
        c.threat_at + make_interval(hours => l.hours) <= %(at)s AS late
    FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id AND c.threat_at IS NOT NULL
    JOIN jsonb_to_recordset(%(limits)s) AS l (pack text, "limit" text, hours int)
        ON l.pack = c.pack_id AND l."limit" = d.limit_id
    WHERE d.ended IS NULL AND NOT EXISTS (SELECT FROM ledger_entry e
        JOIN ledger_content said ON said.entry_id = e.id
        WHERE e.chain = c.id AND e.number = c.threat_number AND said.content -> 'imported' ? 'back-record')
)"""
_ON_DUTY = f"""on_duty AS MATERIALIZED (
    SELECT reader.person, s.case_id FROM stated s JOIN cases_case c ON c.id = s.case_id
    JOIN organisations_duty o ON o.force_id = c.force_id AND o.since <= %(at)s AND o.until > %(at)s
    JOIN reader ON reader.person = o.person_id WHERE {SEES}
)"""  # noqa: S608 our own words
_SAYS = "'threat', s.case_id, s.about, s.number, {time}, s.due, %(at)s FROM stated s"
_NOBODY_ON_DUTY = "NOT EXISTS (SELECT FROM on_duty o WHERE o.case_id = s.case_id)"
_TIME = "CASE WHEN s.late THEN 1 ELSE 0 END"
_TO_DUTY = telling(
    f"o.person, {_SAYS.format(time=0)} JOIN on_duty o ON o.case_id = s.case_id", _STATED, _ON_DUTY
)
_TO_OWNER = telling(
    f"""reader.person, {_SAYS.format(time=0)} JOIN cases_case c ON c.id = s.case_id
    JOIN reader ON reader.person = c.owner_id WHERE {SEES}""",
    _STATED,
)
_TO_NAMED = telling(
    f"""reader.person, {_SAYS.format(time=_TIME)} JOIN cases_case c ON c.id = s.case_id AND c.restricted
    JOIN access_grant g ON g.record = c.id AND g.kind = 'named' JOIN reader ON reader.person = g.person_id
    WHERE (s.late OR {_NOBODY_ON_DUTY}) AND {SEES}""",
    _STATED,
    _ON_DUTY,
)
# Superiors for the case with one of the given roles.
_UP = f"""reader.person, {_SAYS.format(time=_TIME)}
    JOIN cases_case c ON c.id = s.case_id JOIN organisations_organisation f ON f.id = c.force_id
    JOIN held ON held.role = ANY (%(roles)s)
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE (s.late OR {_NOBODY_ON_DUTY}) AND {SEES}"""
_TO_THOSE_WHO_LEAD = telling(_UP, _STATED, _ON_DUTY)
_TO_THOSE_ABOVE = telling(
    f"""{_UP} AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = s.case_id AND n.kind = 'threat'
        AND n.number = s.number AND n.time = {_TIME} AND n.person_id IS DISTINCT FROM c.owner_id)""",  # noqa: S608 our own words
    _STATED,
    _ON_DUTY,
)
_SEEN_BY_NOBODY = f"""WITH {READERS}, {_STATED} SELECT s.case_id FROM stated s
    JOIN cases_case c ON c.id = s.case_id AND c.restricted AND c.closed_on IS NULL
    WHERE NOT EXISTS (SELECT FROM reader WHERE {SEES})"""  # noqa: S608 our own words


def run(at: datetime) -> int:
    """Create the notices of all unanswered threats and queue their e-mails; return how many are new."""
    in_register = RegisterEntry.objects.filter(threat_at__isnull=False).exists()
    of_unattended = Notice.objects.open().filter(kind=Kind.THREAT, case=None, record=None)
    if not (in_register or of_unattended.exists() or Case.objects.filter(threat_at__isnull=False).exists()):
        return 0
    today = day_of(at)
    told = tell(today) + registers.tell_of_threats(today)
    letters.write_at_once(today)
    return told


def tell(today: Day) -> int:
    """Create the notices of threats on cases; return how many are new."""
    limits = [
        {"pack": pack.id, "limit": limit.id, "hours": limit.hours or 0}
        for pack in packs_in_use()
        if (limit := pack.threat_limit)
    ]
    given = today.parameters(limits=Jsonb(limits))
    unattended = [case for (case,) in fetched(_SEEN_BY_NOBODY, given)] if limits else []
    told = _tell_of_unattended(today, unattended)
    if not limits:
        return told
    leads, above = _roles(*LEVELS[:-1]), _roles(LEVELS[-1])
    told += tell_all([_TO_DUTY, _TO_OWNER, _TO_NAMED], given)
    told += tell_all([_TO_THOSE_WHO_LEAD], {**given, "roles": leads})
    return told + tell_all([_TO_THOSE_ABOVE], {**given, "roles": above})


def _tell_of_unattended(today: Day, cases: Collection[UUID]) -> int:
    """Notify the users who may take these restricted cases on that one waits, without naming the case.

    If a case was attended meanwhile and is no longer, its ended notices are opened again.
    """
    found = Case.objects.filter(pk__in=cases).select_related("subject", "force")
    theirs = {(person.pk, str(case.pk)): case for case in found for person in takers_of_unattended(case)}
    open_notices = Notice.objects.open().filter(kind=Kind.THREAT, case=None, record=None)
    over = [notice.pk for notice in open_notices if (notice.person_id, notice.about) not in theirs]
    open_notices.filter(pk__in=over).update(over_at=today.at)
    told = 0
    for (person, about), case in theirs.items():
        _, new = Notice.objects.tell(
            today.at,
            person_id=person,
            kind=Kind.THREAT,
            case=None,
            record=None,
            about=about,
            number=case.threat_number or 0,
            due=None,
        )
        told += int(new)
    return told


def _roles(*levels: Any) -> list[str]:
    return [role.value for level in levels for role in level]
