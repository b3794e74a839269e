"""Rules over dependencies: pinned, with checksums, from one source, each with a reason."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from audit.code import ROOT

PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
ELSEWHERE = re.compile(r"--(index-url|extra-index-url|find-links|trusted-host)|://|^-e |git\+", re.MULTILINE)
WANTED = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One package with its version and the checksums of its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def plain(name: str) -> str:
    """Return a package's name in the form that registries compare."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> list[Pin]:
    """Return the packages of a requirements file written by `make requirements`."""
    found = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        match = PIN.match(block)
        if match:
            found.append(Pin(plain(match[1]), match[2], tuple(HASH.findall(block))))
    return found


def troubles(root: Path = ROOT) -> list[str]:
    """Return every fault of the pins, a sentence each."""
    files = sorted((root / "requirements").glob("*.txt"))
    pinned = {path.name: pins(path.read_text(encoding="utf-8")) for path in files}
    return [
        *_sources(files),
        *_loose(pinned),
        *_contradictions(pinned),
        *_unreasoned(root),
        *_installing(root),
        *_styles(root),
    ]


def _sources(files: list[Path]) -> Iterator[str]:
    for path in files:
        if ELSEWHERE.search(path.read_text(encoding="utf-8")):
            yield f"requirements/{path.name} names a source of its own: the registry is a setting of pip."


def _loose(pinned: dict[str, list[Pin]]) -> Iterator[str]:
    for name, packages in pinned.items():
        if not packages:
            yield f"requirements/{name} pins nothing."
        for each in packages:
            if not each.hashes:
                yield f"requirements/{name}: {each.name} has no checksum."


def _contradictions(pinned: dict[str, list[Pin]]) -> Iterator[str]:
    """Yield packages pinned differently in two files, and packages installed in another version."""
    versions: dict[str, set[str]] = {}
    for each in (pin for packages in pinned.values() for pin in packages):
        versions.setdefault(each.name, set()).add(each.version)
    for name, found in versions.items():
        if len(found) > 1:
            yield f"{name} is pinned in {len(found)} versions: {', '.join(sorted(found))}."
    for package in metadata.distributions():
        wanted = versions.get(plain(package.name))
        if wanted and package.version not in wanted:
            yield f"{package.name} {package.version} is installed, pinned is {', '.join(sorted(wanted))}."


def _unreasoned(root: Path) -> Iterator[str]:
    reasons = plain((root / "docs" / "dependencies.md").read_text(encoding="utf-8"))
    for file in ("base.in", "dev.in"):
        for name in WANTED.findall((root / "requirements" / file).read_text(encoding="utf-8")):
            if plain(name) not in reasons and plain(name).removeprefix("django-") not in reasons:
                yield f"docs/dependencies.md gives no reason for {name}."


def _installing(root: Path) -> Iterator[str]:
    """Yield install commands that skip checksums or run scripts of packages."""
    for line in (root / "Makefile").read_text(encoding="utf-8").splitlines():
        if "--requirement " in line and "--require-hashes" not in line:
            yield f"Makefile installs without checksums: {line.strip()}"
        if "npm ci" in line and "--ignore-scripts" not in line:
            yield f"Makefile lets packages run scripts: {line.strip()}"


def _styles(root: Path) -> Iterator[str]:
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        if path and not package.get("integrity", "").startswith("sha512-"):
            yield f"package-lock.json: {path} has no checksum."
        if package.get("resolved"):
            yield f"package-lock.json: {path} names a source of its own."
