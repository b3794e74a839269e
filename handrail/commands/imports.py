"""`handrail import`: import existing records of a force."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.commands import installation
from handrail.commands.printing import SHOWN, print_json, reading_lines
from handrail.commands.progress import counting
from handrail.commands.reading import Dates, HiddenRows, Sheet
from handrail.config.database import Role

if TYPE_CHECKING:
    from handrail.cases.imports.referrals import How
    from handrail.cases.imports.report import ImportReport
    from handrail.notices.foretelling import Foretold
    from handrail.organisations.models import Person


File = Annotated[
    Path, typer.Argument(help="A CSV file or an .xlsx workbook; docs/import.md says what is in it.")
]
MappingFile = Annotated[Path | None, typer.Option(help="A TOML file that translates the columns.")]
By = Annotated[str, typer.Option(help="The email address of who imports. Or HANDRAIL_BY.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything and write nothing.")]
ErrorsFile = Annotated[
    Path | None, typer.Option(help="Write the wrong rows, to be mended, to this CSV file.")
]
SimilarIsNew = Annotated[
    bool,
    typer.Option(
        "--similar-is-new", help="Take rows whose reference is nearly that of another referral, too."
    ),
]
BackRecord = Annotated[
    bool,
    typer.Option("--back-record", help="Tell nobody of the new cases, nor of what was late before today."),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Import without saying beforehand what that sets in motion.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print what a machine would read.")]

FOUND = 1
CANNOT_RUN = 2

imports = typer.Typer(no_args_is_help=True, help="Take over referrals from a file.")


def register(app: typer.Typer) -> None:
    app.add_typer(imports, name="import")


@imports.callback()
def only_group() -> None:
    """Make Typer keep `referrals` as a subcommand, although it is the only one so far."""


@imports.command()
def referrals(
    file: File,
    mapping: MappingFile = None,
    by: By = "",
    dry_run: DryRun = False,
    errors: ErrorsFile = None,
    sheet: Sheet = "",
    hidden: HiddenRows = None,
    dates: Dates = None,
    similar_is_new: SimilarIsNew = False,
    back_record: BackRecord = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Open a case for each row. Rows that are wrong are named and left out; rows imported before are skipped.

    Before anything is written it says how many cases that opens, how many of their tasks are late from the
    beginning, and how many notices go to how many people. At a terminal it asks where any task is late.

    Exit status 0: every row is well. 1: some rows were not taken. 2: the file could not be imported.
    """
    with installation.opened(Role.JOBS):
        from handrail.access.errors import NotAllowed
        from handrail.cases.imports.referrals import How
        from handrail.written.rows import Unreadable

        how = How(sheet, hidden or "", dates.value if dates else None, similar_is_new, back_record)
        try:
            run = _Run(file, mapping, importing(by), how, dry_run=dry_run, as_json=as_json)
            report = run.carried_out(looks_ahead=dry_run or not yes)
            if errors and not report.is_well:
                report.write_errors(errors)
        except (Unreadable, NotAllowed, OSError) as error:
            refuse(str(error), as_json=as_json)
        said = report.as_data() | run.notified
        print_json(said) if as_json else typer.echo("\n".join(lines(report, errors)))
    raise typer.Exit(0 if report.is_well else FOUND)


@dataclass
class _Run:
    """One run of the command. `notified` counts the notices that the import brings, once it looked ahead."""

    file: Path
    mapping: Path | None
    by: "Person"
    how: "How"
    dry_run: bool
    as_json: bool
    notified: dict[str, int] = field(default_factory=dict)

    def carried_out(self, *, looks_ahead: bool) -> "ImportReport":
        """Look ahead, say what follows and ask, as far as wanted; then import. Return the last report."""
        from handrail.cases.imports.referrals import import_referrals

        ahead = self._look_ahead() if looks_ahead else None
        if ahead and self.dry_run:
            return ahead
        if ahead:
            ask_first(ahead)
        with counting("Referrals", quiet=self.as_json) as progress:
            return import_referrals(self.file, self.mapping, by=self.by, how=self.how, progress=progress)

    def _look_ahead(self) -> "ImportReport":
        """Return what an import would do, having said at a terminal what follows from it. Nothing is kept."""
        from handrail.cases.imports.referrals import import_referrals
        from handrail.notices.foretelling import Foretold

        foreseen = Foretold()
        with counting("Looking ahead", quiet=self.as_json) as progress:
            report = import_referrals(
                self.file,
                self.mapping,
                by=self.by,
                dry_run=True,
                how=self.how,
                foresee=foreseen.look,
                progress=progress,
            )
        self.notified = {"notices": foreseen.notices, "people_told": len(foreseen.people)}
        if report.imported and not self.as_json:
            typer.echo("\n".join(consequences(report, foreseen, back_record=self.how.back_record)))
        return report


def consequences(report: "ImportReport", foreseen: "Foretold", *, back_record: bool) -> list[str]:
    """Return the consequences of an import, in words."""
    said = (
        f"{report.imported:,} cases to open: {report.late:,} tasks on {report.late_cases:,} of them are late "
        f"from the beginning. The next round brings {foreseen.notices:,} notices to "
        f"{len(foreseen.people):,} people."
    )
    if back_record:
        return [said, "As a back record: nobody is told of these cases, nor of what was late before today."]
    if report.late:
        return [
            said,
            "Is this a back record? With --back-record nobody is told of what was late before today.",
        ]
    return [said]


def at_a_terminal() -> bool:
    """Return whether the command runs at a terminal where a user can answer."""
    return sys.stdin.isatty()


def ask_first(report: "ImportReport") -> None:
    """Ask for confirmation at a terminal before opening cases that are late from the start."""
    if report.late and at_a_terminal() and not typer.confirm("Import them?"):
        typer.echo("Nothing was imported.")
        raise typer.Exit(CANNOT_RUN)


def importing(address: str) -> "Person":
    """Return the person with this address, or that of HANDRAIL_BY. Raises Unreadable if there is none."""
    from handrail.organisations.models import Person
    from handrail.written.rows import Unreadable

    address = address or os.environ.get("HANDRAIL_BY", "")
    if not address:
        raise Unreadable(
            "Say who imports: --by and the email address of somebody who may take referrals, for example "
            "a Prevent supervisor of the force."
        )
    person = Person.objects.filter(email=address.lower(), is_active=True).first()
    if person is None:
        raise Unreadable("Nobody here has the address that --by gives. Check it for slips.")
    return person


def refuse(message: str, *, as_json: bool) -> None:
    """Print why nothing could be done, and exit."""
    if as_json:
        print_json({"error": message})
    else:
        typer.echo(f"handrail: {message}", err=True)
    raise typer.Exit(CANNOT_RUN)


def lines(report: "ImportReport", errors: Path | None) -> list[str]:
    """Return the report for a terminal: notes, errors by row, counts, and what to do next."""
    remarks = [f"Row {remark.row}, {remark.column}: {remark.message}" for remark in report.remarks]
    said = reading_lines(report.notes, remarks, len(remarks), "remarks; --json prints all.")
    for refused in report.in_order()[:SHOWN]:
        said += [
            f"Row {refused.row.number}, {column}: {message}" for column, message in refused.errors.items()
        ]
    if len(report.wrong) > SHOWN:
        said.append(f"… and {len(report.wrong) - SHOWN:,} more rows with errors.")
    verb = "would be imported" if report.dry_run else "imported"
    said.append(
        f"{report.rows:,} rows: {report.imported:,} {verb}, {report.already_there:,} already there, "
        f"{len(report.wrong):,} with errors."
    )
    if report.different:
        said.append(
            f"{report.different:,} of those have a reference that already exists, but different content."
        )
    if report.wrong:
        said.append(
            f"The rows with errors are in {errors}: mend them there and import that file."
            if errors
            else "Correct them and import the file again: rows that already exist are skipped. "
            "--errors FILE.csv writes only the wrong rows."
        )
    return said
