"""Put into the database what `rows` declares. Runs as the owner, after every migration."""

from collections.abc import Sequence
from typing import LiteralString

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic
from psycopg import sql

from handrail.access.grant_kinds import changing, kinds
from handrail.cases import packs
from handrail.cases.models.rows import seen, worked
from handrail.cases.packs import safeguarding_steps
from handrail.cases.timeline import check_queries
from handrail.config import finding, watching
from handrail.config.conditions import held_today, may
from handrail.config.database import Role
from handrail.config.privileges import tables
from handrail.config.rows import Rows, of_table
from handrail.organisations import roles
from handrail.organisations.capabilities import Capability
from handrail.organisations.vetting import Vetting
from handrail.queue import jobs

ABLE = """
CREATE OR REPLACE FUNCTION access_able() RETURNS TABLE (person uuid, body uuid, force uuid, capability text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH may (role, capability) AS (VALUES {capabilities}),
today (day) AS (SELECT (now() AT TIME ZONE 'Europe/London')::date)
SELECT person.id, body.id, CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END, may.capability
FROM today, organisations_post post
JOIN organisations_person person ON person.id = post.person_id AND person.is_active
JOIN organisations_organisation body ON body.id = post.organisation_id
JOIN may USING (role)
WHERE since <= day AND (until IS NULL OR until >= day) AND vetting > {not_vetted} AND vetted_until >= day
$$
"""
# The condition that an office holder named by the grant `g` is in office today, with vetting in date.
IN_OFFICE = f"""(g.office = '' OR EXISTS (SELECT FROM organisations_post held
    JOIN organisations_person holder ON holder.id = held.person_id AND holder.is_active
    WHERE held.person_id = g.person_id AND held.role = g.office AND held.organisation_id = g.office_in_id
        AND {held_today("held")}))"""
# The grants and exclusions of a person as stored. `access.given` decides on its own which of them count now
# and by which post: the filters of the application and row security stay independent.
AS_WRITTEN = """
SELECT g.record, g.kind::text, g.stages::text[], g.organisation_id,
    extract(epoch FROM g.since)::float8, extract(epoch FROM g.until)::float8, g.office::text, g.office_in_id
FROM access_grant g
WHERE g.ended_at IS NULL AND (g.person_id = who OR g.organisation_id IN (
    SELECT organisation_id FROM organisations_post WHERE person_id = who))
UNION ALL
SELECT e.record, 'kept-from', '{}'::text[], NULL, extract(epoch FROM e.since)::float8, NULL, '', NULL
FROM access_exclusion e
WHERE e.person_id = who AND e.ended_at IS NULL
"""
GIVEN = """
CREATE OR REPLACE FUNCTION access_given(who uuid)
RETURNS TABLE (record uuid, kind text, stages text[], body uuid, since float8, until float8,
    office text, office_in uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
{as_written}
$$
"""
# plpgsql, because every page calls it and plpgsql keeps the plans of its statements.
ENTER = """
CREATE OR REPLACE FUNCTION access_enter(who uuid)
RETURNS TABLE (record uuid, kind text, stages text[], body uuid, since float8, until float8,
    office text, office_in uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
-- Planning what row security adds to a statement costs more than running it: plan each once a connection.
PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
-- What is read lies in memory, or on a disk that finds any page as quickly as the next.
PERFORM set_config('random_page_cost', '1.1', true);
PERFORM set_config('handrail.' || name, coalesce(value, ''), true) FROM (
WITH may (role, capability) AS (VALUES {capabilities}),
today (day) AS (SELECT (now() AT TIME ZONE 'Europe/London')::date),
held AS (
    SELECT post.role, post.vetting, body.id AS body,
        CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END AS force
    FROM today, organisations_post post
    JOIN organisations_person person ON person.id = post.person_id AND person.is_active
    JOIN organisations_organisation body ON body.id = post.organisation_id
    WHERE post.person_id = who AND since <= day AND (until IS NULL OR until >= day)
        AND vetting > {not_vetted} AND vetted_until >= day AND post.role IN ({roles})
),
can AS (SELECT body, force, capability FROM held JOIN may USING (role)),
given AS (
    SELECT record, kind, stages FROM access_grant
    WHERE ended_at IS NULL AND since <= clock_timestamp() AND (until IS NULL OR until > clock_timestamp())
        AND EXISTS (SELECT FROM can WHERE capability = 'BE_INVITED')
        AND (person_id = who OR organisation_id IN (SELECT body FROM can WHERE capability = 'BE_INVITED'))
        AND (office = '' OR EXISTS (SELECT FROM held
            WHERE held.role = access_grant.office AND held.body = access_grant.office_in_id))
),
left_behind (name, value) AS (
    SELECT 'person', who::text
    UNION ALL SELECT 'works', array_agg(DISTINCT force)::text FROM can WHERE capability = 'WORK_FORCE_CASES'
    UNION ALL SELECT 'own', array_agg(DISTINCT force)::text FROM can WHERE capability = 'WORK_OWN_CASES'
    UNION ALL SELECT 'councils', array_agg(DISTINCT body)::text FROM can
        WHERE capability = 'WORK_COUNCIL_CASES'
    UNION ALL SELECT 'safeguards', array_agg(DISTINCT force)::text FROM can WHERE capability = 'SAFEGUARD'
    UNION ALL SELECT DISTINCT 'safeguarding', ARRAY[{safeguarding}]::text[]::text FROM can
        WHERE capability = 'SAFEGUARD'
    UNION ALL SELECT 'oversees', array_agg(DISTINCT id)::text FROM (
        SELECT force AS id FROM can WHERE capability = 'OVERSEE_FORCE'
        UNION SELECT id FROM organisations_organisation
            WHERE parent_id IN (SELECT body FROM can WHERE capability = 'OVERSEE_REGION')) overseen
    UNION ALL SELECT 'registers', array_agg(DISTINCT force)::text FROM can
        WHERE capability = 'READ_REGISTERS'
    UNION ALL SELECT 'nation', max('true') FROM can WHERE capability = 'OVERSEE_NATION'
    UNION ALL SELECT 'vetting', max(vetting)::text FROM held
    UNION ALL SELECT 'bodies', array_agg(DISTINCT body)::text FROM can WHERE capability = 'BE_INVITED'
    UNION ALL SELECT 'may', ' ' || string_agg(DISTINCT capability, ' ') || ' ' FROM can
    UNION ALL SELECT 'granted', array_agg(DISTINCT record)::text FROM given WHERE stages = '{{}}'
    UNION ALL SELECT 'working', array_agg(DISTINCT record)::text FROM given
        WHERE stages = '{{}}' AND kind IN ({changing})
    UNION ALL SELECT 'named', array_agg(DISTINCT record)::text FROM given WHERE kind IN ({naming})
    UNION ALL SELECT 'invited', array_agg(DISTINCT record)::text FROM given WHERE stages <> '{{}}'
    UNION ALL SELECT 'parts', array_agg(DISTINCT record || ':' || stage)::text
        FROM given, unnest(stages) stage
    UNION ALL SELECT 'excluded', array_agg(kept.record)::text FROM (
        SELECT record FROM access_exclusion WHERE person_id = who AND ended_at IS NULL
        UNION SELECT redacted_id FROM cases_redaction JOIN access_exclusion ON record = case_id
            WHERE person_id = who AND ended_at IS NULL) kept
)
SELECT name, value FROM left_behind) worked_out;
RETURN QUERY {as_written};
END
$$
"""

# Narrow questions over rows that the user may not see. They return ids, which tell nothing until row
# security shows the rows.
CALLED = """
CREATE OR REPLACE FUNCTION subjects_called(words text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT id FROM subjects_subject
WHERE to_tsvector('simple'::regconfig, coalesce(found_under, '')) @@ words::tsquery
$$
"""
# Only details that are not marked wrong and not set apart, as `subjects.comparable` compares them.
CALLED_OTHERWISE = """
CREATE OR REPLACE FUNCTION subjects_called_otherwise(words text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT id FROM subjects_detail
WHERE found_under <> '' AND wrong_by IS NULL AND NOT apart
    AND to_tsvector('simple'::regconfig, coalesce(found_under, '')) @@ words::tsquery
$$
"""
# The source reference of a referral, with `organisations.folding`'s keys: with and without leading noughts.
SOURCE = "normalize(source_reference, NFKC)"
SOURCE_KEY = f"upper(regexp_replace({SOURCE}, '[^A-Za-z0-9]+', '', 'g'))"
WITHOUT_NOUGHTS = rf"regexp_replace({SOURCE}, '(^|[^0-9])0+([0-9])', '\1\2', 'g')"
SOURCE_SHORT = f"upper(regexp_replace({WITHOUT_NOUGHTS}, '[^A-Za-z0-9]+', '', 'g'))"
CALLED_BY_SOURCE = f"""
CREATE OR REPLACE FUNCTION cases_called_by_source(whole text, short text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT case_id FROM cases_referral
WHERE source_reference <> '' AND whole <> '' AND ({SOURCE_KEY} = whole OR {SOURCE_SHORT} = short)
$$
"""  # noqa: S608 our own words
# The log lines of a user during their access with a reason, for the reviewer of that access.
LOOKED = """
CREATE OR REPLACE FUNCTION access_looked(which uuid, most int)
RETURNS TABLE (at timestamptz, verb text, page text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT line.at, line.verb, line.page FROM access_grant opened
JOIN access_reading line ON line.person = opened.person_id AND opened.record = ANY (line.records)
    AND line.at BETWEEN opened.since AND coalesce(opened.ended_at, opened.until)
WHERE opened.id = which AND opened.kind = 'opened' AND {reviews}
    AND EXISTS (SELECT FROM cases_case c WHERE c.id = opened.record AND {seen})
ORDER BY line.at LIMIT most
$$
"""
# The log lines about copies of a case and of its redacted versions, for users who work on the case.
COPIES = """
CREATE OR REPLACE FUNCTION access_copies(which uuid)
RETURNS TABLE (at timestamptz, verb text, page text, recipient text, person uuid, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT line.at, line.verb, line.page, line.recipient, line.person, line.reason
FROM access_reading line JOIN cases_case c ON c.id = which AND {worked}
WHERE line.records && (ARRAY[which] || ARRAY(SELECT redacted_id FROM cases_redaction WHERE case_id = which))
    AND line.verb IN ('disclosed', 'exported', 'printed')
ORDER BY line.at
$$
"""
# Restricted cases with nobody left to work on them, for users who take concerns about staff. Whether a case
# is for this user depends on comparing names, which the application does. So each row has the user, the
# takers of concerns in the case's force, and the people cleared of being its subject. No content of the case.
UNATTENDED = """
CREATE OR REPLACE FUNCTION cases_unattended() RETURNS TABLE (
    id uuid, reference text, taker uuid[], taker_name text[], cleared uuid[],
    asker uuid, asker_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH asker (id) AS (SELECT NULLIF(current_setting('handrail.person', true), '')::uuid),
taker AS MATERIALIZED (SELECT DISTINCT person, force FROM access_able()
    WHERE capability = 'TAKE_STAFF_CONCERNS'),
inviting AS MATERIALIZED (SELECT DISTINCT person FROM access_able() WHERE capability = 'BE_INVITED')
SELECT c.id, c.reference,
    ARRAY(SELECT t.person FROM taker t WHERE t.force = c.force_id AND {kept_from} ORDER BY t.person),
    ARRAY(SELECT p.name::text FROM taker t JOIN organisations_person p ON p.id = t.person
        WHERE t.force = c.force_id AND {kept_from} ORDER BY t.person),
    ARRAY(SELECT e.person_id FROM access_exclusion e WHERE e.record = c.id AND e.ended_at IS NOT NULL),
    asker.id, (SELECT p.name::text FROM organisations_person p WHERE p.id = asker.id)
FROM asker, cases_case c
WHERE c.restricted AND c.closed_on IS NULL
    AND EXISTS (SELECT FROM taker WHERE person = asker.id)
    AND NOT EXISTS (SELECT FROM access_exclusion e
        WHERE e.record = c.id AND e.person_id = asker.id AND e.ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM access_grant g JOIN inviting ON inviting.person = g.person_id
        WHERE g.record = c.id AND g.kind = 'named' AND g.ended_at IS NULL
            AND g.since <= clock_timestamp() AND (g.until IS NULL OR g.until > clock_timestamp())
            AND {in_office}
            AND NOT EXISTS (SELECT FROM access_exclusion e
                WHERE e.record = c.id AND e.person_id = g.person_id AND e.ended_at IS NULL))
$$
""".replace(
    "{kept_from}",
    "NOT EXISTS (SELECT FROM access_exclusion e"
    " WHERE e.record = c.id AND e.person_id = t.person AND e.ended_at IS NULL)",
).replace("{in_office}", IN_OFFICE)

# Owners of open cases who hold no post in the case's force on a day: in the forces the user sees by a post,
# or in all forces without a user. The recursion steps from owner to owner in an index, so its cost does not
# grow with the number of cases.
OWNERS_NOT_IN_POST = """
CREATE OR REPLACE FUNCTION cases_owners_not_in_post(day date) RETURNS TABLE (force uuid, owner uuid)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
WITH RECURSIVE asked (force) AS (
    SELECT id FROM organisations_organisation body WHERE kind = 'force' AND (
        coalesce(current_setting('handrail.person', true), '') = ''
        OR current_setting('handrail.nation', true) = 'true'
        OR id = ANY (coalesce(NULLIF(current_setting('handrail.oversees', true), ''), '{}')::uuid[])
        OR id = ANY (coalesce(NULLIF(current_setting('handrail.works', true), ''), '{}')::uuid[])
        OR id = ANY (coalesce(NULLIF(current_setting('handrail.own', true), ''), '{}')::uuid[]))
),
owning (force, owner) AS (
    SELECT asked.force, first.owner_id FROM asked, LATERAL (
        SELECT owner_id FROM cases_case c
        WHERE c.force_id = asked.force AND closed_on IS NULL AND owner_id IS NOT NULL
        ORDER BY owner_id LIMIT 1) first
    UNION ALL
    SELECT owning.force, next.owner_id FROM owning, LATERAL (
        SELECT owner_id FROM cases_case c
        WHERE c.force_id = owning.force AND closed_on IS NULL AND owner_id > owning.owner
        ORDER BY owner_id LIMIT 1) next
)
SELECT owning.force, owning.owner FROM owning WHERE NOT EXISTS (
    SELECT FROM organisations_post post
    JOIN organisations_person person ON person.id = post.person_id AND person.is_active
    JOIN organisations_organisation body ON body.id = post.organisation_id
    WHERE post.person_id = owning.owner AND since <= day AND (until IS NULL OR until >= day)
        AND owning.force = CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END)
$$
"""

# Whether an act on access, given by the id of the row it made, belongs to the case being written. A
# function, because as a plain condition the row security of three tables would be added to that of every
# entry.
ON_WRITTEN = """
CREATE OR REPLACE FUNCTION access_on_written(made uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT EXISTS (SELECT FROM access_exclusion WHERE id = made AND record = written.id)
    OR EXISTS (SELECT FROM access_grant WHERE id = made AND record = written.id)
    OR EXISTS (SELECT FROM cases_restriction WHERE id = made AND case_id = written.id)
FROM (SELECT NULLIF(current_setting('handrail.writing', true), '')::uuid AS id) written
$$
"""

DRAFT_OF = """
CREATE OR REPLACE FUNCTION cases_draft_of(key bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT id FROM cases_draft WHERE return_key = key AND person_id IS NULL AND submitted_at IS NULL
$$
"""

# Counts over every force of referrals from the contact of one case. Restricted cases, and cases from which
# the user is excluded, are not counted.
SAME_CONTACT = """
CREATE OR REPLACE FUNCTION outside_same_contact(of uuid)
RETURNS TABLE (referrals bigint, people bigint, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT count(DISTINCT case_id), count(DISTINCT contact.subject), min(received_on)
FROM outside_contact contact JOIN cases_case ON cases_case.id = case_id
WHERE who IN (SELECT who FROM outside_contact WHERE case_id = of) AND (case_id = of OR NOT restricted
    AND case_id <> ALL (coalesce(NULLIF(current_setting('handrail.excluded', true), ''), '{}')::uuid[]))
$$
"""


def apply(connection: BaseDatabaseWrapper) -> None:
    """Recreate `access_enter`, the other functions and the policies of every table, in one transaction."""
    with atomic(using=connection.alias), connection.cursor() as cursor:
        # Signatures of earlier versions.
        for function in (
            "access_enter(uuid)",
            "access_given(uuid)",
            "subjects_near_any(bigint[], bigint[], int)",
            "cases_unattended()",
            "access_patterns(timestamptz, timestamptz, jsonb, bytea, jsonb)",
            "access_patterns_between(timestamptz, timestamptz, jsonb, bytea, jsonb)",
        ):
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}")
        for made in who_asks():
            cursor.execute(made)
        plain = (
            CALLED,
            CALLED_OTHERWISE,
            CALLED_BY_SOURCE,
            UNATTENDED,
            OWNERS_NOT_IN_POST,
            DRAFT_OF,
            ON_WRITTEN,
            SAME_CONTACT,
            packs.IN_USE,
            *check_queries.functions(),
            *watching.FUNCTIONS,
            *finding.FUNCTIONS,
        )
        for function in plain:
            cursor.execute(function)
        cursor.execute(jobs.function())
        reviews = may(Capability.REVIEW_OPENINGS)
        cursor.execute(LOOKED.format(reviews=reviews, seen=seen("c")))
        cursor.execute(COPIES.format(worked=worked("c")))
        for table in tables(connection):
            secure(cursor, table, of_table(table))


def who_asks() -> list[sql.Composed]:
    """Return the statements that create the functions by which a transaction learns what the user may see."""
    parts = {
        "capabilities": _capabilities(),
        "roles": _listed(sorted(roles.Role)),
        "as_written": sql.SQL(AS_WRITTEN),
        "changing": _listed(changing()),
        "safeguarding": _listed(sorted(safeguarding_steps())),
        "naming": _listed(kinds(lambda rule: rule.opens_restricted)),
    }
    return [sql.SQL(made).format(**parts, not_vetted=Vetting.NONE.value) for made in (ABLE, GIVEN, ENTER)]


def _listed(words: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Literal, words))


def _capabilities() -> sql.Composable:
    pairs = [(role, may.name) for role in sorted(roles.Role) for may in sorted(role.capabilities, key=str)]
    return sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(str(role)), sql.Literal(may)) for role, may in pairs
    )


def secure(cursor: CursorWrapper, table: str, rows: Rows | str | None) -> None:
    """Replace the policies on a table by the declared rows."""
    _forget_policies(cursor, table)
    if isinstance(rows, Rows):
        _secure(cursor, table, rows)


def _forget_policies(cursor: CursorWrapper, table: str) -> None:
    cursor.execute("SELECT polname FROM pg_policy WHERE polrelid = quote_ident(%s)::regclass", [table])
    for (name,) in cursor.fetchall():
        _run(cursor, "DROP POLICY {} ON {}", sql.Identifier(name), sql.Identifier(table))


def _secure(cursor: CursorWrapper, table: str, rows: Rows) -> None:
    """Close a table to all but the owner and the worker, and open the declared rows to the web."""
    name, web = sql.Identifier(table), sql.Identifier(Role.WEB.login)
    _run(cursor, "ALTER TABLE {} ENABLE ROW LEVEL SECURITY", name)
    _run(cursor, "ALTER TABLE {} FORCE ROW LEVEL SECURITY", name)
    for role in (Role.OWNER, Role.JOBS):
        everything = sql.Identifier(f"{role}_works")
        login = sql.Identifier(role.login)
        _run(cursor, "CREATE POLICY {} ON {} TO {} USING (true)", everything, name, login)
    for statement, condition in (
        ("CREATE POLICY web_sees ON {} FOR SELECT TO {} USING ({})", rows.see),
        ("CREATE POLICY web_adds ON {} FOR INSERT TO {} WITH CHECK ({})", rows.add),
        ("CREATE POLICY web_changes ON {} FOR UPDATE TO {} USING ({})", rows.change),
        ("CREATE POLICY web_removes ON {} FOR DELETE TO {} USING ({})", rows.remove),
    ):
        if condition:
            # The conditions come from `rows`, never from input.
            cursor.execute(statement.format(name.as_string(), web.as_string(), condition))


def _run(cursor: CursorWrapper, statement: LiteralString, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
