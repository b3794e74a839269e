"""Detect whether anything was written in a test database since the last look.

PostgreSQL counts every row added, changed or removed, also in its own catalogues. So a row, a truncated
table, a grant or a disabled trigger all show. Rolled-back changes are counted too, which makes one copy too
many and never one too few. The counts miss an advanced sequence, as left by tests that are rolled back, and
settings made by `ALTER DATABASE`.
"""

import time
from typing import Any

import psycopg

Count = tuple[Any, ...]
TRIES = 200
# A server process reports its counts when it ends, before it leaves this list.
PRESENT = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
COUNT = "SELECT tup_inserted, tup_updated, tup_deleted, stats_reset FROM pg_stat_database WHERE datname = %s"


def count(admin: psycopg.Connection[Any], name: str) -> Count | None:
    """Return the total of writes in the database; None where another writer is still connected."""
    for _ in range(TRIES):
        if not admin.execute(PRESENT, [name]).fetchone():
            return admin.execute(COUNT, [name]).fetchone()
        time.sleep(0.005)
    return None
