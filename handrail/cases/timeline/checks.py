"""The checks of a pack as SQL: over one case they are its banner, over all of them the assurance report.

Each kind of check is one query that gives a row `(chain, bad)` for every case that it applies to. The same
query serves both uses. For one case it reads that case's rows, set aside under the names of their tables; for
all of them it is a function of the database, because nobody who asks sees every case.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from handrail.cases.engine.register_limits import Kept, limits_kept
from handrail.cases.models import Case, CaseQuerySet
from handrail.cases.timeline import guarded
from handrail.cases.timeline.factors import planning_steps, steps_with
from handrail.policy.schema.obligations import Check, CheckKind
from handrail.policy.schema.pack import Pack

# What a check can be about, in the order in which the database's functions take it.
PARAMETERS = {
    "step": "text",
    "before": "text",
    "stage": "text",
    "limit": "text",
    "limits": "text[]",
    "signing": "text",
    "outcome": "text",
    "question": "text",
    "follow_up": "text",
    "days": "int",
    "today": "date",
    "pack": "text",
    "factors": "jsonb",
    "guards": "jsonb",
}

SQL: dict[CheckKind, str] = {
    # Cases in which `before` was taken; out of line where `step` was not taken earlier.
    CheckKind.TAKEN_BEFORE: """
        SELECT reached.chain, coalesce(earlier.number > reached.number, true) AS bad
        FROM (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
              WHERE act = %(before)s ORDER BY chain, number) reached
        LEFT JOIN (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
                   WHERE act = %(step)s ORDER BY chain, number) earlier ON earlier.chain = reached.chain""",
    # Cases that are or were at a stage; out of line where the step was not taken there in time.
    CheckKind.TAKEN_WHILE: """
        SELECT chain, bool_and(act IS DISTINCT FROM %(step)s) AND NOT bool_or(in_time) AS bad
        FROM (SELECT chain, act, false AS in_time FROM ledger_entry WHERE stage = %(stage)s
              UNION ALL
              SELECT id, NULL, id IN (SELECT case_id FROM cases_deadline
                                      WHERE limit_id = ANY(%(limits)s) AND ended IS NULL AND due >= %(today)s)
              FROM cases_case WHERE stage_id = %(stage)s) there
        GROUP BY chain""",
    # Cases for which the limit ran; out of line where it ended late, or runs on past its day.
    CheckKind.WITHIN_LIMIT: """
        SELECT case_id AS chain, bool_or(CASE
            WHEN ended IS NOT NULL THEN ended > due
            ELSE due < %(today)s AND case_id NOT IN (
                SELECT case_id FROM cases_deadline JOIN cases_case stopped ON stopped.id = case_id
                WHERE waiting_since <= due AND ended IS NULL AND limit_id = %(limit)s) END) AS bad
        FROM cases_deadline WHERE limit_id = %(limit)s GROUP BY case_id""",
    # Cases with a signed decision; out of line where decider and signatory are one person.
    CheckKind.SIGNED_BY_ANOTHER: """
        SELECT chain, bool_or(same) AS bad
        FROM (SELECT DISTINCT ON (signed.chain, signed.number) signed.chain, signed.actor = made.actor AS same
              FROM (SELECT chain, number, actor FROM ledger_entry WHERE act = %(signing)s) signed
              LEFT JOIN (SELECT chain, number, actor FROM ledger_entry WHERE act = %(step)s) made
                   ON made.chain = signed.chain AND made.number < signed.number
              ORDER BY signed.chain, signed.number, made.number DESC) pairs
        GROUP BY chain""",
    # Every case, or those in which the step was taken; out of line where an entry, or one of the step, was
    # recorded more than so many days after the day on which it happened, by the calendar here. Late entries
    # are indexed from one day on.
    CheckKind.RECORDED_WITHIN: """
        SELECT id AS chain, late IS NOT NULL AS bad
        FROM cases_case
        LEFT JOIN (SELECT DISTINCT chain AS late FROM ledger_entry
                   WHERE recorded_at - happened_at > interval '1 day'
                         AND (recorded_at AT TIME ZONE 'Europe/London')::date
                             - (happened_at AT TIME ZONE 'Europe/London')::date > %(days)s
                         AND (%(step)s IS NULL OR act = %(step)s)) found ON late = id
        WHERE pack_id = %(pack)s
              AND (%(step)s IS NULL OR id IN (SELECT chain FROM ledger_entry WHERE act = %(step)s))""",
    # Cases that are not closed; out of line where nobody in post is accountable. It says the same as
    # `Case.objects.owned_by_nobody_in_post`.
    CheckKind.OWNER_SET: """
        SELECT going.id AS chain, held.force IS NULL AS bad
        FROM (SELECT id, owner_id, force_id FROM cases_case
              WHERE closed_on IS NULL AND pack_id = %(pack)s) going
        LEFT JOIN (SELECT DISTINCT post.person_id,
                       CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END AS force
                   FROM organisations_post post
                   JOIN organisations_person person ON person.id = post.person_id AND person.is_active
                   JOIN organisations_organisation body ON body.id = post.organisation_id
                   WHERE post.since <= %(today)s AND (post.until IS NULL OR post.until >= %(today)s)) held
             ON held.person_id = owner_id AND held.force = force_id""",
    # Cases in which the step was taken, with this outcome if named; out of line without the answer.
    CheckKind.ANSWERED: """
        SELECT chain, bool_or(content -> 'answers' -> %(question)s IS NULL) AS bad
        FROM ledger_entry JOIN ledger_content ON entry_id = id
        WHERE act = %(step)s AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
        GROUP BY chain""",
    # Cases that were assessed and have left; out of line where a factor that the last assessment before the
    # exit found has no line in a plan that does something about it, and no reason in the exit. Entries are
    # found in the index of acts, and what one says is unpacked once.
    CheckKind.FACTORS_ANSWERED: """
        SELECT chain, CASE WHEN unexplained = '{}' THEN false ELSE NOT unexplained <@ ARRAY(
            SELECT line.key FROM ledger_entry plan JOIN ledger_content said ON said.entry_id = plan.id,
                jsonb_each(said.content -> 'answers' -> (%(factors)s ->> 'planned')) line
            WHERE plan.act = ANY (ARRAY(SELECT jsonb_array_elements_text(%(factors)s -> 'planning')))
                AND plan.chain = told.chain AND plan.number < told.number
                AND line.value ->> (%(factors)s ->> 'done') = 'yes') END AS bad
        FROM (
            SELECT chain, number, ARRAY(
                SELECT factor.key FROM jsonb_array_elements_text(%(factors)s -> 'questions') question,
                    jsonb_each(coalesce(found -> question, '{}')) factor
                WHERE factor.value ->> (%(factors)s ->> 'finding') = %(factors)s ->> 'present'
                    AND reasons -> factor.key IS NULL) AS unexplained
            FROM (
                SELECT gone.chain, gone.number, found.content -> 'answers' AS found,
                    exits.content -> 'answers' -> (%(factors)s ->> 'explained') AS reasons
                FROM (
                    SELECT DISTINCT ON (left_by.chain) left_by.*, assessed.id AS assessed
                    FROM (SELECT DISTINCT ON (chain) id, chain, number, outcome FROM ledger_entry
                          WHERE act = %(factors)s ->> 'left_by' ORDER BY chain, number DESC) left_by
                    JOIN ledger_entry assessed
                        ON assessed.chain = left_by.chain AND assessed.number < left_by.number
                    WHERE assessed.act = ANY (ARRAY(
                        SELECT jsonb_array_elements_text(%(factors)s -> 'assessing')))
                    ORDER BY left_by.chain, assessed.number DESC) gone
                JOIN ledger_content found ON found.entry_id = gone.assessed
                JOIN ledger_content exits ON exits.entry_id = gone.id
                WHERE gone.outcome = ANY (ARRAY(SELECT jsonb_array_elements_text(%(factors)s -> 'leaving')))
                OFFSET 0) said
            OFFSET 0) told""",
    # Cases in which this was asked; out of line where it ended late, is overdue, was not answered in time, or
    # was refused and left at that: for what is open the same as `FollowUp.objects.late`. A report that came
    # late stays late.
    CheckKind.FOLLOWED_UP: """
        SELECT case_id AS chain, bool_or(missed_on IS NOT NULL OR CASE
            WHEN ended_on IS NOT NULL THEN ended_on > due
            ELSE due < %(today)s OR refused_on IS NOT NULL OR accepted_on IS NULL AND answer_due < %(today)s
            END) AS bad
        FROM cases_followup WHERE kind_id = %(follow_up)s GROUP BY case_id""",
    # Cases with an entry of a guarded step; out of line where an entry broke a guard.
    CheckKind.GUARDED: guarded.SQL,
}

ONE_CASE = """
WITH cases_case AS MATERIALIZED (SELECT * FROM public.cases_case WHERE id = %(case)s),
cases_deadline AS MATERIALIZED (SELECT * FROM public.cases_deadline WHERE case_id = %(case)s),
cases_followup AS MATERIALIZED (SELECT * FROM public.cases_followup WHERE case_id = %(case)s),
ledger_entry AS MATERIALIZED (SELECT * FROM public.ledger_entry WHERE chain = %(case)s),
ledger_content AS MATERIALIZED (
    SELECT * FROM public.ledger_content WHERE entry_id IN (SELECT id FROM ledger_entry)),
subjects_subject AS MATERIALIZED (
    SELECT * FROM public.subjects_subject WHERE id IN (SELECT subject_id FROM cases_case)),
subjects_detail AS MATERIALIZED (
    SELECT * FROM public.subjects_detail WHERE subject_id IN (SELECT subject_id FROM cases_case))
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """How many cases, and matters of a register, a check of a pack applies to, and how many are out of line.

    `matters` are those out of line that stand in a register.
    """

    check: Check
    applies: int
    out_of_line: int
    pack: Pack
    matters: int = 0

    @property
    def cases(self) -> int:
        """How many cases are out of line."""
        return self.out_of_line - self.matters

    @property
    def register(self) -> str:
        """The register in which the matters stand; empty for a check of cases alone."""
        limit = self.pack.limit_by_id.get(self.check.limit or "")
        return (self.pack.step_by_id[limit.step].in_register or "") if limit else ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A check with what it is asked about, and the packs that ask it so."""

    check: Check
    parameters: dict[str, Any]
    packs: list[str]


# The kinds that read what entries say, and what the functions are said to give and to cost.
READS_CONTENT = frozenset({CheckKind.ANSWERED, CheckKind.FACTORS_ANSWERED, CheckKind.GUARDED})
ROWS, COST, DEAR = 50_000, 50_000, 500_000

# The kinds whose query keeps to the cases of one pack by itself.
OF_ONE_PACK = frozenset({CheckKind.RECORDED_WITHIN, CheckKind.OWNER_SET})


def out_of_line(case: Case, *, today: date | None = None) -> list[Check]:
    """The checks that a case is out of line with, in one query."""
    pack = case.pack
    asked, about = _of_one_case(pack)
    found = _rows(asked, about | {"case": case.pk, "today": today or timezone.localdate()})
    return [pack.checks[place] for (place,) in sorted(found)]


# What is the same for every check of a pack; all else differs from check to check.
SHARED = frozenset({"today", "pack"})
OWN = {name: kind for name, kind in PARAMETERS.items() if name not in SHARED}

_made: dict[str, tuple[Pack, str, dict[str, Any]]] = {}


def _of_one_case(pack: Pack) -> tuple[str, dict[str, Any]]:
    """Every check of a pack as one statement about a case on a day, and its parameters; made once."""
    made = _made.get(pack.id)
    if made is None or made[0] is not pack:
        made = _made[pack.id] = (pack, *_make_of_one_case(pack))
    return made[1:]


def _make_of_one_case(pack: Pack) -> tuple[str, dict[str, Any]]:
    """The query of each kind once, asked for each check of that kind: a page plans and begins few of them."""
    parameters: dict[str, Any] = {"pack": pack.id}
    parts = []
    for kind in dict.fromkeys(check.kind for check in pack.checks):
        own = [name for name in OWN if f"%({name})s" in SQL[kind]]
        about = {place: _about(pack, check) for place, check in enumerate(pack.checks) if check.kind is kind}
        asked = [{"place": place} | {name: said[name] for name in own} for place, said in about.items()]
        parameters[kind.name] = json.dumps(asked)
        columns = ", ".join(["place int", *(f'"{name}" {OWN[name]}' for name in own)])
        places = {name: f"%({name})s::{PARAMETERS[name]}" for name in SHARED} | {
            name: f'asked."{name}"' for name in own
        }
        parts.append(
            f"SELECT place FROM jsonb_to_recordset(%({kind.name})s::jsonb) asked({columns}),"  # noqa: S608 our own text
            f" LATERAL ({SQL[kind] % places}) q WHERE bad"
        )
    return ONE_CASE + " UNION ALL ".join(parts), parameters


def report(*packs: Pack, forces: Collection[UUID] | None = None, today: date | None = None) -> list[Finding]:
    """For every check of these packs: how many of their cases it applies to and how many are out of line.

    A check that several packs have is told once, over the cases of all of them, in the words of the first. It
    counts the cases in these forces, or all, that who asks sees. A restricted one is in no count, also not
    for those who see it: a report is passed on.
    """
    today = today or timezone.localdate()
    questions = _questions(packs)
    parameters: dict[str, Any] = {"forces": list(forces or ())}
    for place, question in enumerate(questions):
        parameters |= _placed(question.parameters, today, place)
        parameters[f"packs_{place}"] = question.packs
    asked = " UNION ALL ".join(
        f"SELECT q.*, %(packs_{place})s::text[] AS packs FROM ({_asked(question.check, place)}) q"  # noqa: S608
        for place, question in enumerate(questions)
    )
    here = "" if forces is None else "AND force_id = ANY(%(forces)s)"
    rows = _rows(
        f"SELECT place, count(*), count(*) FILTER (WHERE bad) FROM ({asked}) q"  # noqa: S608 our own text
        f" JOIN cases_case ON id = chain AND NOT restricted AND pack_id = ANY(packs) {here} GROUP BY place",
        parameters,
    )
    found = _findings(packs, questions, {place: (applies, bad) for place, applies, bad in rows})
    return _with_matters(found, packs, forces, today)


def _with_matters(
    findings: list[Finding], packs: Collection[Pack], forces: Collection[UUID] | None, today: date
) -> list[Finding]:
    """The findings with the matters of registers for which the limits of the checks run or ran."""
    limits = {finding.check.limit for finding in findings if finding.register}
    counts = limits_kept(limits, [pack.id for pack in packs], forces, today) if limits else {}
    return [_with_counts(finding, counts.get(finding.check.limit or "")) for finding in findings]


def _with_counts(finding: Finding, kept: Kept | None) -> Finding:
    if kept is None:
        return finding
    applies, bad = finding.applies + kept.applies, finding.out_of_line + kept.late
    return replace(finding, applies=applies, out_of_line=bad, matters=kept.late)


def _questions(packs: Collection[Pack]) -> list[_Asked]:
    """Every check of these packs once for each thing that it is asked about."""
    found: dict[str, _Asked] = {}
    for pack in packs:
        for check in pack.checks:
            about = _about(pack, check)
            if check.kind not in OF_ONE_PACK:
                about["pack"] = ""
            same = found.setdefault(f"{check.id} {check.kind} {about}", _Asked(check, about, []))
            same.packs.append(pack.id)
    return list(found.values())


def _findings(
    packs: Collection[Pack], questions: list[_Asked], counts: dict[int, tuple[int, int]]
) -> list[Finding]:
    """One finding for each check, however many questions it took."""
    found = []
    first = {check.id: (pack, check) for pack in reversed(list(packs)) for check in pack.checks}
    for id_ in dict.fromkeys(check.id for pack in packs for check in pack.checks):
        pack, check = first[id_]
        own = [counts.get(place, (0, 0)) for place, q in enumerate(questions) if q.check.id == id_]
        found.append(Finding(check, sum(applies for applies, _ in own), sum(bad for _, bad in own), pack))
    return found


COUNTED = "chain NOT IN (SELECT id FROM cases_case WHERE restricted)"


def cases_out_of_line(pack: Pack, check: Check, *, today: date | None = None) -> list[UUID]:
    """The ids of the cases that are out of line with one check, whether who asks sees them or not.

    Restricted ones that they see are left out, as in the report.
    """
    parameters = _placed(_about(pack, check), today or timezone.localdate(), 0)
    asked = f"SELECT chain FROM ({_asked(check, 0)}) q WHERE bad AND {COUNTED}"  # noqa: S608 our own text
    return [chain for (chain,) in _rows(asked, parameters)]


def out_of_line_with(cases: CaseQuerySet, check_id: str, packs: Collection[Pack]) -> CaseQuerySet:
    """Those of these cases that are out of line with a check of their own pack."""
    condition = Q(pk__in=[])
    for pack in packs:
        if check := pack.check_by_id.get(check_id):
            condition |= Q(pack_id=pack.id, pk__in=cases_out_of_line(pack, check))
    return cases.filter(condition)


def functions() -> list[str]:
    """The statements that make a function of the database for each kind of check.

    The functions pass over row security, and tell ids and whether each is out of line, nothing else. By what
    they are said to cost the database shares them among its workers, those that read what entries say first.
    """
    places = {name: f"${place}" for place, name in enumerate(PARAMETERS, 1)}
    return [
        f"CREATE OR REPLACE FUNCTION {function_of(kind)}({', '.join(PARAMETERS.values())})"
        " RETURNS TABLE (chain uuid, bad boolean) LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER"
        f" ROWS {ROWS} COST {DEAR if kind in READS_CONTENT else COST}"
        f" SET search_path = public, pg_temp AS $check${query % places}$check$"
        for kind, query in SQL.items()
    ]


def function_of(kind: CheckKind) -> str:
    """The name of the function that asks a kind of check of every case."""
    return f"checks_{kind.value.replace('-', '_')}"


def _asked(check: Check, place: int) -> str:
    """The call of a check's function, with the check's place in its pack."""
    given = ", ".join(f"%({name}_{place})s::{kind}" for name, kind in PARAMETERS.items())
    return f"SELECT {place} AS place, chain, bad FROM {function_of(check.kind)}({given})"  # noqa: S608


def _placed(about: dict[str, Any], today: date, place: int) -> dict[str, Any]:
    """What a check is about on a day, each parameter under its name and the check's place in its pack."""
    told = about | {"today": today}
    written = {name: json.dumps(told[name]) for name, kind in PARAMETERS.items() if kind == "jsonb"}
    return {f"{name}_{place}": value for name, value in (told | written).items()}


def _about(pack: Pack, check: Check) -> dict[str, Any]:
    """What a check is about, by the names of PARAMETERS, without the day."""
    return {
        "step": check.step,
        "before": check.before,
        "stage": check.stage,
        "limit": check.limit,
        "limits": [limit.id for limit in pack.limits if limit.step == check.step],
        "signing": next((step.id for step in pack.steps if step.signs == check.step), None),
        "outcome": check.outcome,
        "question": check.question,
        "follow_up": check.follow_up,
        "days": check.days,
        "pack": pack.id,
        "factors": _factors(pack),
        "guards": guarded.of_check(pack, check),
    }


def _factors(pack: Pack) -> dict[str, Any]:
    """Where the factors of a pack's cases are found, planned for and explained, as the query reads it."""
    factors = pack.factors
    if factors is None:
        return {}
    exits = pack.step_by_id[factors.left_by].outcomes
    return factors.model_dump(exclude={"source", "note"}) | {
        "assessing": steps_with(pack, factors.assessed),
        "planning": planning_steps(pack),
        "leaving": [outcome.id for outcome in exits if outcome.signed_off],
    }


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
