"""`handrail policy`: read a policy pack, and show it."""

from pathlib import Path
from typing import Annotated

import typer

from handrail.commands.printing import print_json
from handrail.policy.load import PackError, load_pack
from handrail.policy.schema import Pack
from handrail.policy.show import show as page_of

FOUND = 1
CANNOT_RUN = 2
Folder = Annotated[Path, typer.Argument(help="The folder of the pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what a machine would read.")]

policy = typer.Typer(no_args_is_help=True, help="Policy packs: is one sound, and what does it say?")


def register(app: typer.Typer) -> None:
    app.add_typer(policy, name="policy")


@policy.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a pack: which file, which key, and what would be right."""
    if not folder.is_dir():
        typer.echo(f"handrail: {folder} is not a folder.", err=True)
        raise typer.Exit(CANNOT_RUN)
    try:
        pack = load_pack(folder)
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


def counted(pack: Pack) -> str:
    """How much there is of each part of a pack."""
    parts = ("stages", "steps", "forms", "code_lists", "limits", "checks", "registers")
    return ", ".join(f"{len(getattr(pack, part))} {part.replace('_', ' ')}" for part in parts)
