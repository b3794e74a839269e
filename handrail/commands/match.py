"""`handrail match`: Handrail's matching on any two files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.commands.printing import print_json, reading_lines
from handrail.commands.progress import counting
from handrail.commands.reading import DateOrder, Dates, Hidden, HiddenRows, Sheet

if TYPE_CHECKING:
    from handrail.subjects.matching.files import Columns, Unread

CANNOT_RUN = 2
MOST = 1_000


def register(app: typer.Typer) -> None:
    app.command()(match)


def match(
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    people: Annotated[Path | None, typer.Option(help="A CSV file of people, with record_id.")] = None,
    queries: Annotated[Path | None, typer.Option(help="A CSV file of who is asked for.")] = None,
    names: Annotated[Path | None, typer.Option(help="A CSV file of pairs: name1, name2.")] = None,
    top: Annotated[int, typer.Option(min=1, max=MOST, help="The most answers to a query.")] = 10,
    mapping: Annotated[Path | None, typer.Option(help="A TOML file that translates the columns.")] = None,
    sheet: Sheet = "",
    hidden: HiddenRows = None,
    dates: Dates = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what a machine would read.")] = False,
) -> None:
    """Say who of some people each query may be about, and why; or how alike the names of pairs are.

    Columns besides record_id, all optional: given_name, family_name, full_name, date_of_birth, gender,
    address, town, postcode, telephone, email. Written are query_id, person_id, rank, weight, probability
    and why; of pairs name1, name2, weight and why. A weight is likeness in bits and says nothing else of
    anybody. It says how the files were read, which columns were not used and which cells not understood.

    Exit status 0: written. 2: a file could not be used.
    """
    from handrail.subjects.matching.files import Unread, Unusable

    unread = Unread()
    try:
        columns = read_columns(mapping, sheet, hidden, dates)
        if names and not people and not queries:
            done = _weigh(names, out, columns, unread, quiet=as_json)
        elif people and queries and not names:
            done = _find(people, queries, out, top, columns, unread, quiet=as_json)
        else:
            raise Unusable("Say --people and --queries, or --names.")
    except Unusable as error:
        typer.echo(f"handrail: {error}", err=True)
        raise typer.Exit(CANNOT_RUN) from None
    if as_json:
        print_json(done | unread_data(unread))
    else:
        counted = ", ".join(f"{number:,} {what}" for what, number in done.items())
        typer.echo("\n".join([*unread_lines(unread), f"{counted}. Written to {out}."]))


def unread_lines(unread: "Unread") -> list[str]:
    """Return in words how files were read, and counts of what was not understood."""
    counted = [f"{unread.count:,} cells were not understood and not compared."] if unread.count else []
    more = "cells that were not understood."
    return [*reading_lines(unread.notes, unread.cells, unread.count, more), *counted]


def unread_data(unread: "Unread") -> dict[str, Any]:
    """Return how files were read, for JSON."""
    cells = {"not understood": unread.count, "cells": unread.cells} if unread.count else {}
    return {"notes": unread.notes, **cells}


def read_columns(
    mapping: Path | None, sheet: str = "", hidden: Hidden | None = None, dates: DateOrder | None = None
) -> "Columns":
    """Return the column names of the mapping file and the options for reading. Raises Unusable."""
    from handrail.cases.imports.mappings import read_mapping
    from handrail.subjects.matching.files import Columns, Unusable
    from handrail.written.rows import Unreadable

    try:
        read = read_mapping(mapping)
    except Unreadable as error:
        raise Unusable(str(error)) from None
    order = dates.value if dates else read.dates
    return Columns(read.columns, order, sheet or read.sheet, hidden or "", read.ignore)


def _weigh(pairs: Path, out: Path, columns: "Columns", unread: "Unread", *, quiet: bool) -> dict[str, int]:
    from handrail.subjects.matching.files import WEIGHED, weighed, written

    done = 0
    with written(out, WEIGHED) as file, counting("Pairs", quiet=quiet) as progress:
        for done, row in enumerate(weighed(pairs, columns, unread), start=1):
            file.writerow(row)
            progress(done, 0)
    return {"pairs": done}


def _find(
    people: Path, queries: Path, out: Path, top: int, columns: "Columns", unread: "Unread", *, quiet: bool
) -> dict[str, int]:
    from handrail.subjects.matching.files import FOUND, People, written

    asked = answered = 0
    with written(out, FOUND) as file, counting("Queries", quiet=quiet) as progress:
        held = People(people, columns, unread)
        for asked, rows in enumerate(held.asked(queries, columns, top), start=1):
            file.writerows(rows)
            answered += bool(rows)
            progress(asked, 0)
    return {"people": len(held.ids), "queries": asked, "queries answered": answered}
