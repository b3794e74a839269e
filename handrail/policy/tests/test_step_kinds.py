"""Each kind of step is one word, one module and one row of a table; no code reads its keys elsewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import ORDINARY, StepKind, kind_of, kinds, own_keys, register

ROOT = Path(__file__).resolve().parents[2]
README = ROOT.parent / "packs" / "README.md"
# The schema declares the keys, a kind's module reads them, and soundness compares the word with the registry.
MAY_READ = ("policy/schema/", "policy/step_kinds/", "policy/soundness/steps.py", "cases/step_kinds/")
# Attributes of these names that belong to an event or an entry, and to no step.
NOT_OF_A_STEP = {"event.ends", "event.corrects", "rule.ends"}


def reads(source: str) -> Iterator[str]:
    """Yield each attribute of a step in Python source that goes with its kind, or is the word of it."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute):
            continue
        said = ast.unparse(node)
        asks_a_kind = said.split(".")[0].isupper()
        if node.attr in own_keys() and said not in NOT_OF_A_STEP and not asks_a_kind:
            yield said
        if node.attr == "kind" and re.search(r"\bstep\.kind$", said):
            yield said


def reads_of_template(source: str) -> Iterator[str]:
    """Yield what a template reads of a step that goes with its kind."""
    names = "|".join(("kind", *sorted(own_keys())))
    for said in re.findall(rf"\b\w+\.(?:{names})\b", source):
        if said not in NOT_OF_A_STEP and (not said.endswith(".kind") or said == "step.kind"):
            yield said


def test_what_goes_with_a_kind_is_read_in_its_module_alone() -> None:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        elsewhere = not name.startswith(MAY_READ) and not re.search("/(tests|migrations)/", name)
        if elsewhere and "handrail.policy" in source:  # a module without policy has no steps
            found += [(name, said) for said in reads(source)]
    for path in sorted(ROOT.rglob("jinja2/**/*.html")):
        found += [(path.name, said) for said in reads_of_template(path.read_text(encoding="utf-8"))]
    assert found == []


def test_a_planted_read_is_found() -> None:
    assert list(reads("if entry.step.in_register: pass")) == ["entry.step.in_register"]
    assert list(reads('x = step.kind == "note"')) == ["step.kind"]
    assert list(reads("x = question.kind, event.ends, REGISTER_ENTRY.ends(step)")) == []
    assert list(reads_of_template("{% if step.public %}{{ step.kind }}{{ check.kind }}")) == [
        "step.public",
        "step.kind",
    ]


def test_the_keys_that_go_with_a_kind_are_keys_of_a_step() -> None:
    assert own_keys() == {
        "public", "confidants", "without_name", "in_register", "ends", "corrects", "informs",
    }  # fmt: skip
    assert own_keys() <= set(Step.model_fields)


def test_a_word_is_of_one_kind() -> None:
    class Another(StepKind):
        word = "note"
        means = "nothing"

    with pytest.raises(ValueError, match="a kind of step “note” already"):
        register(Another())


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.word)
def test_the_readme_says_each_kind_in_one_row(kind: StepKind) -> None:
    assert f"| `{kind.word}` | {kind.means} |" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.word)
def test_a_pack_uses_each_kind(first_pack: Pack, kind: StepKind) -> None:
    assert kind.steps(first_pack)
    assert all(kind_of(step) is kind for step in kind.steps(first_pack))


def test_a_step_that_says_no_kind_is_ordinary(small_pack: Pack) -> None:
    assert kind_of(small_pack.step_by_id["decide"]) is ORDINARY
