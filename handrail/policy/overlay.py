"""Lay a pack over the older one that it extends, so that it says only the differences.

This works on the plain content of TOML files. A table lies over another key by key. In a list of parts, a
part lies over the one with an equal id. A new part comes after its predecessor in the newer list, or at the
end. `replace = true` replaces the older part completely; `remove = true` removes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

REPLACE = "replace"
REMOVE = "remove"
EVERY_ROLE = "every role"


class CannotLay(Exception):
    """A part cannot be laid over another; the message says why."""


def lay(newer: Any, older: Any) -> Any:
    """Return the newer value laid over the older one, or over nothing."""
    if isinstance(newer, Mapping):
        beneath = older if isinstance(older, Mapping) and newer.get(REPLACE) is not True else {}
        laid = {key: lay(value, beneath.get(key)) for key, value in newer.items() if key != REPLACE}
        return {**beneath, **laid}
    if are_parts(newer):
        return lay_parts(newer, older if are_parts(older) else [])
    return newer


def lay_parts(newer: Sequence[Mapping[str, Any]], older: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the newer parts laid over the older parts with equal ids. Raises CannotLay."""
    found = {part["id"]: part for part in older}
    order, seen = list(found), set[str]()
    place = len(order)
    for part in newer:
        id_ = part["id"]
        if id_ in seen:
            raise CannotLay(f"“{id_}” is there more than once.")
        seen.add(id_)
        if part.get(REMOVE) is True:
            place = _taken_away(id_, order)
            continue
        if id_ not in found:
            order.insert(place, id_)
        found[id_] = lay(part, found.get(id_))
        place = order.index(id_) + 1
    return [found[id_] for id_ in order]


def _taken_away(id_: str, order: list[str]) -> int:
    """Remove a part, and return its former position."""
    if id_ not in order:
        raise CannotLay(f"“{id_}” cannot be removed: what is extended has no such part.")
    place = order.index(id_)
    del order[place]
    return place


def are_parts(value: Any) -> bool:
    """Return whether a value is a list of parts that have ids."""
    return isinstance(value, list) and bool(value) and all(map(is_part, value))


def is_part(value: Any) -> bool:
    """Return whether a value is a table with an id."""
    return isinstance(value, Mapping) and isinstance(value.get("id"), str)


def give_to_every_role(roles: Any, steps: list[Any]) -> None:
    """Replace `by = "every role"` of a step by the ids of all roles of the pack."""
    every = [role["id"] for role in roles] if are_parts(roles) else []
    for place, step in enumerate(steps):
        if is_part(step) and step.get("by") == EVERY_ROLE:
            steps[place] = {**step, "by": every}


def take_beside_too(stages: Sequence[Any], steps: list[Any]) -> None:
    """Add steps that may be taken beside others at one stage to each stage that declares `beside_as` it."""
    for stage in stages:
        like = stage.get("beside_as") if is_part(stage) else None
        for place, step in enumerate(steps):
            where = step.get("stages") if is_part(step) and step.get("beside") is True else None
            if isinstance(where, list) and like in where and stage["id"] not in where:
                after = where.index(like) + 1
                steps[place] = {**step, "stages": [*where[:after], stage["id"], *where[after:]]}
