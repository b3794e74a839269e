"""Guards as SQL: find recorded entries that break one, by any user and at any time.

A guard is passed to the database as JSON, and its conditions on answers as JSON paths. The SQL and
`policy.guards.is_broken` must agree; a test compares them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from handrail.policy.guards import Claim, Dated, Guard, Last
from handrail.policy.schema.obligations import Check
from handrail.policy.schema.pack import Pack

# Day on which an entry happened; and when its case reached the stage where it was taken.
ON = "(made.happened_at AT TIME ZONE (guard ->> 'zone'))::date"
MOVED = """SELECT {what} FROM ledger_entry came WHERE came.chain = made.chain AND came.number < made.number
           AND came.stage <> made.stage ORDER BY came.number DESC LIMIT 1"""
OPENED = "(SELECT opened_on FROM cases_case WHERE id = made.chain)"
MOVED_ON = MOVED.format(what="(came.happened_at AT TIME ZONE (guard ->> 'zone'))::date")
HERE = f"coalesce(({MOVED_ON}), {OPENED})"
# Date of birth like 2009-03-27, or its known part; then its first and its last possible day.
BORN = """(SELECT coalesce((SELECT told.what ->> 'born' FROM subjects_detail told
               WHERE told.subject_id = whose.subject_id AND told.kind = 'date-of-birth'
                   AND told.wrong_by IS NULL ORDER BY told.number DESC LIMIT 1),
               subject.date_of_birth::text, nullif(subject.born_in, ''))
           FROM cases_case whose JOIN subjects_subject subject ON subject.id = whose.subject_id
           WHERE whose.id = made.chain)"""
ABOUT = f"""(SELECT approximate_age + greatest(extract(year FROM age({ON}, opened_on)), 0)
            FROM cases_case whose JOIN subjects_subject subject ON subject.id = whose.subject_id
            WHERE whose.id = made.chain)"""  # noqa: S608 our own text
FIRST = "(told.born || right('-01-01', 10 - length(told.born)))::date"
LAST = f"""({FIRST} + CASE length(told.born) WHEN 4 THEN interval '1 year - 1 day'
            WHEN 7 THEN interval '1 month - 1 day' ELSE interval '0' END)::date"""
# OFFSET 0 keeps the planner from copying the subquery, and its row security, into each place of use.
TOLD_BORN = f"FROM (SELECT {BORN} AS born OFFSET 0) told"
AGED = f"""coalesce((SELECT extract(year FROM age({ON}, {{day}})) {TOLD_BORN}
            WHERE told.born IS NOT NULL), {ABOUT})"""  # noqa: S608 our own text
MOST, LEAST = AGED.format(day=FIRST), AGED.format(day=LAST)
WHOLE = f"(SELECT told.born::date {TOLD_BORN} WHERE length(told.born) = 10)"
BEFORE = "FROM ledger_entry earlier WHERE earlier.chain = made.chain AND earlier.number < made.number"
SAID_BEFORE = BEFORE.replace(
    "earlier WHERE", "earlier JOIN ledger_content told ON entry_id = earlier.id WHERE"
)
# A date among the answers; NULL where only a part of it is known.
TOLD = "CASE WHEN length({said}) = 10 THEN ({said})::date END"
OTHER = TOLD.format(said="said -> (dated ->> 'other') ->> 0")
OWN = TOLD.format(said="day #>> '{}'")
DAY = f"""CASE dated ->> 'other' WHEN 'act' THEN {ON} WHEN 'opened' THEN {OPENED} WHEN 'here' THEN {HERE}
          WHEN 'born' THEN {WHOLE} ELSE {OTHER} END"""

# Guards one by one, with what does not depend on an entry computed once.
GUARDS = """
    SELECT guard, ARRAY(SELECT jsonb_array_elements_text(guard -> 'steps')) AS steps,
        (guard ->> 'answers')::jsonpath AS answers
    FROM jsonb_array_elements(%(guards)s) guard OFFSET 0"""

# Applies to cases with an entry of a guarded step. Out of line: every condition of a guard holds. Cheap
# conditions come first, because most entries break no guard.
SQL = f"""
    SELECT chain, bool_or(broken) AS bad FROM (
        SELECT chain, false AS broken FROM ledger_entry
        WHERE act = ANY (ARRAY(SELECT unnest(steps) FROM ({GUARDS}) guards))
            AND EXISTS (SELECT FROM ledger_content WHERE entry_id = ledger_entry.id)
        UNION ALL
        SELECT made.chain, true
        FROM (
            SELECT of_step.*, content -> 'answers' AS said FROM (
                SELECT guard, answers, entry.*
                FROM ({GUARDS}) guards JOIN ledger_entry entry ON act = ANY (steps)
                    AND (guard -> 'outcomes' = '[]' OR coalesce(guard -> 'outcomes' ? outcome, false))
                    AND (guard -> 'stages' = '[]' OR guard -> 'stages' ? stage) OFFSET 0) of_step
            JOIN ledger_content ON entry_id = of_step.id AND jsonb_path_exists(content -> 'answers', answers)
                AND (guard ->> 'unless' IS NULL OR content -> 'answers' -> (guard ->> 'unless') IS NULL)
            OFFSET 0) made
        WHERE (guard -> 'dates' = '[]' OR NOT EXISTS (
                SELECT FROM jsonb_array_elements(guard -> 'dates') dated
                WHERE NOT coalesce((
                    SELECT bool_or(CASE WHEN (dated ->> 'before')::boolean
                        THEN {OWN} < other ELSE {OWN} > other END)
                    FROM (SELECT {DAY} AS other OFFSET 0) compared,
                        jsonb_path_query(said, (dated ->> 'path')::jsonpath) day), false)))
            AND (guard -> 'months' = 'null'
                OR {ON} < ({HERE} + make_interval(months => (guard ->> 'months')::int))::date)
            AND (guard -> 'not_taken_here' = '[]' OR NOT EXISTS (
                SELECT {BEFORE} AND guard -> 'not_taken_here' ? earlier.act
                AND earlier.number > coalesce(({MOVED.format(what="came.number")}), 0)))
            AND (guard -> 'taken' = '[]' OR EXISTS (SELECT {BEFORE} AND guard -> 'taken' ? earlier.act))
            AND (guard -> 'not_taken' = '[]'
                OR NOT EXISTS (SELECT {BEFORE} AND guard -> 'not_taken' ? earlier.act))
            AND (guard -> 'reached' = '[]' OR guard -> 'reached' ? made.stage
                OR EXISTS (SELECT {BEFORE} AND guard -> 'reached' ? earlier.stage))
            AND (guard -> 'not_reached' = '[]' OR NOT (guard -> 'not_reached' ? made.stage)
                AND NOT EXISTS (SELECT {BEFORE} AND guard -> 'not_reached' ? earlier.stage))
            AND (guard -> 'ever' = '[]' OR NOT EXISTS (
                SELECT FROM jsonb_array_elements(guard -> 'ever') claim
                WHERE NOT EXISTS (
                    SELECT {SAID_BEFORE} AND jsonb_path_exists(
                        told.content -> 'answers', (claim ->> 'path')::jsonpath)
                        = (claim ->> 'wanted')::boolean)))
            AND (guard -> 'last' = '[]' OR NOT EXISTS (
                SELECT FROM jsonb_array_elements(guard -> 'last') claim
                WHERE coalesce((
                    SELECT jsonb_path_exists(told.content -> 'answers', (claim ->> 'path')::jsonpath)
                    {SAID_BEFORE} AND jsonb_path_exists(
                        told.content -> 'answers', (claim ->> 'any')::jsonpath)
                    ORDER BY earlier.number DESC LIMIT 1), false) <> (claim ->> 'wanted')::boolean))
            AND (guard -> 'under' = 'null' OR coalesce({MOST} < (guard ->> 'under')::int, false))
            AND (guard -> 'from' = 'null' OR coalesce({LEAST} >= (guard ->> 'from')::int, false))
    ) found GROUP BY chain"""  # noqa: S608 our own text


def of_check(pack: Pack, check: Check) -> list[dict[str, Any]]:
    """Return the guards of a check as the query reads them."""
    return [_guard(pack.guard_by_id[id_]) for id_ in check.guards]


def _guard(guard: Guard) -> dict[str, Any]:
    names = ("steps", "outcomes", "stages", "taken", "not_taken", "not_taken_here", "reached", "not_reached")
    return {name: list(getattr(guard, name)) for name in names} | {
        "unless": guard.unless,
        "answers": _all_of(guard.answers, guard.dates),
        "ever": [_claim(claim) for claim in guard.ever],
        "last": [_last(last) for last in guard.last],
        "dates": [_dated(dated) for dated in guard.dates],
        "months": guard.sooner_than_months,
        "under": guard.under_age,
        "from": guard.from_age,
        "zone": settings.TIME_ZONE,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    path = _path(claim.question, claim.ask, claim.item)
    return {"path": _any_of([path], claim.is_ or claim.is_not), "wanted": not claim.is_not}


def _all_of(claims: Iterable[Claim], dates: Iterable[Dated]) -> str:
    """Return the JSON path that matches an entry whose answers meet these claims and have these dates."""
    tests = [f"exists(@{_path(dated.question, dated.ask)})" for dated in dates]
    for claim in claims:
        path = _path(claim.question, claim.ask, claim.item)
        found = f"exists(@ ? ({_one_of([path], claim.is_ or claim.is_not)}))"
        tests.append(f"!{found}" if claim.is_not else found)
    return f"$ ? ({' && '.join(tests)})" if tests else "$"


def _last(last: Last) -> dict[str, Any]:
    paths = [_path(question) for question in last.questions]
    return {
        "any": _any_of(paths, ()),
        "path": _any_of(paths, last.is_ or last.is_not),
        "wanted": not last.is_not,
    }


def _dated(dated: Dated) -> dict[str, Any]:
    path = "$" + _path(dated.question, dated.ask)
    return {"path": path, "before": dated.before is not None, "other": dated.other}


def _path(question: str, ask: str | None = None, item: str | None = None) -> str:
    """Return the path of an answer; for a question asked for each item, of one item or of any."""
    inner = (f'."{item}"' if item else ".*") + f'."{ask}"' if ask else ""
    return f'."{question}"{inner}[*]'


def _any_of(paths: Iterable[str], values: Sequence[str]) -> str:
    """Return the JSON path that matches if one of these answers has one of these values, or any value."""
    return f"$ ? ({_one_of(paths, values)})"


def _one_of(paths: Iterable[str], values: Sequence[str]) -> str:
    """Return the path condition that one of these answers has one of these values; without values, exists."""
    if values:
        tests = [f"@{path} == {json.dumps(value)}" for path in paths for value in values]
    else:
        tests = [f"exists(@{path})" for path in paths]
    return " || ".join(tests)
