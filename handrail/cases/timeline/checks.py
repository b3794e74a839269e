"""Checks of a pack: the banner of one case, and the assurance report over all cases.

One query (`check_queries`) serves both. For one case it reads the case's rows, materialised under the names
of their tables. For all cases it runs in a database function, because no user sees every case.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from handrail.cases.engine.register_limits import Kept, limits_kept
from handrail.cases.models import Case, CaseQuerySet
from handrail.cases.timeline import guard_queries
from handrail.cases.timeline.check_queries import ABOUT, PARAMETERS, SQL, function_of
from handrail.cases.timeline.factors import planning_steps, steps_with
from handrail.policy.schema.obligations import Check, CheckKind
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.register_entry import register_of
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kind_named
from handrail.records.obligations import event_named

NONE_ASKED = "There are no checks in the policy of this case."
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
    """Result of a check: to how many records it applies, and how many are out of line.

    `register_entries` counts register entries out of line; `others` names organisations and records of other
    kinds. `not_asked` says why part of the check was not run: then the absence of findings is no all-clear.
    """

    check: Check
    applies: int
    out_of_line: int
    pack: Pack
    register_entries: int = 0
    others: tuple[str, ...] = ()
    not_asked: str = ""

    @property
    def cases(self) -> int:
        """Number of cases out of line."""
        return self.out_of_line - self.register_entries - len(self.others)

    @property
    def register(self) -> str:
        """Id of the register of the check's limit; "" for a check of cases alone."""
        limit = self.pack.limit_by_id.get(self.check.limit or "")
        return (register_of(self.pack.step_by_id[limit.step]) or "") if limit else ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A check with its parameters, and the ids of the packs that have it with equal parameters."""

    check: Check
    parameters: dict[str, Any]
    packs: list[str]


# Kinds whose query filters by pack itself.
OF_ONE_PACK = frozenset({CheckKind.RECORDED_WITHIN, CheckKind.OWNER_SET})


def out_of_line(case: Case, *, today: date | None = None) -> list[Check]:
    """Return the checks that a case is out of line with, by one query, or by none where nothing is asked."""
    pack = case.pack
    if not asks_of_cases(pack):
        return []
    asked, about = _of_one_case(pack)
    found = _rows(asked, about | {"case": case.pk, "today": today or timezone.localdate()})
    return [pack.checks[place] for (place,) in sorted(found)]


# Parameters that are equal for all checks of a pack; the others differ by check.
SHARED = frozenset({"today", "pack"})
OWN = {name: kind for name, kind in PARAMETERS.items() if name not in SHARED}

_made: dict[str, tuple[Pack, str, dict[str, Any]]] = {}


def _of_one_case(pack: Pack) -> tuple[str, dict[str, Any]]:
    """Return the SQL of all checks of a pack for one case, and its parameters; cached."""
    made = _made.get(pack.id)
    if made is None or made[0] is not pack:
        made = _made[pack.id] = (pack, *_make_of_one_case(pack))
    return made[1:]


def _make_of_one_case(pack: Pack) -> tuple[str, dict[str, Any]]:
    """Build one subquery for each kind, joined to its checks: PostgreSQL then plans few of them."""
    parameters: dict[str, Any] = {"pack": pack.id}
    parts = []
    for kind in dict.fromkeys(check.kind for check in _of_cases(pack.checks)):
        own = [name for name in OWN if f"%({name})s" in SQL[kind]]
        about = {
            place: _parameters_of(pack, check)
            for place, check in enumerate(pack.checks)
            if check.kind == kind
        }
        asked = [{"place": place} | {name: said[name] for name in own} for place, said in about.items()]
        parameters[function_of(kind)] = json.dumps(asked)
        columns = ", ".join(["place int", *(f'"{name}" {OWN[name]}' for name in own)])
        places = {name: f"%({name})s::{PARAMETERS[name]}" for name in SHARED} | {
            name: f'asked."{name}"' for name in own
        }
        parts.append(
            f"SELECT place FROM jsonb_to_recordset(%({function_of(kind)})s::jsonb) asked({columns}),"  # noqa: S608 our own text
            f" LATERAL ({SQL[kind] % places}) q WHERE bad"
        )
    return ONE_CASE + " UNION ALL ".join(parts), parameters


def report(*packs: Pack, forces: Collection[UUID] | None = None, today: date | None = None) -> list[Finding]:
    """Return for every check of these packs the number of cases it applies to, and of those out of line.

    A check that several packs have is one finding over the cases of all of them, in the words of the first
    pack. Counted are cases in `forces`, or in all, that the user may see. Restricted cases are never counted,
    since a report is passed on.
    """
    today = today or timezone.localdate()
    questions = [question for question in _questions(packs) if question.check.kind not in ABOUT]
    counts = _counted(questions, forces, today) if questions else {}
    found = _with_register_entries(_findings(packs, questions, counts), packs, forces, today)
    return [_of_others(one, forces, today) if one.check.kind in ABOUT else one for one in found]


def _counted(
    questions: list[_Asked], forces: Collection[UUID] | None, today: date
) -> dict[int, tuple[int, int]]:
    """Return how many cases each question applies to, and how many of them are out of line, by its place."""
    parameters: dict[str, Any] = {"forces": list(forces or ())}
    for place, question in enumerate(questions):
        parameters |= _numbered(question.parameters, today, place)
        parameters[f"packs_{place}"] = question.packs
    asked = " UNION ALL ".join(
        f"SELECT q.*, %(packs_{place})s::text[] AS packs FROM ({_call(question.check, place)}) q"  # noqa: S608
        for place, question in enumerate(questions)
    )
    here = "" if forces is None else "AND force_id = ANY(%(forces)s)"
    rows = _rows(
        f"SELECT place, count(*), count(*) FILTER (WHERE bad) FROM ({asked}) q"  # noqa: S608 our own text
        f" JOIN cases_case ON id = chain AND NOT restricted AND pack_id = ANY(packs) {here} GROUP BY place",
        parameters,
    )
    return {place: (applies, bad) for place, applies, bad in rows}


def asks_of_cases(pack: Pack) -> bool:
    """Return whether a pack has checks of cases; without any, no finding is no all-clear."""
    return bool(_of_cases(pack.checks))


def _of_cases(checks: Iterable[Check]) -> list[Check]:
    """Return the checks that are about cases."""
    return [check for check in checks if check.kind not in ABOUT]


def _of_others(finding: Finding, forces: Collection[UUID] | None, today: date) -> Finding:
    """Return a finding completed for organisations or records of another kind, which are listed by name."""
    check, kind = finding.check, ABOUT[finding.check.kind]
    about = _parameters_of(finding.pack, check)
    if check.obligation and about["bodies"] is None:
        return replace(finding, not_asked="Nothing here records the event that keeps it.")
    table, place = _table_of(kind)
    here = "" if forces is None else f"AND ({place})"
    rows = _rows(
        f"SELECT bad, about.{_name_in(kind)} FROM ({_call(check, 0)}) q"  # noqa: S608 our own text
        f" JOIN {table} about ON about.id = chain {here} ORDER BY 2",
        _numbered(about, today, 0) | {"forces": list(forces or ())},
    )
    bad = tuple(str(name) for wrong, name in rows if wrong)
    return replace(finding, applies=len(rows), out_of_line=len(bad), others=bad)


def _table_of(kind: str) -> tuple[str, str]:
    """Return the table of a kind of record, and the SQL condition for the forces of a report."""
    if kind == ORGANISATION:
        here = "about.id = ANY(%(forces)s) OR about.parent_id = ANY(%(forces)s)"
        return "organisations_organisation", here
    return kind_named(kind).model._meta.db_table, "about.force_id = ANY(%(forces)s)"


def _name_in(kind: str) -> str:
    """Return the column that names a record of this kind in a finding."""
    return "name" if kind == ORGANISATION else "reference"


def _with_register_entries(
    findings: list[Finding], packs: Collection[Pack], forces: Collection[UUID] | None, today: date
) -> list[Finding]:
    """Return the findings with the register entries that their limits apply to added."""
    limits = {finding.check.limit for finding in findings if finding.register}
    counts = limits_kept(limits, [pack.id for pack in packs], forces, today) if limits else {}
    return [_with_counts(finding, counts.get(finding.check.limit or "")) for finding in findings]


def _with_counts(finding: Finding, kept: Kept | None) -> Finding:
    if kept is None:
        return finding
    applies, bad = finding.applies + kept.applies, finding.out_of_line + kept.late
    return replace(finding, applies=applies, out_of_line=bad, register_entries=kept.late)


def _questions(packs: Collection[Pack]) -> list[_Asked]:
    """Return every check of these packs once for each set of parameters."""
    found: dict[str, _Asked] = {}
    for pack in packs:
        for check in pack.checks:
            about = _parameters_of(pack, check)
            if check.kind not in OF_ONE_PACK:
                about["pack"] = ""
            same = found.setdefault(f"{check.id} {check.kind} {about}", _Asked(check, about, []))
            same.packs.append(pack.id)
    return list(found.values())


def _findings(
    packs: Collection[Pack], questions: list[_Asked], counts: dict[int, tuple[int, int]]
) -> list[Finding]:
    """Return one finding for each check, summed over its sets of parameters."""
    found = []
    first = {check.id: (pack, check) for pack in reversed(list(packs)) for check in pack.checks}
    for id_ in dict.fromkeys(check.id for pack in packs for check in pack.checks):
        pack, check = first[id_]
        own = [counts.get(place, (0, 0)) for place, q in enumerate(questions) if q.check.id == id_]
        found.append(Finding(check, sum(applies for applies, _ in own), sum(bad for _, bad in own), pack))
    return found


COUNTED = "chain NOT IN (SELECT id FROM cases_case WHERE restricted)"


def cases_out_of_line(pack: Pack, check: Check, *, today: date | None = None) -> list[UUID]:
    """Return ids of cases out of line with a check, including cases that the user may not see.

    Restricted cases are left out, as in the report.
    """
    parameters = _numbered(_parameters_of(pack, check), today or timezone.localdate(), 0)
    asked = f"SELECT chain FROM ({_call(check, 0)}) q WHERE bad AND {COUNTED}"  # noqa: S608 our own text
    return [chain for (chain,) in _rows(asked, parameters)]


def out_of_line_with(cases: CaseQuerySet, check_id: str, packs: Collection[Pack]) -> CaseQuerySet:
    """Filter to cases that are out of line with a check of their own pack."""
    condition = Q(pk__in=[])
    for pack in packs:
        check = pack.check_by_id.get(check_id)
        if check and check.kind not in ABOUT:
            condition |= Q(pack_id=pack.id, pk__in=cases_out_of_line(pack, check))
    return cases.filter(condition)


def _call(check: Check, place: int) -> str:
    """Return SQL that calls the function of a check, with the check's place among the questions."""
    given = ", ".join(f"%({name}_{place})s::{kind}" for name, kind in PARAMETERS.items())
    return f"SELECT {place} AS place, chain, bad FROM {function_of(check.kind)}({given})"  # noqa: S608


def _numbered(about: dict[str, Any], today: date, place: int) -> dict[str, Any]:
    """Return the parameters of a check on a day, each named with the check's place."""
    told = about | {"today": today}
    written = {name: json.dumps(told[name]) for name, kind in PARAMETERS.items() if kind == "jsonb"}
    return {f"{name}_{place}": value for name, value in (told | written).items()}


def _parameters_of(pack: Pack, check: Check) -> dict[str, Any]:
    """Return the parameters of a check by the names of PARAMETERS, without `today`."""
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
        "obligation": check.obligation,
        "bodies": _bodies(pack, check),
        "days": check.days,
        "pack": pack.id,
        "factors": _factors(pack),
        "guards": guard_queries.of_check(pack, check),
    }


def _bodies(pack: Pack, check: Check) -> str | None:
    """Return the kind of organisation that has the obligation of a check; None where no event keeps it."""
    obligation = pack.obligation_by_id.get(check.obligation or "")
    event = event_named(obligation.event) if obligation else None
    return event.of.value if event else None


def _factors(pack: Pack) -> dict[str, Any]:
    """Return where the factors of a pack are found, planned for and explained, as the query reads them."""
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
