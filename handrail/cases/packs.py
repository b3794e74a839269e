"""The policy packs that there are cases under."""

from django.conf import settings
from django.db import connection

from handrail.policy.schema.pack import Pack
from handrail.records.packs import current_pack, in_any, known_packs, pack, policy_of

__all__ = ["IN_USE", "current_pack", "in_any", "known_packs", "pack", "packs_in_use", "policy_of"]

# Which policies there are cases under: a few probes of an index, and nothing that row security keeps back.
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


def packs_in_use() -> list[Pack]:
    """The pack for new cases, and after it every other one that there are cases under."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_packs()")
        used = [id_ for (id_,) in cursor.fetchall()]
    return [current_pack(), *(pack(id_) for id_ in used if id_ != settings.PACK)]
