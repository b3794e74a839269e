"""`handrail account`: the first account of a new installation, and a link to replace lost credentials.

These commands run as the database owner: the web creates no account without a signed-in administrator.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from handrail.commands import installation
from handrail.config.database import Role as DatabaseRole
from handrail.organisations.roles import Role

CANNOT_RUN = 2
YEAR = 12  # calendar months


class Vetted(StrEnum):
    """Vetting levels by names that are easy to type; a test compares them with `Vetting`."""

    BASELINE = "baseline"
    PARTNER = "partner"
    POLICE = "police"
    MANAGEMENT = "management"


account = typer.Typer(no_args_is_help=True, help="Accounts: make the first one, and links to begin with.")


def register(app: typer.Typer) -> None:
    app.add_typer(account, name="account")


@account.command()
def create(
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="The address with which they sign in.")],
    organisation: Annotated[str, typer.Option(help="Where their post is: a slug such as west-yorkshire.")],
    role: Annotated[Role, typer.Option(help="The role of their post.")] = Role.ADMINISTRATOR,
    vetting: Annotated[Vetted, typer.Option(help="How far they were vetted.")] = Vetted.BASELINE,
    vetted_until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Until when that stands; a year unless said."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day of their post, for a role that needs one."),
    ] = None,
) -> None:
    """Make an account, and print the link with which its owner chooses a password.

    On a new installation nobody can sign in before this. Administrators make further accounts on the pages.
    """
    with installation.opened(DatabaseRole.OWNER):
        from handrail.accounts import by_hand
        from handrail.organisations.vetting import Vetting
        from handrail.policy.clock import add_months
        from handrail.sign_in import actions

        today = datetime.now().astimezone().date()
        stands = vetted_until.date() if vetted_until else add_months(today, YEAR)
        try:
            address = by_hand.create(
                name,
                email,
                role,
                organisation,
                (Vetting[vetting.name], stands),
                until.date() if until else None,
            )
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
    with installation.opened(DatabaseRole.OWNER):
        from handrail.accounts import by_hand
        from handrail.sign_in import actions

        try:
            address = by_hand.link(email, forget_factors=forget_factors)
        except actions.Refused as error:
            _refuse(error)
    typer.echo(f"This link works once, for three days; give it to nobody else:\n{address}")


def _refuse(error: Exception) -> NoReturn:
    typer.echo(f"handrail: {error}", err=True)
    raise typer.Exit(CANNOT_RUN) from error
