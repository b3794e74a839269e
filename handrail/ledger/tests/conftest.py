from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from handrail.ledger.seal import seal
from handrail.ledger.tests.acts import record
from handrail.ledger.tests.tampering import Tampered


@pytest.fixture
def as_jobs(transactional_db: None) -> Iterator[None]:
    """Give Django's connection the background worker's role."""
    serving = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "handrail_jobs"
    yield
    connection.close()
    connection.settings_dict["USER"] = serving


@pytest.fixture
def tampered(as_jobs: None, admin_connection: psycopg.Connection[Any], tmp_path: Path) -> Tampered:
    """Return a ledger of 300 chains, two thirds of it sealed, with a superuser's connection."""
    tampered = Tampered(admin_connection, tmp_path)
    for third in range(3):
        record(tampered.chains[third::3], tampered.length)
        if third < 2:
            seal(timezone.now(), tmp_path)
    record(tampered.chains[::10], 1)
    transaction.get_connection().close()
    return tampered
