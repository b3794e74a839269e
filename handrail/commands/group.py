from typing import Any

import typer
from typer.core import TyperGroup

from handrail.config.environment import Misconfigured

CANNOT_RUN = 2


class Commands(TyperGroup):
    """A command group that prints an expected error as one sentence instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Misconfigured as error:
            typer.echo(f"handrail: {error}", err=True)
            raise typer.Exit(CANNOT_RUN) from error
