"""Loading of model instances from hand-written SQL, for the few queries that every page runs."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Loaded = TypeVar("Loaded", bound=Model)


@cache
def columns_of(model: type[Model]) -> list[str]:
    """Return the attribute names of a model's columns, in the order of `selected`."""
    return [field.attname for field in model._meta.concrete_fields]


def selected(model: type[Model], table: str) -> str:
    """Return a model's columns for a SELECT list, qualified by a table name."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


def loaded(model: type[Loaded], row: Sequence[Any]) -> Loaded:
    """Return the instance whose column values start a row."""
    columns = columns_of(model)
    return model.from_db(connection.alias, columns, row[: len(columns)])
