"""`handrail checks`: the checks of the policy over all cases."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.commands import installation
from handrail.commands.printing import print_json
from handrail.config.database import Role

if TYPE_CHECKING:
    from handrail.cases.timeline.checks import Finding

FOUND = 1
NOT_ASKED = 2


def register(app: typer.Typer) -> None:
    app.command()(checks)


def checks(
    as_json: Annotated[bool, typer.Option("--json", help="Print what a machine would read.")] = False,
    list_cases: Annotated[bool, typer.Option("--cases", help="Name the cases that are out of line.")] = False,
) -> None:
    """Ask every check of the policy.

    Exit status 1 when something is out of line, 2 when a check was not asked or a policy has none.

    Restricted cases are left out of the counts and the names: what is printed is passed on. Who is named for
    one sees on its page what is out of line.
    """
    with installation.opened(Role.JOBS):
        from handrail.cases.packs import packs_in_use
        from handrail.cases.timeline.checks import report

        packs = packs_in_use()
        unchecked, findings = [pack for pack in packs if not pack.checks], report(*packs)
        if as_json:
            print_json([described(finding, list_cases=list_cases) for finding in findings])
        else:
            for pack in unchecked:
                typer.echo(f"There are no checks in “{pack.title}”: nothing is asked of the cases under it.")
            for finding in findings:
                typer.echo(f"{finding.out_of_line:>7} of {finding.applies:>7}  {finding.check.statement}")
                if finding.not_asked:
                    typer.echo(f"{'':18}Not asked of everything: {finding.not_asked}")
                typer.echo("".join(f"{'':18}{name}\n" for name in finding.others), nl=False)
                if list_cases:
                    typer.echo(
                        "".join(f"{'':18}{reference}\n" for reference in references(finding)), nl=False
                    )
    found, missed = (any(getattr(f, name) for f in findings) for name in ("out_of_line", "not_asked"))
    raise typer.Exit(FOUND if found else NOT_ASKED if missed or unchecked else 0)


def described(finding: "Finding", *, list_cases: bool) -> dict[str, Any]:
    """Return a check with its counts and, where wanted, the references of failing cases."""
    check = finding.check
    found: dict[str, Any] = {
        "id": check.id,
        "statement": check.statement,
        "source": finding.pack.source_by_id[check.source].title,
        "applies": finding.applies,
        "out_of_line": finding.out_of_line,
        "others": list(finding.others),
        "not_asked": finding.not_asked,
    }
    return found | ({"cases": references(finding)} if list_cases else {})


def references(finding: "Finding") -> list[str]:
    """Return the references of the cases that fail a check."""
    from handrail.cases.models import Case
    from handrail.cases.packs import packs_in_use
    from handrail.cases.timeline.checks import out_of_line_with

    if not finding.cases:
        return []
    cases = out_of_line_with(Case.objects.all(), finding.check.id, packs_in_use())
    return list(cases.order_by("reference").values_list("reference", flat=True))
