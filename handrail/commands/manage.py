import os
import sys

import typer

from handrail.commands import installation
from handrail.config.database import Role, role

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def register(app: typer.Typer) -> None:
    app.command(hidden=True, context_settings=PASSED_ON)(manage)


def manage(context: typer.Context) -> None:
    """Django's own commands, as the owner of the database unless HANDRAIL_DATABASE_ROLE says otherwise."""
    from django.core.management import execute_from_command_line

    installation.prepare_django(role() if "HANDRAIL_DATABASE_ROLE" in os.environ else Role.OWNER)
    with installation.database_running():
        execute_from_command_line([sys.argv[0], *context.args])
