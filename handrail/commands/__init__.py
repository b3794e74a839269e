"""The command line. One file for each group of commands; each parses, calls a room and prints."""

import os

import typer

from handrail.commands import (
    accounts,
    checks,
    demonstration,
    imports,
    ledger,
    link,
    manage,
    match,
    patterns,
    policy,
    serve,
    up,
)
from handrail.commands.group import Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help=(
        "Case management for the police and their partners in the Prevent programme.\n\n"
        "State lives in the folder HANDRAIL_HOME (var/ unless it says otherwise); the database is one that "
        "Handrail runs there, or the one that DATABASE_URL names.\n\n"
        "Exit status: 0 well, 1 found something, 2 could not run."
    ),
)


@app.callback()
def begin() -> None:
    """Let every file and folder that a command makes be for its owner alone."""
    os.umask(0o077)


up.register(app)
demonstration.register(app)
policy.register(app)
imports.register(app)
checks.register(app)
match.register(app)
patterns.register(app)
ledger.register(app)
link.register(app)
accounts.register(app)
manage.register(app)
serve.register(app)
