"""`handrail patterns`: patterns in the log of reads that deserve a human's look."""

from datetime import timedelta
from typing import Annotated

import typer

from handrail.commands import installation
from handrail.commands.printing import print_json
from handrail.config.database import Role

FOUND = 1
MONTH = 31


def register(app: typer.Typer) -> None:
    app.command()(patterns)


def patterns(
    days: Annotated[int, typer.Option(min=1, max=MONTH, help="How many days back to look.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print what a machine would read.")] = False,
) -> None:
    """List what in the log of reads is worth a human's look. Exit status 1 when something is.

    Each line is a fact to ask somebody about, and most have an innocent answer: nothing is added up, and
    nobody gets a score. Lines name who looked and the reference of the case, nothing else of it.
    """
    with installation.opened(Role.JOBS):
        from django.utils import timezone

        from handrail.cases.case_access.audit_patterns import patterns as found_patterns

        until = timezone.now()
        found = found_patterns(until - timedelta(days=days), until, inside=True)
        if as_json:
            print_json(found)
        else:
            for pattern in found:
                about = f" ({pattern.reference})" if pattern.reference else ""
                when = f"{timezone.localtime(pattern.first_at):%Y-%m-%d %H:%M}"
                typer.echo(f"{when}  {'; '.join(pattern.who)}: {pattern.what}{about}")
    raise typer.Exit(FOUND if found else 0)
