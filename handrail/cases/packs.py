"""The policy packs that cases are under now."""

from functools import cache

from django.conf import settings
from django.db import connection

from handrail.policy.schema.pack import Pack
from handrail.records.packs import current_pack, known_packs, pack

# A recursive probe of the index on `pack_id` instead of a scan. SECURITY DEFINER, because row security would
# hide packs of cases that the user may not see; no more than ids of packs is returned.
IN_USE = """
CREATE OR REPLACE FUNCTION cases_packs() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH RECURSIVE used (id) AS (
    SELECT min(pack_id) FROM cases_case
    UNION ALL
    SELECT (SELECT min(pack_id) FROM cases_case WHERE pack_id > used.id) FROM used WHERE id IS NOT NULL
)
SELECT id FROM used WHERE id IS NOT NULL
$$
"""


@cache
def safeguarding_steps() -> frozenset[str]:
    """Return the steps that make up the safeguarding part of a case, in every known pack."""
    parts = (known.safeguarding for known in known_packs())
    return frozenset(step for part in parts if part for step in part.steps)


def packs_in_use() -> list[Pack]:
    """Return the pack for new cases, then every other pack that a case is under."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_packs()")
        used = [id_ for (id_,) in cursor.fetchall()]
    return [current_pack(), *(pack(id_) for id_ in used if id_ != settings.PACK)]
