import ast
from pathlib import Path

from handrail.records import acts
from handrail.records.acts import Said

HANDRAIL = Path(acts.__file__).parents[1]
# Acts on access and on the log of reads are on chains that are no records. Migrations build their own acts.
BUILT_IN = {"records/acts.py", "access/actions.py", "access/sealing.py"}


def builders(source: str) -> bool:
    """Return whether a module builds an act of the ledger by itself."""
    tree = ast.parse(source)
    imported = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "handrail.ledger.record"
        and any(name.name == "Act" for name in node.names)
        for node in ast.walk(tree)
    )
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return imported and any(isinstance(called, ast.Name) and called.id == "Act" for called in calls)


def test_an_act_is_built_in_one_place() -> None:
    assert builders("from handrail.ledger.record import Act\nAct(chain=1)")
    found = {
        path.relative_to(HANDRAIL).as_posix()
        for path in HANDRAIL.rglob("*.py")
        if not {"tests", "migrations"} & {*path.parts} and builders(path.read_text())
    }
    assert found == BUILT_IN


def test_what_was_decided_and_why_stand_apart_from_the_answers() -> None:
    answers = {"what": "said", "outcome": "exit", "reason": "because"}
    assert Said.by(answers) == Said({"what": "said"}, "exit", "because")
    assert answers["outcome"] == "exit"
    assert Said.by({}) == Said()
