"""SQL of each kind of check, and the database functions made from them.

A query returns a row `(chain, bad)` for every case, organisation or other record that the check applies to.
Rooms above can register kinds of their own.
"""

from handrail.cases.timeline import guard_queries
from handrail.policy.names import REGISTERED, refuse_unfit
from handrail.policy.schema.obligations import CheckKind
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kind_named

LONGEST = 63 - len("checks_")  # PostgreSQL cuts off the name of a function after 63 bytes

# Parameters of a check, in the order of the database functions.
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
    "obligation": "text",
    "bodies": "text",
    "days": "int",
    "today": "date",
    "pack": "text",
    "factors": "jsonb",
    "guards": "jsonb",
}

SQL: dict[str, str] = {
    # Applies to cases in which `before` was taken. Out of line: `step` was not taken earlier.
    CheckKind.TAKEN_BEFORE: """
        SELECT reached.chain, coalesce(earlier.number > reached.number, true) AS bad
        FROM (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
              WHERE act = %(before)s ORDER BY chain, number) reached
        LEFT JOIN (SELECT DISTINCT ON (chain) chain, number FROM ledger_entry
                   WHERE act = %(step)s ORDER BY chain, number) earlier ON earlier.chain = reached.chain""",
    # Applies to cases that are or were at a stage. Out of line: the step was not taken there in time.
    CheckKind.TAKEN_WHILE: """
        SELECT chain, bool_and(act IS DISTINCT FROM %(step)s) AND NOT bool_or(in_time) AS bad
        FROM (SELECT chain, act, false AS in_time FROM ledger_entry WHERE stage = %(stage)s
              UNION ALL
              SELECT id, NULL, id IN (SELECT case_id FROM cases_deadline
                                      WHERE limit_id = ANY(%(limits)s) AND ended IS NULL AND due >= %(today)s)
              FROM cases_case WHERE stage_id = %(stage)s) there
        GROUP BY chain""",
    # Applies to cases for which the limit ran. Out of line: it ended late, or is overdue and not paused.
    CheckKind.WITHIN_LIMIT: """
        SELECT case_id AS chain, bool_or(CASE
            WHEN ended IS NOT NULL THEN ended > due
            ELSE due < %(today)s AND case_id NOT IN (
                SELECT case_id FROM cases_deadline JOIN cases_case stopped ON stopped.id = case_id
                WHERE waiting_since <= due AND ended IS NULL AND limit_id = %(limit)s) END) AS bad
        FROM cases_deadline WHERE limit_id = %(limit)s GROUP BY case_id""",
    # Applies to cases with a signed decision. Out of line: one person both decided and signed off.
    CheckKind.SIGNED_BY_ANOTHER: """
        SELECT chain, bool_or(same) AS bad
        FROM (SELECT DISTINCT ON (signed.chain, signed.number) signed.chain, signed.actor = made.actor AS same
              FROM (SELECT chain, number, actor FROM ledger_entry WHERE act = %(signing)s) signed
              LEFT JOIN (SELECT chain, number, actor FROM ledger_entry WHERE act = %(step)s) made
                   ON made.chain = signed.chain AND made.number < signed.number
              ORDER BY signed.chain, signed.number, made.number DESC) pairs
        GROUP BY chain""",
    # Applies to every case, or those in which the step was taken. Out of line: an entry, or one of the step,
    # was recorded more than `days` days after the day on which it happened, in local time. The index holds
    # entries recorded at least a day late.
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
    # Applies to cases that are not closed. Out of line: the owner holds no post in the force, or there is
    # none. `Case.objects.owned_by_nobody_in_post` says this in Django.
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
    # Applies to cases in which the step was taken, with this outcome if given. Out of line: no answer to the
    # question.
    CheckKind.ANSWERED: """
        SELECT chain, bool_or(content -> 'answers' -> %(question)s IS NULL) AS bad
        FROM ledger_entry JOIN ledger_content ON entry_id = id
        WHERE act = %(step)s AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
        GROUP BY chain""",
    # Applies to assessed cases after their exit. Out of line: a factor found by the last assessment before
    # the exit has no active line in a plan and no reason in the exit. The nested queries find entries by the
    # index of acts and unpack each content once.
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
    # Applies to cases with a follow-up of this kind. Out of line: it ended late, is overdue, was not answered
    # in time, or was refused; for open ones as in `FollowUp.objects.late`. A late report stays late.
    CheckKind.FOLLOWED_UP: """
        SELECT case_id AS chain, bool_or(missed_on IS NOT NULL OR CASE
            WHEN ended_on IS NOT NULL THEN ended_on > due
            ELSE due < %(today)s OR refused_on IS NOT NULL OR accepted_on IS NULL AND answer_due < %(today)s
            END) AS bad
        FROM cases_followup WHERE kind_id = %(follow_up)s GROUP BY case_id""",
    # Applies to cases with an entry of a guarded step. Out of line: an entry broke a guard.
    CheckKind.GUARDED: guard_queries.SQL,
    # Applies to organisations of the kind that has the obligation. Out of line: it was met late, is late now,
    # or has no deadline, so that nobody knows.
    CheckKind.OBLIGATION_MET: """
        SELECT body.id AS chain, NOT bool_or(d.id IS NOT NULL AND d.ended IS NULL)
            OR bool_or(coalesce(d.ended, %(today)s) > d.due) AS bad
        FROM organisations_organisation body
        LEFT JOIN records_recorddeadline d ON d.record = body.id AND d.limit_id = %(obligation)s
        WHERE body.kind = %(bodies)s GROUP BY body.id""",
}

# Kinds of check that are not about cases: each with ORGANISATION or the name of a kind of record.
ABOUT: dict[str, str] = {CheckKind.OBLIGATION_MET: ORGANISATION}


def register(kind: str, sql: str, about: str, needs: tuple[str, ...] = ()) -> None:
    """Register a kind of check: its query, the kind of record its rows are about, and the keys it needs.

    `sql` returns rows `(chain, bad)` and uses the names in PARAMETERS. `about` is the name of a kind of
    record, or ORGANISATION. `handrail up` creates the database function. Raises ValueError for a bad name,
    and for one that another query has.
    """
    refuse_unfit(kind, LONGEST)
    if about != ORGANISATION:
        kind_named(about)
    if SQL.setdefault(kind, sql) != sql:
        raise ValueError(f"There is a kind of check “{kind}” already.")
    ABOUT[kind] = about
    REGISTERED.checks[kind] = needs


# Kinds that read the content of entries, and the planner's estimates for all functions.
READS_CONTENT = frozenset({CheckKind.ANSWERED, CheckKind.FACTORS_ANSWERED, CheckKind.GUARDED})
ROWS, COST, DEAR = 50_000, 50_000, 500_000


def functions() -> list[str]:
    """Return the statements that create a database function for each kind of check.

    The functions bypass row security and return nothing but ids, each with whether the record is out of line.
    The costs make PostgreSQL share the functions among parallel workers, beginning with those that read
    content.
    """
    places = {name: f"${place}" for place, name in enumerate(PARAMETERS, 1)}
    return [
        f"CREATE OR REPLACE FUNCTION {function_of(kind)}({', '.join(PARAMETERS.values())})"
        " RETURNS TABLE (chain uuid, bad boolean) LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER"
        f" ROWS {ROWS} COST {DEAR if kind in READS_CONTENT else COST}"
        f" SET search_path = public, pg_temp AS $check${query % places}$check$"
        for kind, query in SQL.items()
    ]


def function_of(kind: str) -> str:
    """Return the name of a check's database function."""
    return f"checks_{kind.replace('-', '_')}"
