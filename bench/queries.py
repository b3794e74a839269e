"""Count the statements of each page and piece of work, and compare them with queries.toml.

The cases are few and always equal, and the process has done everything once before. A test compares, so
that no page sends more statements unnoticed; `python -m bench --write-queries` updates the file.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path

from bench import work
from bench.goals import WITH_GRANTS
from bench.need_to_know import give
from bench.pages import pages
from bench.readers import Readers, readers
from bench.timing import counted
from bench.volume import Volume

WRITTEN = Path(__file__).with_name("queries.toml")
SIZE = 300
TURNS = 5  # the first turn is not counted
ROWS = 50  # rows of an import
HEAD = """\
# How many statements each page and each piece of work sends over {size} cases, when it was done before.
# `python -m bench --write-queries` writes this file; tests/test_bench.py compares it.
"""


def found() -> dict[str, int]:
    """Return the number of statements of everything, by name. The database must be empty."""
    volume = Volume.up_to(SIZE)
    volume.grow(SIZE)
    return {name: most(turn) for name, turn in things(volume, readers())}


def most(turn: Callable[[], object]) -> int:
    """Return the most statements of one turn, not counting a first one."""
    turn()
    return max(counted(turn) for _ in range(1, TURNS))


def things(volume: Volume, who: Readers) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield everything that is counted, by name; each call is the next turn."""
    for page in pages(who):
        yield page.name, following(page.fetch)
    yield work.STEP_TAKEN, following(lambda turn: work.attempt(*volume.at_gateway[turn])())
    with work.file_of(volume, who, ROWS) as path:
        yield f"import of {ROWS}", partial(work.import_undone, path, who.supervisor.person, looking=False)
    yield work.CHECKS, partial(work.report, who)
    give(who)
    yield from (
        (f"{page.name}{WITH_GRANTS}", following(page.fetch))
        for page in pages(who)
        if page.name == "home, officer"
    )


def following(fetch: Callable[[int], object]) -> Callable[[], object]:
    """Return a function that calls `fetch` with 0, then 1, and so on."""
    turns = count()
    return lambda: fetch(next(turns))


def written() -> dict[str, int]:
    """Return the numbers in the file."""
    return tomllib.loads(WRITTEN.read_text(encoding="utf-8"))


def write(numbers: Mapping[str, int]) -> None:
    """Write the numbers to the file."""
    lines = (f'"{name}" = {number}\n' for name, number in numbers.items())
    WRITTEN.write_text(HEAD.format(size=SIZE) + "".join(lines), encoding="utf-8")


def differences(found: Mapping[str, int], written: Mapping[str, int]) -> list[str]:
    """Return a sentence for everything whose number differs from the file, or is missing there."""
    return [
        sentence(name, found.get(name), written.get(name))
        for name in dict.fromkeys([*found, *written])
        if found.get(name) != written.get(name)
    ]


def sentence(name: str, found: int | None, written: int | None) -> str:
    """Return what differs, and what to do about it."""
    anew = "Write it down with `python -m bench --write-queries`."
    if found is None:
        return f"“{name}” is written down in bench/queries.toml and not counted any more. {anew}"
    if written is None:
        return f"“{name}” sends {found} statements and is not in bench/queries.toml. {anew}"
    if found > written:
        look = f"`python -m bench.profile '{name}' --size {SIZE}` shows each of them."
        return f"“{name}” sends {found} statements, {found - written} more than are written down. {look}"
    return f"“{name}” sends {found} statements, {written - found} fewer than are written down. {anew}"
