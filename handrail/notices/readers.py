"""Users' posts and what these let them see on a day, as CTEs for the worker's SQL.

The worker applies the database's own row condition (`seen`) with a row of `reader` in place of the current
user. Row security applies again before a notice is shown or mailed.
"""

from handrail.cases.models.rows import Who, seen
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

_MAY = ", ".join(
    f"('{role}', '{may.name}')" for role in sorted(Role) for may in sorted(role.capabilities, key=str)
)


def _of(column: str, *capabilities: str) -> str:
    named = ", ".join(f"'{name}'" for name in capabilities)
    return f"coalesce(array_agg(DISTINCT {column}) FILTER (WHERE capability IN ({named})), '{{}}')"


# `held`: every current vetted post; `reader`: what each person may see by all their posts.
READERS = f"""
held AS MATERIALIZED (
    SELECT post.person_id AS person, post.role, body.id AS body, body.kind,
        CASE body.kind WHEN 'force' THEN body.id ELSE above.id END AS force
    FROM organisations_post post
    JOIN organisations_person person ON person.id = post.person_id AND person.is_active
    JOIN organisations_organisation body ON body.id = post.organisation_id
    LEFT JOIN organisations_organisation above ON above.id = body.parent_id AND above.kind = 'force'
    WHERE post.since <= %(day)s AND (post.until IS NULL OR post.until >= %(day)s)
        AND post.vetting > {Vetting.NONE.value} AND post.vetted_until >= %(day)s
), reader AS MATERIALIZED (
    SELECT person, {_of("force", "WORK_FORCE_CASES")} AS works, {_of("force", "WORK_OWN_CASES")} AS own,
        {_of("body", "WORK_COUNCIL_CASES")} AS councils, {_of("force", "SAFEGUARD")} AS safeguards,
        {_of("body", "BE_INVITED")} AS bodies,
        {_of("force", "OVERSEE_FORCE")} || ARRAY(SELECT below.id FROM organisations_organisation below
            WHERE below.parent_id = ANY ({_of("body", "OVERSEE_REGION")})) AS oversees,
        bool_or(capability = 'OVERSEE_NATION') AS nation
    FROM held JOIN (VALUES {_MAY}) may (role, capability) USING (role) GROUP BY person
)"""  # noqa: S608 our own words

# A grant `g` that depends on an office counts only while its person holds that office.
IN_OFFICE = """(g.office = '' OR EXISTS (SELECT FROM held office WHERE office.person = reader.person
        AND office.role = g.office AND office.body = g.office_in_id))"""
_LIVE = f"""g.ended_at IS NULL AND g.since <= %(at)s AND (g.until IS NULL OR g.until > %(at)s)
        AND reader.bodies <> '{{}}' AND {IN_OFFICE}"""

_KINDS = {"named": "g.kind = 'named'", "granted": "g.stages = '{}'", "invited": "g.stages <> '{}'"}


def _given(record: str, how: str) -> str:
    """Return the SQL condition for a live grant of the reader on a record; for "excluded", an exclusion."""
    if how == "excluded":
        return (
            f"EXISTS (SELECT FROM access_exclusion e WHERE e.record = {record}"
            " AND e.person_id = reader.person AND e.ended_at IS NULL)"
        )
    return f"""EXISTS (SELECT FROM access_grant g WHERE g.record = {record} AND {_KINDS[how]} AND {_LIVE}
        AND (g.person_id = reader.person OR g.organisation_id = ANY (reader.bodies)))"""


READER = Who("reader.person", "reader.nation", lambda name: f"= ANY (reader.{name})", _given)
# The condition that `reader` may see the case `c` now.
SEES = seen("c", READER)
