"""Database functions that find people among records that the user may not see.

They return ids, the match keys that agree, and the contact to call. For linked records they also return the
stage. Restricted cases the user is not named on, and cases the user is excluded from, are left out before
anything is counted, limited or sorted: the result is as if they did not exist. No name, no address, and no
key beyond those searched for is returned.
"""

from handrail.cases.models.rows import PERSON, changed, named_or_open, seen, worked
from handrail.config.conditions import may, vetted_for
from handrail.organisations.capabilities import Capability

NARROW = "STABLE SECURITY DEFINER SET search_path = public, pg_temp"
EACH = 400  # rows looked at under one key
SEEKS = f"coalesce({may(Capability.FIND_PEOPLE)}, false)"

# Whether the user may be told that a record about this subject exists, as far as restrictions go.
TOLD = f"""
CREATE OR REPLACE FUNCTION subjects_told(whom uuid) RETURNS boolean
LANGUAGE sql {NARROW} AS $$
SELECT EXISTS (SELECT FROM cases_case c WHERE c.subject_id = whom AND {named_or_open("c")})
$$
"""  # noqa: S608 our own words

HIDDEN = f"""SELECT c.subject_id FROM cases_case c WHERE c.restricted AND {named_or_open("c")} IS NOT TRUE
    UNION SELECT c.subject_id FROM cases_case c
        WHERE c.id = ANY (NULLIF(current_setting('handrail.excluded', true), '')::uuid[])"""  # noqa: S608
# `asked`: the keys to search under. `held`: every key of the person searched for; the function returns
# those that match. A key shared by many says little, so matches under rare keys come first.
NEAR = f"""
CREATE OR REPLACE FUNCTION subjects_near(asked bigint[], held bigint[], most int)
RETURNS TABLE (subject uuid, agreeing bigint[], capped boolean)
LANGUAGE sql {NARROW} SET jit = off AS $$
WITH hidden AS MATERIALIZED (
    {HIDDEN}
), hit AS MATERIALIZED (
    SELECT wanted.key, there.subject_id
    FROM (SELECT DISTINCT unnest(asked) AS key) wanted CROSS JOIN LATERAL (
        SELECT k.subject_id FROM subjects_key k
        WHERE k.key = wanted.key AND k.subject_id NOT IN (SELECT h.subject_id FROM hidden h)
        LIMIT {EACH} + 1) there
    WHERE {SEEKS}
), size AS MATERIALIZED (SELECT hit.key, count(*) AS many FROM hit GROUP BY hit.key
), found AS MATERIALIZED (
    SELECT hit.subject_id, sum(1.0 / size.many) AS rare FROM hit JOIN size USING (key)
    GROUP BY hit.subject_id ORDER BY rare DESC, hit.subject_id LIMIT most + 1
), cut AS (
    SELECT coalesce((SELECT max(many) FROM size) > {EACH}, false)
        OR (SELECT count(*) FROM found) > most AS short
)
SELECT found.subject_id,
    ARRAY(SELECT unnest(o.keys) INTERSECT SELECT unnest(held)), cut.short
FROM (SELECT * FROM found ORDER BY rare DESC, found.subject_id LIMIT most) found
JOIN subjects_outline o ON o.subject_id = found.subject_id, cut
ORDER BY found.rare DESC, found.subject_id
$$
"""  # noqa: S608 our own words
# For the worker, which sees every row and searches for many people at once. A possible match hidden from
# the user who took the referral is proposed on the other record. `asked` has a row for each rung of each
# person: place, rung and keys.
NEAR_ANY = f"""
CREATE OR REPLACE FUNCTION subjects_near_any(asked json, most int) RETURNS TABLE (place int, subject uuid)
LANGUAGE sql {NARROW} SET jit = off AS $$
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT row.place, row.rung, key
    FROM json_to_recordset(asked) AS row (place int, rung int, keys bigint[]), unnest(row.keys) key
), there AS MATERIALIZED (
    SELECT each.key, kept.subjects, cardinality(kept.subjects) AS many
    FROM (SELECT DISTINCT key FROM wanted) each CROSS JOIN LATERAL (
        SELECT array_agg(first.subject_id) AS subjects FROM (
            SELECT k.subject_id FROM subjects_key k WHERE k.key = each.key LIMIT {EACH} + 1) first) kept
), found AS (
    SELECT place, rung, one.subject, row_number() OVER (
        PARTITION BY place, rung ORDER BY sum(1.0 / many) DESC, one.subject) AS nth
    FROM wanted JOIN there USING (key), unnest(subjects) one (subject)
    GROUP BY place, rung, one.subject
)
SELECT DISTINCT found.place, found.subject FROM found WHERE nth <= most
$$
"""  # noqa: S608 our own words

# For records the user may not see: force and contact only, no content, dates or stage.
POINTERS = f"""
CREATE OR REPLACE FUNCTION subjects_pointers(whom uuid[])
RETURNS TABLE (subject uuid, force uuid, owner uuid)
LANGUAGE sql {NARROW} AS $$
SELECT DISTINCT ON (c.subject_id) c.subject_id, c.force_id, CASE WHEN c.allocated THEN c.owner_id END
FROM cases_case c
WHERE c.subject_id = ANY (whom) AND {named_or_open("c")} AND {SEEKS}
ORDER BY c.subject_id, c.closed_on NULLS FIRST, c.opened_on DESC, c.id
$$
"""  # noqa: S608 our own words

# Records linked to the subject `whom`, directly or through other links, for users who work on a case about
# `whom`: force, contact, stage and decisions. No name and nothing that was said. Records that the user must
# not know of are left out; an outcome marked above their vetting is NULL.
MOST_LINKED = 200
LINKED = f"""
CREATE OR REPLACE FUNCTION subjects_linked(whom uuid, deciding text[])
RETURNS TABLE (record uuid, reference text, subject uuid, force text, owner text, email text, policy text,
    stage text, since date, opened date, sees boolean, reads boolean, decided json)
LANGUAGE sql {NARROW} AS $$
WITH RECURSIVE linked (id) AS (
    SELECT whom WHERE EXISTS (SELECT FROM cases_case c WHERE c.subject_id = whom AND {changed("c")})
    UNION
    SELECT CASE link.subject_id WHEN linked.id THEN link.other_id ELSE link.subject_id END
    FROM linked JOIN subjects_link link ON link.subject_id = linked.id OR link.other_id = linked.id
    WHERE link.undone_at IS NULL AND subjects_told(link.subject_id) AND subjects_told(link.other_id)
)
SELECT c.id, c.reference, c.subject_id, held.name, owner.name, owner.email, c.pack_id,
    c.stage_id, c.stage_since, c.opened_on, coalesce({seen("c")}, false), coalesce({worked("c")}, false),
    (SELECT json_agg(json_build_object('at', e.happened_at, 'act', e.act, 'policy', e.pack,
            'outcome', CASE WHEN {vetted_for("c.level")} AND {vetted_for("coalesce(said.level, 0)")}
                AND NOT EXISTS (SELECT FROM cases_raisedmarking m WHERE m.record = e.chain
                    AND m.number = e.number AND NOT {vetted_for("m.level")})
            THEN e.outcome END) ORDER BY e.number)
        FROM ledger_entry e LEFT JOIN ledger_content said ON said.entry_id = e.id
        WHERE e.chain = c.id AND e.act = ANY (deciding) AND e.outcome IS NOT NULL)
FROM linked JOIN cases_case c ON c.subject_id = linked.id
JOIN organisations_organisation held ON held.id = c.force_id
LEFT JOIN organisations_person owner ON owner.id = c.owner_id AND c.allocated
WHERE c.subject_id <> whom AND {named_or_open("c")}
ORDER BY c.opened_on DESC, c.id LIMIT {MOST_LINKED}
$$
"""  # noqa: S608 our own words

# The only statements that write a link. Each requires a ledger entry by the user, on the record where the
# link was made or undone, that states exactly this link.
OWN_ENTRY = f"""EXISTS (SELECT FROM ledger_entry e JOIN ledger_content said ON said.entry_id = e.id
    JOIN cases_case c ON c.id = e.chain
    WHERE e.chain = {{record}} AND e.number = {{number}} AND e.actor = {PERSON} AND {{says}}
        AND (said.content ->> 'about')::int = {{about}}
        AND said.content -> 'candidate' ->> 'subject' = {{whom}}
        AND {changed("c")})"""
LINK = f"""
CREATE OR REPLACE FUNCTION subjects_link(which uuid) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
INSERT INTO subjects_link (id, subject_id, other_id, record, by_id, at, number)
SELECT gen_random_uuid(), p.subject_id, p.other_id, p.record, p.answered_by_id, p.answered_at, p.number
FROM subjects_proposal p
WHERE p.id = which AND p.answer = 'same' AND p.answered_by_id = {PERSON}
    AND EXISTS (SELECT FROM cases_case c WHERE c.id = p.record AND c.subject_id = p.subject_id)
    AND {
    OWN_ENTRY.format(
        record="p.record",
        number="p.number",
        about="p.asked_number",
        whom="p.other_id::text",
        says="e.outcome = 'same'",
    )
}
    AND NOT EXISTS (SELECT FROM subjects_link l WHERE l.record = p.record AND l.number = p.number)
RETURNING id
$$
"""  # noqa: S608 our own words
UNLINK = f"""
CREATE OR REPLACE FUNCTION subjects_unlink(which uuid, entry int) RETURNS uuid
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
UPDATE subjects_link l SET undone_by_id = {PERSON}, undone_at = now(), undone_number = entry
WHERE l.id = which AND l.undone_at IS NULL
    AND {
    OWN_ENTRY.format(
        record="l.record",
        number="entry",
        about="l.number",
        whom="l.other_id::text",
        says="e.outcome IS NULL AND e.reason_given",
    )
}
RETURNING id
$$
"""  # noqa: S608 our own words

FUNCTIONS = (TOLD, NEAR, NEAR_ANY, POINTERS, LINKED, LINK, UNLINK)
