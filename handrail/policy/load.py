"""Load a policy pack from its folder.

A pack is a folder of TOML files. `pack.toml` describes it; every other file, at any depth, adds to the
lists of `LISTS`. The author decides which file holds what. A pack that `extends` another one is laid over
it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.guards import Guard
from handrail.policy.mapping import loose_codes
from handrail.policy.names import Names
from handrail.policy.overlay import (
    EVERY_ROLE,
    CannotLay,
    are_parts,
    give_to_every_role,
    is_part,
    lay,
    lay_parts,
    take_beside_too,
)
from handrail.policy.schema.access import Marking
from handrail.policy.schema.codes import CodeList, CodeMapping
from handrail.policy.schema.form import Form
from handrail.policy.schema.obligations import Check, FollowUp, Limit, Obligation
from handrail.policy.schema.overview import Card
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet
from handrail.policy.schema.step import Register, Stage, Step
from handrail.policy.soundness.whole import problems
from handrail.policy.urgent import ask_at_once

LISTS: dict[str, type[BaseModel]] = {
    "stages": Stage,
    "code_lists": CodeList,
    "forms": Form,
    "steps": Step,
    "limits": Limit,
    "follow_ups": FollowUp,
    "checks": Check,
    "guards": Guard,
    "markings": Marking,
    "mappings": CodeMapping,
    "registers": Register,
    "obligations": Obligation,
    "question_sets": QuestionSet,
    "overview": Card,
}
STAND_INS = {
    **{key: {key: "…"} for key in ("title", "act", "label", "statement", "description", "out_of_line")},
    "source": {"source": LOCAL_CHOICE, "note": "…"},
}
OWN = frozenset({"id", "title", "summary", "in_force_from", "mappings"})  # keys that a pack never inherits


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a pack: the file, the key, and what would be right."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


class PackError(Exception):
    """A pack cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class _Content:
    """The content of a folder's files, laid over what they extend; `homes` maps each part to its file."""

    head: dict[str, Any]
    parts: dict[str, list[Any]]
    homes: dict[tuple[str, str], str]
    extended: "_Content | None" = None


def load_pack(folder: Path, names: Names | None = None) -> Pack:
    """Read, validate and check the pack in `folder`, with what it extends.

    `names` are those that code gives and the pack may use; they are not checked where it is None. Raises
    PackError with every problem found.
    """
    found: list[Problem] = []
    return _assemble(_read_folder(folder, found, ()), found, names)


def _read_folder(folder: Path, found: list[Problem], above: tuple[str, ...]) -> _Content:
    """Read the files of a folder, laid over the pack that it extends; `above` are the packs that led here."""
    paths = _files(folder)
    prefix = f"{folder.name}/" if above else ""
    head = _read(folder / "pack.toml", f"{prefix}pack.toml", found)
    content = _beneath(folder, head, found, (*above, folder.resolve().name))
    found += [Problem(f"{prefix}pack.toml", key, "belongs in another file.") for key in LISTS if key in head]
    here: dict[tuple[str, str], str] = {}
    for path in paths:
        name = prefix + path.relative_to(folder).as_posix()
        for key, value in (_read(path, name, found) if path.name != "pack.toml" else {}).items():
            _collect(name, key, value, content, here, found)
    content.homes.update(here)
    return content


def _beneath(folder: Path, head: dict[str, Any], found: list[Problem], above: tuple[str, ...]) -> _Content:
    """Return the content of the pack that a folder extends, under the folder's head; empty without one."""
    name = head.get("extends")
    if name is None:
        return _Content(head, {key: [] for key in LISTS}, {})
    if name in above or not _is_beside(folder, name):
        message = f"is “{name}”; it names another pack in the same folder, which does not extend this one."
        found.append(Problem("pack.toml", "extends", message))
        return _Content(head, {key: [] for key in LISTS}, {})
    older = _read_folder(folder.parent / name, found, above)
    shared = {key: value for key, value in older.head.items() if key not in OWN}
    try:
        laid = lay(head, shared)
    except CannotLay as error:
        found.append(Problem("pack.toml", "", str(error)))
        laid = head
    parts = {key: list(items) if key not in OWN else [] for key, items in older.parts.items()}
    return _Content(laid, parts, {**older.homes}, older)


def _is_beside(folder: Path, name: object) -> bool:
    """Return whether this is the name of a pack in the same folder of packs."""
    named = isinstance(name, str) and Path(name).name == name
    return named and (folder.parent / str(name) / "pack.toml").is_file()


def _files(folder: Path) -> list[Path]:
    if not (folder / "pack.toml").is_file():
        raise PackError([Problem(str(folder), "", "is not a policy pack: it has no file pack.toml.")])
    return sorted(folder.rglob("*.toml"))


def _read(path: Path, name: str, found: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        found.append(Problem(name, "", "is not UTF-8 text; save it as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        found.append(Problem(name, "", f"is not valid TOML: {error}."))
    return {}


def _collect(
    name: str,
    key: str,
    value: Any,
    content: _Content,
    here: dict[tuple[str, str], str],
    found: list[Problem],
) -> None:
    """Add one list of one file to the others, or lay it over the extended one; an empty list empties that."""
    if key not in LISTS or not isinstance(value, list):
        known = ", ".join(f"[[{name}]]" for name in LISTS)
        found.append(Problem(name, key, f"is not known here. Use one of {known}."))
        return
    labels = [str(item["id"]) if is_part(item) else str(len(content.parts[key])) for item in value]
    laid = content.extended.homes if content.extended else {}
    again = [label for label in labels if (key, label) in here and (key, label) not in laid]
    found += [
        Problem(name, f"{key}[{label}]", "This id is used more than once; ids are unique.") for label in again
    ]
    here.update({(key, label): name for label in labels})
    if content.extended and not value:
        content.parts[key][:] = [part for part in content.parts[key] if _is_among(part, key, here)]
    try:
        over = content.extended and are_parts(value)
        content.parts[key][:] = (
            lay_parts(value, content.parts[key]) if over else [*content.parts[key], *value]
        )
    except CannotLay as error:
        found.append(Problem(name, key, str(error)))


def _is_among(part: Any, key: str, here: dict[tuple[str, str], str]) -> bool:
    """Return whether a part of this list was read from the pack itself, and not from what it extends."""
    return is_part(part) and (key, part["id"]) in here


def _assemble(content: _Content, found: list[Problem], names: Names | None = None) -> Pack:
    """Build the pack: validate each part alone, so that an error names its file and key, then the whole."""
    give_to_every_role(content.head.get("roles"), content.parts["steps"])
    take_beside_too(content.parts["stages"], content.parts["steps"])
    ask_at_once(content.head.get("threat"), content.parts["forms"], content.parts["code_lists"])
    readable = not found
    parts = {key: tuple(_validated(key, items, content, found)) for key, items in content.parts.items()}
    try:
        pack = Pack.model_validate(content.head | parts)
    except ValidationError as error:
        raise PackError([*found, *(Problem("pack.toml", *said) for said in _explain(error))]) from None
    if readable and all(len(parts[key]) == len(items) for key, items in content.parts.items()):
        found += _unsound(pack, content, names)
    if found:
        raise PackError(found)
    return pack


def _unsound(pack: Pack, content: _Content, names: Names | None) -> Iterator[Problem]:
    """Yield what is unsound in a pack, or does not fit the pack that it extends."""
    faults = problems(pack, names)
    if content.extended and not {"stages", "code_lists", "mappings"} & {fault.list for fault in faults}:
        faults += loose_codes(_assemble(content.extended, []), pack)
    for fault in faults:
        home = content.homes.get((fault.list, fault.id), "pack.toml")
        yield Problem(home, f"{fault.list}[{fault.id}]", fault.message)


def _validated(key: str, items: list[Any], content: _Content, found: list[Problem]) -> Iterator[BaseModel]:
    for index, item in enumerate(items):
        label = str(item["id"]) if is_part(item) else str(index)
        try:
            yield LISTS[key].model_validate(item)
        except ValidationError as error:
            home = content.homes.get((key, label), "pack.toml")
            found.extend(Problem(home, f"{key}[{label}].{where}", what) for where, what in _explain(error))
            yield from _mended(LISTS[key], item, error)


def _mended(model: type[BaseModel], item: Any, error: ValidationError) -> Iterator[BaseModel]:
    """Yield a part with stand-ins for missing words and without unknown keys, so that all else is checked."""
    mended = deepcopy(item)
    with suppress(ValidationError, LookupError, TypeError):
        for wrong in error.errors():
            *path, key = wrong["loc"]
            inner = reduce(getitem, path, mended)
            if wrong["type"] == "extra_forbidden":
                del inner[key]
            else:
                inner |= STAND_INS[str(key)]
        yield model.model_validate(mended)


def _explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield each error of the schema as its key and a sentence."""
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"])
        match item["type"]:
            case "missing":
                yield where, "is missing; add it."
            case "extra_forbidden":
                yield where, "is not a key that is known here; remove it or correct its spelling."
            case "string_pattern_mismatch":
                yield where, f"is “{item['input']}”; an id has small letters, digits and single hyphens."
            case "tuple_type" if where == "by":
                yield where, f"is {item['input']!r}; it is a list of roles, or {EVERY_ROLE!r}."
            case _:
                yield where, f"{item['msg']} (it says {item['input']!r})."
