"""Whether anything was written in a database of the tests since somebody last looked.

PostgreSQL counts every row that is added, changed or removed, those of its own catalogues among them:
whatever a test leaves behind, be it a row, an emptied table, a grant or a trigger switched off, is in these
counts. So is what was rolled back, which makes one copy too many and never one too few. They do not say that
a sequence went on, as it does in tests that are rolled back, or that `ALTER DATABASE` set something.
"""

import time
from typing import Any

import psycopg

Count = tuple[Any, ...]
TRIES = 200
# A server process adds what it counted when it ends, before it leaves this list.
PRESENT = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
COUNT = "SELECT tup_inserted, tup_updated, tup_deleted, stats_reset FROM pg_stat_database WHERE datname = %s"


def count(admin: psycopg.Connection[Any], name: str) -> Count | None:
    """All that was ever written in the database; None where somebody who may write is still connected."""
    for _ in range(TRIES):
        if not admin.execute(PRESENT, [name]).fetchone():
            return admin.execute(COUNT, [name]).fetchone()
        time.sleep(0.005)
    return None
