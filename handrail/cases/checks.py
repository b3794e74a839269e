"""The checks of a pack as SQL: with one case they are its banner, without they are the assurance report.

Each check compiles to one query that gives a row `(chain, bad)` for every case that it applies to. The same
query serves both uses; for one case it only gains a condition on the chain.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from handrail.cases.models import Case
from handrail.policy.schema import Check, CheckKind, Pack


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with `{only}` where a condition on the column `chain` may go, and its parameters by name."""

    sql: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """How many cases a check applies to, and how many are out of line."""

    check: Check
    applies: int
    out_of_line: int


def taken_before(pack: Pack, check: Check) -> Query:
    """Cases in which `before` was taken; out of line where `step` was not taken earlier."""
    return Query(
        """SELECT reached.chain, coalesce(earlier.number > reached.number, true) AS bad
           FROM (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
                 WHERE act = %(before)s {only} ORDER BY chain, number) reached
           LEFT JOIN (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
                      WHERE act = %(step)s {only} ORDER BY chain, number) earlier
                ON earlier.chain = reached.chain""",
        {"step": check.step, "before": check.before},
    )


def taken_while(pack: Pack, check: Check) -> Query:
    """Cases that are or were at a stage; out of line where the step was not taken there in time."""
    return Query(
        """SELECT chain, bool_and(act IS DISTINCT FROM %(step)s) AND NOT bool_or(in_time) AS bad
           FROM (SELECT chain, act, false AS in_time FROM ledger_entry WHERE stage = %(stage)s {only}
                 UNION ALL
                 SELECT chain, NULL, chain IN (
                     SELECT chain FROM (SELECT case_id AS chain FROM cases_deadline
                         WHERE limit_id = ANY(%(limits)s) AND ended IS NULL AND due >= %(today)s) running
                     WHERE true {only})
                 FROM (SELECT id AS chain, stage_id FROM cases_case) here
                 WHERE stage_id = %(stage)s {only}) there
           GROUP BY chain""",
        {
            "step": check.step,
            "stage": check.stage,
            "limits": [limit.id for limit in pack.limits if limit.step == check.step],
        },
    )


def within_limit(pack: Pack, check: Check) -> Query:
    """Cases for which the limit ran; out of line where it ended late, or runs on past its day."""
    return Query(
        """SELECT chain, bool_or(CASE WHEN ended IS NOT NULL THEN ended > due
                                 ELSE due < %(today)s AND chain NOT IN (
                                     SELECT chain FROM (
                                         SELECT case_id AS chain FROM cases_deadline
                                         JOIN cases_case stopped ON stopped.id = case_id
                                         WHERE waiting_since <= due AND ended IS NULL AND limit_id = %(limit)s
                                     ) waiting WHERE true {only}) END) AS bad
           FROM (SELECT case_id AS chain, ended, due FROM cases_deadline WHERE limit_id = %(limit)s) ran
           WHERE true {only} GROUP BY chain""",
        {"limit": check.limit},
    )


def signed_by_another(pack: Pack, check: Check) -> Query:
    """Cases with a signed decision; out of line where decider and signatory are one person."""
    signing = next((step.id for step in pack.steps if step.signs == check.step), None)
    return Query(
        """SELECT chain, bool_or(same) AS bad
           FROM (SELECT DISTINCT ON (signed.chain, signed.number)
                        signed.chain, signed.actor = made.actor AS same
                 FROM (SELECT chain, number, actor FROM ledger_entry WHERE act = %(signing)s {only}) signed
                 LEFT JOIN (SELECT chain, number, actor FROM ledger_entry WHERE act = %(step)s {only}) made
                      ON made.chain = signed.chain AND made.number < signed.number
                 ORDER BY signed.chain, signed.number, made.number DESC) pairs
           GROUP BY chain""",
        {"step": check.step, "signing": signing},
    )


def recorded_within(pack: Pack, check: Check) -> Query:
    """Every case; out of line where an entry was recorded more than so many days after it happened."""
    return Query(
        """SELECT chain, late IS NOT NULL AS bad
           FROM (SELECT id AS chain FROM cases_case WHERE pack_id = %(pack)s) every
           LEFT JOIN (SELECT DISTINCT chain AS late FROM ledger_entry
                      WHERE recorded_at - happened_at > make_interval(days => %(days)s) {only}) found
                ON late = chain
           WHERE true {only}""",
        {"days": check.days},
    )


def owner_set(pack: Pack, check: Check) -> Query:
    """Cases that are not closed; out of line where nobody in post is accountable.

    It says the same as `Case.objects.owned_by_nobody_in_post`.
    """
    return Query(
        """SELECT chain, held.force IS NULL AS bad
           FROM (SELECT id AS chain, owner_id, force_id FROM cases_case
                 WHERE closed_on IS NULL AND pack_id = %(pack)s) going
           LEFT JOIN (SELECT DISTINCT post.person_id,
                          CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END AS force
                      FROM organisations_post post
                      JOIN organisations_person person ON person.id = post.person_id AND person.is_active
                      JOIN organisations_organisation body ON body.id = post.organisation_id
                      WHERE post.since <= %(today)s AND (post.until IS NULL OR post.until >= %(today)s)) held
                ON held.person_id = owner_id AND held.force = force_id
           WHERE true {only}""",
        {},
    )


def answered(pack: Pack, check: Check) -> Query:
    """Cases in which the step was taken, with this outcome if named; out of line without the answer."""
    return Query(
        """SELECT chain, bool_or({unanswered}) AS bad
           FROM ledger_entry {content}
           WHERE act = %(step)s AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s) {only}
           GROUP BY chain""",
        {"step": check.step, "question": check.question, "outcome": check.outcome},
    )


COMPILERS: dict[CheckKind, Callable[[Pack, Check], Query]] = {
    CheckKind.TAKEN_BEFORE: taken_before,
    CheckKind.TAKEN_WHILE: taken_while,
    CheckKind.WITHIN_LIMIT: within_limit,
    CheckKind.SIGNED_BY_ANOTHER: signed_by_another,
    CheckKind.RECORDED_WITHIN: recorded_within,
    CheckKind.OWNER_SET: owner_set,
    CheckKind.ANSWERED: answered,
}


# Over one case its contents are read; over all of them nobody may see every content, so the database is asked
# which entries lack an answer and tells nothing else.
ONE_CASE = {
    "{only}": "AND chain = %(case)s",
    "{content}": "JOIN ledger_content ON entry_id = id",
    "{unanswered}": "content -> 'answers' -> %(question)s IS NULL",
}
EVERY_CASE = {
    "{only}": "",
    "{content}": "",
    "{unanswered}": "id IN (SELECT ledger_unanswered(%(step)s, %(question)s))",
}


def compiled(pack: Pack, check: Check, *, today: date, case: UUID | None = None) -> Query:
    """The query of one check as at a day; over one case when it is named."""
    query = COMPILERS[check.kind](pack, check)
    parts = ONE_CASE if case else EVERY_CASE
    common = {"today": today, "pack": pack.id, "case": case}
    return Query(
        reduce(lambda text, part: text.replace(*part), parts.items(), query.sql), common | query.parameters
    )


def out_of_line(case: Case, *, today: date | None = None) -> list[Check]:
    """The checks that a case is out of line with, in one query."""
    pack, today = case.pack, today or timezone.localdate()
    bad = _rows(pack, today, "SELECT {index} FROM ({query}) q WHERE bad", case=case.pk)
    return [pack.checks[index] for (index,) in sorted(bad)]


def report(pack: Pack, *, forces: Collection[UUID] | None = None, today: date | None = None) -> list[Finding]:
    """For every check: how many cases it applies to and how many are out of line, in these forces or all."""
    count = "SELECT {index}, count(*), count(*) FILTER (WHERE bad) FROM ({query}) q"
    if forces is not None:
        count += " JOIN cases_case ON cases_case.id = q.chain AND cases_case.force_id = ANY(%(forces)s)"
    rows = _rows(pack, today or timezone.localdate(), count, forces=forces or ())
    counts = {index: (applies, bad) for index, applies, bad in rows}
    return [Finding(check, *counts[index]) for index, check in enumerate(pack.checks)]


def cases_out_of_line(pack: Pack, check: Check, *, today: date | None = None) -> list[UUID]:
    """The cases that are out of line with one check."""
    query = compiled(pack, check, today=today or timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT chain FROM ({query.sql}) q WHERE bad", query.parameters)  # noqa: S608 our own text
        return [chain for (chain,) in cursor.fetchall()]


def _rows(
    pack: Pack, today: date, template: str, *, case: UUID | None = None, forces: Collection[UUID] = ()
) -> list[tuple[Any, ...]]:
    """Run every check of a pack in one statement, each wrapped in the template under its own index."""
    parts: list[str] = []
    parameters: dict[str, Any] = {"forces": list(forces)}
    for index, check in enumerate(pack.checks):
        query = compiled(pack, check, today=today, case=case)
        own = {name: f"{name}_{index}" for name in query.parameters}
        sql = query.sql % {name: f"%({unique})s" for name, unique in own.items()}
        parts.append(template.replace("{index}", str(index)).replace("{query}", sql))
        parameters |= {own[name]: value for name, value in query.parameters.items()}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return list(cursor.fetchall())
