"""Narrow questions about the log of reads, as database functions.

An auditor sees no case, and users who work on a case do not see log lines about other cases. These
functions run as the owner, check the user themselves, and return only the answer: a reference, a line or a
pattern. They return no name or address of a subject, and nothing about a record from which the user is
excluded.
"""

from handrail.cases.models.rows import worked
from handrail.config.conditions import KEPT_FROM, may
from handrail.organisations.capabilities import Capability

NARROW = "STABLE SECURITY DEFINER SET search_path = public, pg_temp"
AUDITS = f"coalesce({may(Capability.READ_LOG)}, false)"


def audited(record: str) -> str:
    """Return the condition that the user may read the log and is not excluded from this record."""
    return f"({AUDITS} AND {record} <> ALL ({KEPT_FROM}))"


RECORD_OF = f"""
CREATE OR REPLACE FUNCTION access_record_of(wanted text) RETURNS uuid
LANGUAGE sql {NARROW} AS $$
SELECT id FROM cases_case WHERE reference = wanted AND {audited("id")}
UNION SELECT case_id FROM cases_referral WHERE reference = wanted AND {audited("case_id")}
UNION SELECT id FROM cases_matter WHERE reference = wanted AND {audited("id")}
LIMIT 1
$$
"""  # noqa: S608 our own words

REFERENCES_OF = f"""
CREATE OR REPLACE FUNCTION access_references_of(wanted uuid[]) RETURNS TABLE (record uuid, reference text)
LANGUAGE sql {NARROW} AS $$
SELECT c.id, c.reference FROM cases_case c WHERE c.id = ANY (wanted) AND {audited("c.id")}
UNION ALL SELECT m.id, m.reference FROM cases_matter m WHERE m.id = ANY (wanted) AND {audited("m.id")}
$$
"""  # noqa: S608 our own words

# MATERIALIZED: the lines about one record are found first, so that no plan scans the whole log. An auditor's
# own look-ups are shown to auditors only.
READINGS_OF = f"""
CREATE OR REPLACE FUNCTION access_readings_of(
    wanted uuid, since timestamptz, until timestamptz, verbs text[], skip int, many int
) RETURNS TABLE (
    id bigint, at timestamptz, person uuid, verb text, page text, reason text, recipient text, origin text
)
LANGUAGE sql {NARROW} AS $$
WITH line AS MATERIALIZED (
    SELECT l.* FROM access_reading l
    WHERE l.records @> ARRAY[wanted]
        AND ({audited("wanted")} OR l.page <> 'access:log'
            AND EXISTS (SELECT FROM cases_case c WHERE c.id = wanted AND {worked("c")}))
)
SELECT id, at, person, verb, page, reason, recipient, host(origin) FROM line
WHERE at >= since AND at < until AND verb = ANY (verbs)
ORDER BY at DESC, id DESC OFFSET skip LIMIT many
$$
"""  # noqa: S608 our own words

# `names`: for each person their name key, family name keys, and the digests of searches for their own name.
# `most`: the thresholds of `cases.patterns`. A case counts as a person's work if they own it, have acted on
# it, or were invited to it; other cases they opened are `idle`.
BETWEEN = """
CREATE OR REPLACE FUNCTION access_patterns_between(
    since timestamptz, until timestamptz, names jsonb, home_keys bytea[], most jsonb
) RETURNS TABLE (
    kind text, people uuid[], record uuid, first_at timestamptz, last_at timestamptz, times int
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET jit = off SET work_mem = '64MB' AS $$
WITH reader AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(names) AS r (person uuid, name text, families text[], sought text[])
), family AS MATERIALIZED (
    SELECT family, count(*) AS holders FROM reader, unnest(families) family GROUP BY family
), held AS MATERIALIZED (
    SELECT post.person_id AS person, body.id AS body, body.kind,
        CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END AS force
    FROM organisations_post post JOIN organisations_organisation body ON body.id = post.organisation_id
    WHERE post.since <= access_patterns_between.until::date
        AND (post.until IS NULL OR post.until >= access_patterns_between.since::date)
), opened AS MATERIALIZED (
    SELECT l.person, record, l.at, l.at AT TIME ZONE 'Europe/London' AS local
    FROM access_reading l, unnest(l.records) record
    WHERE l.verb = 'consulted' AND l.at >= since AND l.at < until AND l.person IS NOT NULL
), look AS MATERIALIZED (
    SELECT o.person, o.record, o.local::date AS day, min(o.at) AS first_at, max(o.at) AS last_at,
        count(*)::int AS times
    FROM opened o GROUP BY o.person, o.record, o.local::date
), pair AS MATERIALIZED (
    SELECT k.person, k.record, min(k.first_at) AS first_at, max(k.last_at) AS last_at,
        sum(k.times)::int AS times
    FROM look k GROUP BY k.person, k.record
), about AS MATERIALIZED (
    SELECT p.*, c.force_id, c.owner_id, s.name_key, s.family_key, s.postcode
    FROM pair p JOIN cases_case c ON c.id = p.record JOIN subjects_subject s ON s.id = c.subject_id
), idle AS MATERIALIZED (
    SELECT a.* FROM about a
    WHERE a.owner_id IS DISTINCT FROM a.person
        AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.chain = a.record AND e.actor = a.person)
        AND NOT EXISTS (SELECT FROM access_grant g WHERE g.record = a.record AND g.kind <> 'opened'
            AND (g.person_id = a.person
                OR g.organisation_id IN (SELECT body FROM held WHERE held.person = a.person)))
), pace AS (
    SELECT k.*, count(*) OVER (PARTITION BY k.person ORDER BY k.first_at
            RANGE BETWEEN '1 hour' PRECEDING AND CURRENT ROW)::int AS in_hour,
        k.first_at - lag(k.first_at) OVER (PARTITION BY k.person ORDER BY k.first_at)
            <= make_interval(secs => (most ->> 'pause')::int) AS at_once
    FROM look k JOIN idle i USING (person, record)
), run AS (
    SELECT p.*, count(*) FILTER (WHERE at_once IS NOT TRUE)
        OVER (PARTITION BY p.person ORDER BY p.first_at) AS run FROM pace p
), crowd AS (
    SELECT i.*, count(*) OVER (PARTITION BY i.record ORDER BY i.first_at
            RANGE BETWEEN '7 days' PRECEDING AND CURRENT ROW)::int AS readers FROM idle i
), habit AS (
    SELECT o.person, count(*) AS lines,
        count(*) FILTER (WHERE extract(hour FROM local) >= 22 OR extract(hour FROM local) < 6) AS at_night
    FROM opened o GROUP BY o.person
), page AS (
    SELECT l.person, l.at, count(*) OVER (PARTITION BY l.person ORDER BY l.at
            RANGE BETWEEN '30 minutes' PRECEDING AND CURRENT ROW)::int AS pages
    FROM access_reading l
    WHERE l.verb = 'listed' AND l.page IN ('cases:list', 'cases:referrals') AND l.at >= since AND l.at < until
)
SELECT 'own-name', ARRAY[a.person], a.record, a.first_at, a.last_at, a.times
FROM about a JOIN reader r USING (person) WHERE r.name <> '' AND a.name_key = r.name
UNION ALL
SELECT 'family-name', ARRAY[i.person], i.record, i.first_at, i.last_at, i.times
FROM idle i JOIN reader r USING (person) JOIN family f ON f.family = i.family_key
WHERE i.family_key <> '' AND i.family_key = ANY (r.families) AND i.name_key <> r.name
    AND f.holders <= greatest(1, (most ->> 'holders')::float * (SELECT count(*) FROM reader))
UNION ALL
SELECT 'own-address', ARRAY[a.person], a.record, a.first_at, a.last_at, a.times
FROM about a JOIN organisations_person p ON p.id = a.person
WHERE a.postcode <> '' AND p.home IS NOT NULL
    AND p.home IN (SELECT sha256(key || convert_to(upper(regexp_replace(a.postcode, '\\s', '', 'g')), 'UTF8'))
        FROM unnest(home_keys) key)
UNION ALL
SELECT 'colleague', array_agg(DISTINCT i.person), i.record, min(i.first_at), max(i.last_at),
    count(DISTINCT i.person)::int
FROM idle i JOIN reader colleague ON colleague.name = i.name_key AND colleague.person <> i.person
JOIN held theirs ON theirs.person = colleague.person
JOIN held own ON own.person = i.person AND own.force = theirs.force
GROUP BY i.record
UNION ALL
SELECT 'many', ARRAY[p.person], NULL, min(p.first_at), max(p.first_at), max(in_hour) FROM pace p
WHERE in_hour >= (most ->> 'in_hour')::int GROUP BY p.person, p.day
UNION ALL
SELECT 'one-after-another', ARRAY[r.person], NULL, min(r.first_at), max(r.first_at), count(*)::int
FROM run r GROUP BY r.person, r.run HAVING count(*) >= (most ->> 'in_a_row')::int
UNION ALL
SELECT 'lists', ARRAY[p.person], NULL, min(p.at), max(p.at), max(pages) FROM page p
WHERE pages >= (most ->> 'pages')::int GROUP BY p.person, (p.at AT TIME ZONE 'Europe/London')::date
UNION ALL
SELECT 'crowd', array_agg(c.person), c.record, min(c.first_at), max(c.first_at), max(readers)
FROM crowd c GROUP BY c.record HAVING max(readers) >= (most ->> 'readers')::int
UNION ALL
SELECT 'off-shift', ARRAY[o.person], NULL, min(o.at), max(o.at), count(DISTINCT o.record)::int
FROM opened o JOIN idle i USING (person, record) JOIN habit h USING (person)
WHERE (extract(hour FROM local) >= 22 OR extract(hour FROM local) < 6)
    AND h.at_night <= (most ->> 'nights')::float * h.lines
GROUP BY o.person, (local - interval '6 hours')::date
HAVING count(DISTINCT o.record) >= (most ->> 'at_night')::int
UNION ALL
SELECT 'elsewhere', ARRAY[i.person], i.record, i.first_at, i.last_at, i.times
FROM idle i JOIN organisations_organisation force ON force.id = i.force_id
WHERE NOT EXISTS (SELECT FROM held h WHERE h.person = i.person
    AND (h.force = i.force_id OR h.kind = 'nation' OR h.body = force.parent_id))
UNION ALL
SELECT 'searched', ARRAY[l.person], NULL, min(l.at), max(l.at), count(*)::int
FROM access_reading l JOIN reader r USING (person)
WHERE l.sought IS NOT NULL AND l.at >= since AND l.at < until AND encode(l.sought, 'hex') = ANY (r.sought)
GROUP BY l.person
$$
"""

PATTERNS = f"""
CREATE OR REPLACE FUNCTION access_patterns(
    since timestamptz, until timestamptz, names jsonb, home_keys bytea[], most jsonb
) RETURNS TABLE (
    kind text, people uuid[], record uuid, first_at timestamptz, last_at timestamptz, times int
)
LANGUAGE sql {NARROW} AS $$
SELECT found.* FROM access_patterns_between(since, until, names, home_keys, most) found
WHERE {AUDITS} AND (found.record IS NULL OR {audited("found.record")})
$$
"""  # noqa: S608 our own words

FUNCTIONS = (RECORD_OF, REFERENCES_OF, READINGS_OF, BETWEEN, PATTERNS)
