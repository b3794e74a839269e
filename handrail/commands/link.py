"""`handrail link`: find records of one person among many at once."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from handrail.commands import installation
from handrail.commands.match import read_columns, unread_data, unread_lines
from handrail.commands.printing import print_json
from handrail.commands.progress import counting
from handrail.commands.reading import Dates, HiddenRows, Sheet
from handrail.config.database import Role
from handrail.config.environment import home

if TYPE_CHECKING:
    from handrail.subjects.linking.reading import Record
    from handrail.subjects.linking.running import Done, Engine
    from handrail.subjects.matching import Commonness
    from handrail.subjects.matching.files import Columns, Unread

FOUND, CANNOT_RUN = 1, 2
STRONG = 16.0
MOST_OF_A_KEY = 60
MASTER = "HANDRAIL_SPARK"


class Where(StrEnum):
    """The backend that Splink runs on."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def register(app: typer.Typer) -> None:
    app.command()(link)


def link(
    file: Annotated[
        Path | None, typer.Argument(help="A CSV file with record_id; without one, everyone on record.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The CSV file of proposals to write.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A TOML file that translates the columns.")] = None,
    sheet: Sheet = "",
    hidden: HiddenRows = None,
    dates: Dates = None,
    least: Annotated[
        float, typer.Option("--from", help="The weight in bits from which on to propose.")
    ] = STRONG,
    most: Annotated[
        int, typer.Option("--most-of-a-key", min=2, help="Keys that more records share are left out.")
    ] = MOST_OF_A_KEY,
    engine: Annotated[
        Where, typer.Option(help="Where Splink works; Spark's master is HANDRAIL_SPARK.")
    ] = Where.DUCKDB,
    work: Annotated[
        Path | None, typer.Option(help="The folder for the work; run again with it to go on after a stop.")
    ] = None,
    memory: Annotated[str, typer.Option(help="The most that each database process may use.")] = "1GB",
    processes: Annotated[int, typer.Option(min=0, help="How many compare at once; 0: one a processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what a machine would read.")] = False,
) -> None:
    """Propose which records may be of one person, by the comparison of the live search. Nothing is linked.

    Of a file the proposals are written to --out: record_id, other_id, weight, strength, why. Of those on
    record they go into the queue in which people answer. It says how a file was read, which columns were not
    used and which cells not understood. Needs the extra handrail[link], for Spark also handrail[spark].

    Exit status 0: nothing is proposed, and all was understood. 1: something is, or was not. 2: it could not
    run.
    """
    how = How(
        least, most, engine, work or home() / "linking", memory, processes or os.cpu_count() or 1, as_json
    )
    with told_plainly():
        unread = _nothing_unread()
        if file is None:
            done = on_record(how)
        elif out is None:
            raise typer.BadParameter("Say with --out where the proposals of a file go.")
        else:
            columns = read_columns(mapping, sheet, hidden, dates)
            done = of_file(file, out, columns, _same_file(file, mapping), how, unread)
    if as_json:
        print_json(asdict(done) | (unread_data(unread) if file else {}))
    else:
        typer.echo("\n".join([*unread_lines(unread), summary_of(done, out)]))
    raise typer.Exit(FOUND if done.proposals or unread.count else 0)


def _nothing_unread() -> "Unread":
    from handrail.subjects.matching.files import Unread

    return Unread()


@dataclass(frozen=True, slots=True)
class How:
    """The parameters of a run."""

    least: float
    most: int
    engine: Where
    folder: Path
    memory: str
    processes: int
    quiet: bool


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print an expected error as one sentence."""
    from handrail.subjects.matching.files import Unusable

    try:
        yield
    except ImportError as error:
        refuse(f"{error.name} is missing: linking needs the extra handrail[link], Spark handrail[spark] too.")
    except (Unusable, ValueError) as error:
        refuse(str(error))


def refuse(message: str) -> NoReturn:
    """Print why the command could not run, and exit."""
    typer.echo(f"handrail: {message}", err=True)
    raise typer.Exit(CANNOT_RUN)


def of_file(file: Path, out: Path, columns: "Columns", same: str, how: How, unread: "Unread") -> "Done":
    """Link the records of a file, and write the proposals to a file.

    The file is scanned first, so that unreadable cells are reported even when an earlier run is continued.
    """
    from handrail.subjects.linking import reading
    from handrail.subjects.linking.proposing import to_file
    from handrail.subjects.linking.running import matches
    from handrail.subjects.matching.files import judged

    columns = judged(file, columns, unread)
    done = run(lambda: reading.of_file(file, columns), f"{same} {columns}", how)
    to_file(matches(how.folder), out)
    shutil.rmtree(how.folder)
    return done


def on_record(how: How) -> "Done":
    """Link the subjects in the database, and add the proposals to the queue."""
    with installation.opened(Role.JOBS):
        from handrail.subjects.counting import commonness
        from handrail.subjects.linking.proposing import to_queue
        from handrail.subjects.linking.reading import on_record
        from handrail.subjects.linking.running import matches

        # The frequencies of names that the live search uses.
        done = run(on_record, "", how, commonness())
        to_queue(matches(how.folder))
        shutil.rmtree(how.folder)
        return done


def run(
    records: "Callable[[], Iterable[Record]]", what: str, how: How, commonness: "Commonness | None" = None
) -> "Done":
    """Run the linking, with a progress bar for the records read and then for the parts compared."""
    from handrail.subjects.linking.running import Wanted, link

    wanted, engine, quiet = Wanted(what, how.least, how.most), _engine(how), how.quiet
    processes = how.processes if how.engine is Where.DUCKDB else 1
    with counting("Read, compared", quiet=quiet) as told:
        return link(
            records,
            wanted,
            engine,
            how.folder,
            commonness=commonness,
            processes=processes,
            reading=told,
            comparing=told,
        )


def _engine(how: How) -> "Engine":
    if how.engine is Where.SPARK:
        from handrail.subjects.linking.spark import LOCAL, Spark

        return Spark(how.folder, how.memory, os.environ.get(MASTER, LOCAL))
    from handrail.subjects.linking.duck import Duck

    return Duck(how.folder, how.memory)


def _same_file(file: Path, mapping: Path | None) -> str:
    """Return a text that changes when the file or the way to read it changes."""
    try:
        told = [(path.resolve(), path.stat()) for path in (file, mapping) if path]
    except OSError as error:
        refuse(f"{error.filename} cannot be opened: {error.strerror}.")
    return " ".join(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in told)


def summary_of(done: "Done", out: Path | None) -> str:
    """Return the result in words, with what was left out."""
    where = f"written to {out}" if out else "in the queue; pairs that were there already stay as they are"
    compared = f"{done.records:,} records, {done.compared:,} pairs compared"
    return (
        f"{compared}: {done.proposals:,} proposals, {where}.\n"
        f"Left out as too common: {done.common_keys:,} keys with {done.common_entries:,} entries. "
        "Records that share nothing else are not compared; raise --most-of-a-key to compare more."
    )
