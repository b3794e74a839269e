"""`handrail checks`: what is out of line is named, and what was not asked is never called well."""

import json
from contextlib import nullcontext

import pytest
from typer.testing import CliRunner

from handrail.cases.timeline import checks
from handrail.cases.timeline.checks import Finding
from handrail.commands import app, installation
from handrail.policy.schema.obligations import Check
from handrail.policy.schema.pack import Pack
from handrail.records.packs import current_pack

SAID = {"statement": "Panels meet.", "out_of_line": "Late.", "source": "local-choice"}
CHECK = Check.model_validate(SAID | {"id": "panels-meet", "kind": "obligation-met", "obligation": "panel"})


def finding(others: tuple[str, ...] = (), not_asked: str = "") -> Finding:
    return Finding(CHECK, 2, len(others), current_pack(), others=others, not_asked=not_asked)


@pytest.mark.parametrize(
    ("found", "status", "says"),
    [
        (finding(), 0, "0 of       2  Panels meet."),
        (finding(others=("Felpersham City Council",)), 1, "Felpersham City Council"),
        (finding(not_asked="Nothing records it."), 2, "Not asked of everything: Nothing records it."),
    ],
)
def test_an_organisation_is_named_and_what_was_not_asked_is_said(
    monkeypatch: pytest.MonkeyPatch, found: Finding, status: int, says: str
) -> None:
    def report(*packs: Pack) -> list[Finding]:
        return [found]

    monkeypatch.setattr(installation, "opened", lambda role: nullcontext())
    monkeypatch.setattr("handrail.cases.packs.packs_in_use", list)
    monkeypatch.setattr(checks, "report", report)
    done = CliRunner().invoke(app, ["checks"])
    assert (done.exit_code, says in done.output) == (status, True), done.output
    [told] = json.loads(CliRunner().invoke(app, ["checks", "--json"]).output)
    assert (told["others"], told["not_asked"]) == (list(found.others), found.not_asked)


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_policy_without_checks_is_never_called_well(
    monkeypatch: pytest.MonkeyPatch, option: list[str]
) -> None:
    bare = current_pack().model_copy(update={"checks": ()})
    monkeypatch.setattr(installation, "opened", lambda role: nullcontext())
    monkeypatch.setattr("handrail.cases.packs.packs_in_use", lambda: [bare])
    monkeypatch.setattr(checks, "report", lambda *packs: [])
    result = CliRunner().invoke(app, ["checks", *option])
    assert result.exit_code == 2
    assert option or f"There are no checks in “{bare.title}”" in result.output
