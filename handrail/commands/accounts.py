"""`handrail account`: the first account of a new installation, and a link for whoever lost everything."""

from datetime import datetime, timedelta
from typing import Annotated, NoReturn

import typer

from handrail.commands import installation
from handrail.config.database import Role as DatabaseRole
from handrail.organisations.roles import Role

CANNOT_RUN = 2
VETTED_FOR = timedelta(days=365)

account = typer.Typer(no_args_is_help=True, help="Accounts: make the first one, and links to begin with.")


def register(app: typer.Typer) -> None:
    app.add_typer(account, name="account")


@account.command()
def create(
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="The address with which they sign in.")],
    organisation: Annotated[str, typer.Option(help="Where their post is: a slug such as west-yorkshire.")],
    role: Annotated[Role, typer.Option(help="The role of their post.")] = Role.ADMINISTRATOR,
    vetted_until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Until when their vetting stands; a year from now at first."),
    ] = None,
) -> None:
    """Make an account, and print the link with which its owner chooses a password.

    On a new installation nobody can sign in before this. Administrators make further accounts on the pages.
    Whoever runs this answers for the person being vetted: without vetting a post lets nobody do anything.
    """
    with installation.opened(DatabaseRole.OWNER):
        from django.utils import timezone

        from handrail.access.sign_in import actions, by_hand

        stands = vetted_until.date() if vetted_until else timezone.localdate() + VETTED_FOR
        try:
            address = by_hand.create(name, email, role, organisation, stands)
        except actions.Refused as error:
            _refuse(error)
    typer.echo(
        f"{name} has an account. This link works once, for three days; give it to nobody else:\n{address}"
    )


@account.command()
def link(
    email: Annotated[str, typer.Argument(help="The address of the account.")],
    forget_factors: Annotated[
        bool, typer.Option("--forget-factors", help="Also take away app, passkeys and recovery codes.")
    ] = False,
) -> None:
    """Print a new link to an account, for somebody who lost their password, or everything.

    Make sure first that it is really them.
    """
    with installation.opened(DatabaseRole.WEB):
        from handrail.access.sign_in import actions, by_hand

        try:
            address = by_hand.link(email, forget_factors=forget_factors)
        except actions.Refused as error:
            _refuse(error)
    typer.echo(f"This link works once, for three days; give it to nobody else:\n{address}")


def _refuse(error: Exception) -> NoReturn:
    typer.echo(f"handrail: {error}", err=True)
    raise typer.Exit(CANNOT_RUN) from error
