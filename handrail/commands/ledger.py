"""`handrail ledger`: verify the record, seal it now, and compare stored columns with the entries."""

from pathlib import Path
from typing import Annotated

import typer

from handrail.commands import installation
from handrail.commands.progress import counting
from handrail.config import database
from handrail.config.database import Role
from handrail.config.environment import home

DIFFERENT, CANNOT_RUN = 1, 2

ledger = typer.Typer(no_args_is_help=True, help="The record: is it as it was written?")


def register(app: typer.Typer) -> None:
    app.add_typer(ledger, name="ledger")


@ledger.command()
def verify(
    heads: Annotated[
        Path | None, typer.Option(help="A folder of signed heads that was kept outside.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what a machine would read.")] = False,
    everything: Annotated[
        bool,
        typer.Option(help="Also compare every record, document and line of the log of reads."),
    ] = False,
) -> None:
    """Verify every entry, chain and head, and name each that was changed, moved, removed, added or cut off.

    Without heads from outside, whoever owns the database could rewrite all of it unseen.
    """
    from psycopg import Error
    from psycopg.conninfo import make_conninfo

    from handrail.ledger.proof import NoHeads
    from handrail.ledger.verify import print_report
    from handrail.ledger.verify import verify as verified

    if heads is not None and not heads.is_dir():
        typer.echo(f"handrail: {heads} is not a folder.", err=True)
        raise typer.Exit(CANNOT_RUN)
    if everything:
        raise typer.Exit(_verify_everything(heads, as_json=as_json))
    with installation.database_running():
        try:
            report = verified(make_conninfo(**database.parameters(Role.JOBS)), heads)
        except NoHeads as error:
            typer.echo(f"handrail: {error}", err=True)
            raise typer.Exit(CANNOT_RUN) from error
        except Error as error:
            typer.echo(f"handrail: the record cannot be read; `handrail up` makes it. {error}", err=True)
            raise typer.Exit(CANNOT_RUN) from error
    raise typer.Exit(print_report(report, as_json=as_json))


def _verify_everything(heads: Path | None, *, as_json: bool) -> int:
    """Verify the ledger and all that is stored beside it; print the result and return the exit status."""
    with installation.opened(Role.JOBS), counting("Records compared", quiet=as_json) as progress:
        from handrail.commands.everything import print_result, verified
        from handrail.ledger.proof import NoHeads

        try:
            found = verified(heads, progress)
        except NoHeads as error:
            typer.echo(f"handrail: {error}", err=True)
            return CANNOT_RUN
    return print_result(found, as_json=as_json)


@ledger.command()
def seal() -> None:
    """Seal what is new now, and write its signed head to the folder heads/ of HANDRAIL_HOME."""
    with installation.opened(Role.JOBS):
        from django.utils import timezone

        from handrail.access import sealing
        from handrail.ledger.seal import seal as sealed

        sealing.seal(timezone.now())
        head = sealed(timezone.now(), home())
    typer.echo(f"Sealed {head.size} entries." if head else "Nothing was new.")


@ledger.command()
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Compare, and write nothing.")] = False,
    since: Annotated[
        int | None,
        typer.Option(help="Only what changed since an earlier check, by the number that it printed."),
    ] = None,
) -> None:
    """Fold every record again from its entries, and name each column that is stored otherwise.

    Exit status 1 when there is any. Nothing is changed: `--check` is the only way there is.
    """
    if not check:
        typer.echo("handrail: say --check. What differs is looked at by a person, not overwritten.", err=True)
        raise typer.Exit(CANNOT_RUN)
    with installation.opened(Role.JOBS), counting("Records compared") as progress:
        from handrail.ledger.rebuild import check as checked
        from handrail.ledger.rebuild import now

        if since is not None and since > now():
            typer.echo("handrail: this database has not come as far; compare everything.", err=True)
            raise typer.Exit(CANNOT_RUN)
        report = checked(progress, since)
    for difference in report.differences:
        typer.echo(str(difference))
    found = len(report.differences)
    typer.echo(f"{report.compared} records compared with their entries, {found} differences.")
    typer.echo(f"The next check can compare what changes from now on: --since {report.moment}")
    raise typer.Exit(DIFFERENT if found else 0)
