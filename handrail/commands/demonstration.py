"""`handrail demo`: a made-up country to try things in."""

from typing import Annotated

import typer

from handrail.commands import installation
from handrail.commands.progress import counting
from handrail.config.database import Role

CANNOT_RUN = 2


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    size: Annotated[str, typer.Option(help="How many referrals: a number, or “nation” for 13,000.")] = "1500",
    seed: Annotated[int, typer.Option(help="Another number makes another country.")] = 2018,
) -> None:
    """Load made-up people and two years of made-up referrals. Does nothing where they are loaded already.

    For trying things only: it refuses an installation that has people or cases of its own.
    """
    number = size_of(size)
    with installation.opened(Role.OWNER):
        from handrail.demo.load import NotEmpty, load_demonstration

        try:
            with counting("Made-up referrals") as progress:
                loaded = load_demonstration(number, seed, progress=progress)
        except NotEmpty as error:
            typer.echo(f"handrail: {error}", err=True)
            raise typer.Exit(CANNOT_RUN) from error
    if loaded.people:
        typer.echo(f"Made {loaded.people:,} people and {loaded.cases:,} referrals.")
    else:
        typer.echo("The demonstration is loaded already. For another, start with an empty HANDRAIL_HOME.")


def size_of(text: str) -> int:
    """Return the number of referrals for a named size or a number. Raises BadParameter."""
    from handrail.demo.sizes import NATION, USUAL

    named = {"nation": NATION, "small": USUAL}
    if text in named:
        return named[text]
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise typer.BadParameter(
            "Give a number of referrals from 1 to 1,000,000, or “nation”.", param_hint="--size"
        )
    return int(text)
