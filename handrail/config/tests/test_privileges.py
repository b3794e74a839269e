import pytest
from django.db import connection

from handrail.config import privileges


@pytest.mark.django_db
def test_every_table_is_declared() -> None:
    undeclared = [name for name in privileges.tables(connection) if privileges.of_table(name) is None]
    assert not undeclared, "Say in handrail/config/privileges.py who may do what on these tables."
