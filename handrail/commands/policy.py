"""`handrail policy`: read a policy pack, show it, say what changed, and move cases to a newer one."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.commands import installation
from handrail.commands.imports import importing, refuse
from handrail.commands.printing import print_json
from handrail.commands.progress import counting
from handrail.config.database import Role
from handrail.organisations import roles
from handrail.policy.diff import differences
from handrail.policy.diff_page import diff_page, diff_text
from handrail.policy.load import PackError, load_pack
from handrail.policy.names import REGISTERED
from handrail.policy.schema.pack import Pack
from handrail.policy.show import show as page_of

if TYPE_CHECKING:
    from handrail.cases.steps.policy_change import Report

FOUND = 1
CANNOT_RUN = 2
Folder = Annotated[Path, typer.Argument(help="The folder of the pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what a machine would read.")]

policy = typer.Typer(no_args_is_help=True, help="Policy packs: is one sound, and what does it say?")


def register(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")


@policy.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a pack: which file, which key, and what would be right.

    The names that code gives, such as roles and counts, are those of this Handrail with all its rooms.
    """
    if not folder.is_dir():
        typer.echo(f"handrail: {folder} is not a folder.", err=True)
        raise typer.Exit(CANNOT_RUN)
    installation.load_rooms()
    try:
        pack = load_pack(folder, replace(REGISTERED, roles={*roles.Role}))
    except PackError as error:
        if as_json:
            print_json({"sound": False, "problems": error.problems})
        else:
            typer.echo("\n".join(map(str, error.problems)))
        raise typer.Exit(FOUND) from error
    if as_json:
        print_json({"sound": True, "pack": pack.id, "problems": []})
    else:
        typer.echo(f"{pack.title} is sound: {counted(pack)}.")


@policy.command()
def show(folder: Folder, out: Annotated[Path, typer.Option(help="The HTML file to write.")]) -> None:
    """Write a page that a policy lead can read and print: everything the pack says, with its sources."""
    try:
        out.write_text(page_of(load_pack(folder)), encoding="utf-8")
    except (PackError, OSError) as error:
        typer.echo(f"handrail: {error}", err=True)
        raise typer.Exit(CANNOT_RUN) from error
    typer.echo(f"Written to {out}.")


@policy.command()
def diff(
    older: Folder,
    newer: Folder,
    out: Annotated[Path | None, typer.Option(help="Write a page to this HTML file as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say in plain words what changed from one pack to another, the older first.

    Exit status 0: both say the same. 1: they differ. 2: a pack could not be read.
    """
    try:
        before, after = load_pack(older), load_pack(newer)
        changes = differences(before, after)
        if out:
            out.write_text(diff_page(before, after, changes), encoding="utf-8")
    except (PackError, OSError) as error:
        typer.echo(f"handrail: {error}", err=True)
        raise typer.Exit(CANNOT_RUN) from error
    if as_json:
        print_json({"older": before.id, "newer": after.id, "same": not changes, "changes": changes})
    else:
        typer.echo(diff_text(before, after, changes))
    raise typer.Exit(FOUND if changes else 0)


@policy.command()
def move(
    to: Annotated[str, typer.Option(help="The id of the newer pack, for example england-wales-2025.")],
    reason: Annotated[str, typer.Option(help="Why the cases are moved; it stands in each of them.")],
    by: Annotated[str, typer.Option(help="The email address of who moves them. Or HANDRAIL_BY.")] = "",
    force: Annotated[str, typer.Option(help="Only cases of this force, by its short name.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each case to this CSV file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move open cases to a newer policy: all that this person may change, with an entry in each.

    A run that was broken off is simply run again. Exit status 0: every case was moved. 1: some were not; the
    report says why. 2: nothing could be done.
    """
    with installation.opened(Role.JOBS):
        from handrail.access.errors import Refused
        from handrail.cases.steps.policy_change import force_called, move_many
        from handrail.written.rows import Unreadable

        try:
            if not reason.strip():
                raise Unreadable("Say why the cases are moved: --reason and a sentence.")
            with counting("Cases", quiet=as_json) as progress:
                done = move_many(
                    to,
                    by=importing(by),
                    reason=reason.strip(),
                    force=force_called(force) if force else None,
                    dry_run=dry_run,
                    progress=progress,
                )
            if report:
                done.write(report)
        except (Unreadable, Refused, OSError) as error:
            refuse(str(error), as_json=as_json)
        if as_json:
            print_json({"dry_run": dry_run, "moved": done.moved, "not_moved": done.left})
        else:
            typer.echo("\n".join(lines(done, to)))
    raise typer.Exit(FOUND if done.left else 0)


def lines(report: "Report", to: str) -> list[str]:
    """Return the report for a terminal: how many cases were moved, and how many were not, by reason."""
    verb = "would be moved" if report.dry_run else "moved"
    said = [f"{report.moved:,} of {len(report.lines):,} cases {verb} to {to}."]
    counts = Counter(line.why_not for line in report.left)
    return said + [f"{count:>7,} not: {why_not}" for why_not, count in counts.most_common()]


def counted(pack: Pack) -> str:
    """Return the number of parts of each kind in a pack."""
    parts = ("stages", "steps", "forms", "code_lists", "limits", "checks", "registers")
    numbers = {part.replace("_", " "): len(getattr(pack, part)) for part in parts}
    numbers["questions"] = sum(len(section.questions) for form in pack.forms for section in form.sections)
    return ", ".join(f"{number} {what}" for what, number in numbers.items())
