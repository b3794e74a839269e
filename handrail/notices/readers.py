"""Who holds which post on a day and who may see which case then, as sets for the worker's SQL.

It says once more what `CaseQuerySet.visible_to` says of one person; a test holds the two together. A reader
meets that again, and the database's own rows, before anything is shown or mailed.
"""

from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

_MAY = ", ".join(
    f"('{role}', '{may.name}')" for role in sorted(Role) for may in sorted(role.capabilities, key=str)
)


def _of(column: str, *capabilities: str) -> str:
    named = ", ".join(f"'{name}'" for name in capabilities)
    return f"coalesce(array_agg(DISTINCT {column}) FILTER (WHERE capability IN ({named})), '{{}}')"


# `held`: the posts with sight of cases; `reader`: what each person may see by all of theirs.
READERS = f"""
held AS MATERIALIZED (
    SELECT post.person_id AS person, post.role, body.id AS body, body.kind,
        CASE body.kind WHEN 'force' THEN body.id ELSE body.parent_id END AS force
    FROM organisations_post post
    JOIN organisations_person person ON person.id = post.person_id AND person.is_active
    JOIN organisations_organisation body ON body.id = post.organisation_id
    WHERE post.since <= %(day)s AND (post.until IS NULL OR post.until >= %(day)s)
        AND post.vetting > {Vetting.NONE.value} AND post.vetted_until >= %(day)s
), reader AS MATERIALIZED (
    SELECT person, {_of("force", "WORK_FORCE_CASES", "OVERSEE_FORCE")} AS forces,
        {_of("force", "WORK_OWN_CASES")} AS own, {_of("body", "WORK_COUNCIL_CASES")} AS councils,
        {_of("body", "OVERSEE_REGION")} AS regions, bool_or(capability = 'OVERSEE_NATION') AS nation,
        {_of("body", "BE_INVITED")} AS bodies
    FROM held JOIN (VALUES {_MAY}) may (role, capability) USING (role) GROUP BY person
)"""  # noqa: S608 our own words

# Who was named for an office by the grant `g` is named while they hold it.
IN_OFFICE = """(g.office = '' OR EXISTS (SELECT FROM held office WHERE office.person = reader.person
        AND office.role = g.office AND office.body = g.office_in_id))"""
_LIVE = f"""g.ended_at IS NULL AND g.since <= %(at)s AND (g.until IS NULL OR g.until > %(at)s)
        AND reader.bodies <> '{{}}' AND {IN_OFFICE}"""

# The condition that `reader` may see the case `c`, as things stand.
SEES = f"""(CASE WHEN c.restricted THEN EXISTS (SELECT FROM access_grant g WHERE g.record = c.id
        AND g.kind = 'named' AND g.person_id = reader.person AND {_LIVE})
    ELSE reader.nation OR c.force_id = ANY (reader.forces) OR c.council_id = ANY (reader.councils)
        OR c.force_id = ANY (reader.own) AND (c.owner_id = reader.person OR NOT c.allocated)
        OR reader.regions <> '{{}}' AND EXISTS (SELECT FROM organisations_organisation f
            WHERE f.id = c.force_id AND f.parent_id = ANY (reader.regions))
        OR EXISTS (SELECT FROM access_grant g WHERE g.record = c.id AND {_LIVE}
            AND (g.person_id = reader.person OR g.organisation_id = ANY (reader.bodies))) END
    AND NOT EXISTS (SELECT FROM access_exclusion e
        WHERE e.record = c.id AND e.person_id = reader.person AND e.ended_at IS NULL))"""  # noqa: S608 our own
