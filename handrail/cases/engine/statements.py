"""INSERT and UPDATE statements that are built once for each table.

Django builds the SQL of every statement anew and sends each value as a parameter, which for one act costs
more than the act itself. Here all rows of a table are sent as one JSON text. COPY would be faster, but
PostgreSQL refuses COPY FROM under row security.
"""

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db import DatabaseError, connection, models


def add(rows: Collection[models.Model]) -> None:
    """Insert rows, all of one table; the database assigns automatic keys."""
    if not rows:
        return
    model = type(next(iter(rows)))
    names, statement = _adding(model)
    told = [{column: getattr(row, name) for column, name in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(told, default=str)])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def change(row: models.Model, names: Sequence[str]) -> None:
    """Update columns of a row, named as in the table. Raises DatabaseError where the row does not exist."""
    given = [getattr(row, name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(_changing(type(row), tuple(names)), [*given, row.pk])
        if cursor.rowcount != 1:
            raise DatabaseError(f"A row of {row._meta.db_table} was not there to be changed.")


@cache
def _adding(model: type[models.Model]) -> tuple[Sequence[tuple[str, str]], str]:
    """Return the columns of a table with their fields' names, and the INSERT statement."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = [(str(field.column), field.attname) for field in fields]
    columns, table = ", ".join(f'"{column}"' for column, _ in names), model._meta.db_table
    return names, (
        f"INSERT INTO {table} ({columns})"  # noqa: S608 the names are our own models'
        f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    )


@cache
def _changing(model: type[models.Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}" = %s' for name in names)
    key: Any = model._meta.pk
    return f'UPDATE {model._meta.db_table} SET {columns} WHERE "{key.column}" = %s'  # noqa: S608 as above
