"""Rows that a statement of our own gives, as models, for the few that every page asks."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Loaded = TypeVar("Loaded", bound=Model)


@cache
def columns_of(model: type[Model]) -> list[str]:
    """The columns of a model in the order in which `selected` names them, by the names of its attributes."""
    return [field.attname for field in model._meta.concrete_fields]


def selected(model: type[Model], table: str) -> str:
    """The columns of a model for a SELECT, from a table by this name."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


def loaded(model: type[Loaded], row: Sequence[Any]) -> Loaded:
    """The model whose columns a row begins with."""
    columns = columns_of(model)
    return model.from_db(connection.alias, columns, row[: len(columns)])
