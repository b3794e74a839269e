"""Reading a policy pack from its folder.

A pack is a folder of TOML files. `pack.toml` describes it; every other file, at any depth, adds to the lists
of `LISTS`. Which file says what is the author's choice.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from handrail.policy.schema import (
    Check,
    CodeList,
    FollowUp,
    Form,
    Limit,
    Marking,
    Pack,
    Register,
    Stage,
    Step,
)
from handrail.policy.soundness import problems

LISTS: dict[str, type[BaseModel]] = {
    "stages": Stage,
    "code_lists": CodeList,
    "forms": Form,
    "steps": Step,
    "limits": Limit,
    "follow_ups": FollowUp,
    "checks": Check,
    "markings": Marking,
    "registers": Register,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a pack: in which file, at which key, and what would be right."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


class PackError(Exception):
    """A pack cannot be used; `problems` says all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load_pack(folder: Path) -> Pack:
    """Read, validate and check the pack in `folder`. Raises PackError with every problem found."""
    found: list[Problem] = []
    parts: dict[str, list[Any]] = {name: [] for name in LISTS}
    homes: dict[tuple[str, str], str] = {}
    head: dict[str, Any] = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        content = _read(path, name, found)
        if name == "pack.toml":
            head = content
            found += [Problem(name, key, "belongs in another file.") for key in LISTS if key in head]
            continue
        for key, value in content.items():
            _collect(name, key, value, parts, homes, found)
    if found:
        raise PackError(found)
    return _assemble(head, parts, homes)


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
    parts: dict[str, list[Any]],
    homes: dict[tuple[str, str], str],
    found: list[Problem],
) -> None:
    """Validate one list of one file, each item by itself, so that an error names its file and key."""
    if key not in LISTS or not isinstance(value, list):
        known = ", ".join(f"[[{name}]]" for name in LISTS)
        found.append(Problem(name, key, f"is not known here. Use one of {known}."))
        return
    for index, item in enumerate(value):
        label = item.get("id", index) if isinstance(item, dict) else index
        try:
            part = LISTS[key].model_validate(item)
        except ValidationError as error:
            found.extend(Problem(name, f"{key}[{label}].{where}", what) for where, what in _explain(error))
            continue
        parts[key].append(part)
        homes[key, str(label)] = name


def _assemble(head: dict[str, Any], parts: dict[str, list[Any]], homes: dict[tuple[str, str], str]) -> Pack:
    try:
        pack = Pack.model_validate(head | {name: tuple(items) for name, items in parts.items()})
    except ValidationError as error:
        raise PackError(Problem("pack.toml", where, what) for where, what in _explain(error)) from None
    faults = [
        Problem(homes.get((fault.list, fault.id), "pack.toml"), f"{fault.list}[{fault.id}]", fault.message)
        for fault in problems(pack)
    ]
    if faults:
        raise PackError(faults)
    return pack


def _explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Each error of the schema as the key it is at and a sentence."""
    for item in error.errors():
        where = ".".join(str(part) for part in item["loc"])
        match item["type"]:
            case "missing":
                yield where, "is missing; add it."
            case "extra_forbidden":
                yield where, "is not a key that is known here; remove it or correct its spelling."
            case "string_pattern_mismatch":
                yield where, f"is “{item['input']}”; an id has small letters, digits and single hyphens."
            case _:
                yield where, f"{item['msg']} (it says {item['input']!r})."
