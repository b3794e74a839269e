"""Only `fold.fold` sets columns that follow from entries, and only `store` writes them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Model

import handrail
from handrail.cases.engine import fold, rebuild, statements, store, subject_details
from handrail.cases.engine.rebuild import TABLES as PROJECTIONS
from handrail.cases.models import Case, Deadline, FollowUp, Referral, follow_up
from handrail.ledger.rebuild import columns_of
from handrail.subjects import models as subjects
from handrail.subjects.models import Detail, Subject

ROOT = Path(handrail.__file__).parent
# `FollowUp.become` and `Subject.described` fill a row from the fold's result and save nothing.
WRITERS = {
    Path(str(module.__file__))
    for module in (fold, follow_up, rebuild, statements, store, subject_details, subjects)
}
MODELS = {model.__name__ for model in PROJECTIONS}
TABLES = "|".join(model._meta.db_table for model in PROJECTIONS)
STATEMENT = re.compile(rf"\b(UPDATE|INSERT INTO|DELETE FROM|MERGE INTO)\s+\"?({TABLES})\b", re.IGNORECASE)
RELATED = {"referrals", "details", "deadlines", "follow_ups", "joined"}
WRITES = {"update", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
COLUMNS = {
    name
    for model in PROJECTIONS
    for field in model._meta.concrete_fields
    if field.attname in columns_of(model)
    for name in (field.attname, field.name)
} - {"case", "id", "subject"}  # set on loaded rows to avoid a query
# Names of variables that hold rows of other tables where they are saved; a new name has to be added here.
OTHERS = {
    "app", "asked", "document", "draft", "duty", "exclusion", "force", "grant", "letter", "link",
    "match", "new", "notice", "organisation", "person", "post", "raised", "reading", "redacted",
    "register_entry", "restriction", "sample", "summary", "year",
}  # fmt: skip
BELOW = {
    "access",
    "ledger",
    "organisations",
    "records",
    "sign_in",
}  # rooms that may not import cases
OWN_ROWS = {"notices", "registers"}  # rooms whose variable `row` holds their own tables

# Columns that are compared: a new one is added here, or to PROJECTIONS with a reason.
COMPARED: dict[type[Model], str] = {
    Case: """marking_id level id force_id council_id joined_to_id owner_id allocated pack_id version stage_id
        stage_since opened_on closed_on next_due waiting_since taken taken_here pending_step pending_outcome
        pending_by pending_number threat_at threat_number threat_due_at restricted taken_over_on""",
    Subject: """given_name family_name date_of_birth born_in approximate_age gender ethnicity address town
        postcode name_key family_key sort_key found_under""",
    Referral: "force_id step_id received_on sector concern source_reference",
    Detail: """subject_id record number level apart kind what source on since until ended_by wrong_by
        found_under other_id other_record""",
    Deadline: "case_id force_id limit_id step_id role began due ended lapsed",
    FollowUp: """case_id number kind_id by to_person_id to_organisation_id began due answer_due accepted_on
        refused_on reported_on missed_on ended_on ended_by""",
}


def test_every_column_is_compared_or_said_to_be_no_projection() -> None:
    assert {model: columns_of(model) for model in PROJECTIONS} == {
        model: names.split() for model, names in COMPARED.items()
    }
    for model, table in PROJECTIONS.items():
        apart = table.apart
        assert apart.keys() <= {field.attname for field in model._meta.concrete_fields}
        assert all(apart.values())


def test_no_code_but_the_fold_writes_what_follows_from_the_entries() -> None:
    sources = [path for path in ROOT.rglob("*.py") if not {"tests", "migrations"} & {*path.parts}]
    assert {*sources} >= WRITERS
    found = [
        f"{path.relative_to(ROOT)}:{line}: {code}"
        for path in sources
        if path not in WRITERS
        for line, code in written(path.read_text(), path)
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "case.save(update_fields=['owner'])",
        "Case.objects.filter(pk=pk).update(level=3)",
        "case.deadlines.running().update(lapsed=True)",
        "details.update(apart=True)",
        "record.case.owner_id = by.pk",
        "case.restricted, case.allocated = True, False",
        "row.due += timedelta(days=1)",
        "one.apart = True",
        "setattr(joined, name, value)",
        "Detail.objects.bulk_update(details, ['apart'])",
        "FollowUp.objects.create(case=case)",
        "case.follow_ups.create(number=1)",
        "Deadline.objects.filter(case=case).delete()",
        "cursor.execute('UPDATE cases_case SET owner_id = %s', [pk])",
        "cursor.execute('insert into subjects_detail (id) values (1)')",
        "statements.change(case, ['owner_id'])",
        "Referral(case=case).save(force_insert=True)",
    ],
)
def test_a_planted_writer_is_found(planted: str) -> None:
    assert list(written(planted, ROOT / "cases" / "planted.py"))


def written(source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Return each place in a module that sets or writes, or might, what only the fold may; with its line."""
    tree, rooms = ast.parse(source), {*path.relative_to(ROOT).parts}
    known = OTHERS | ({"row"} if OWN_ROWS & rooms else set())
    names_tell = not BELOW & rooms
    inside = _classes_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and names_tell:
            for target in _targets(node):
                name = _last(target.value)
                of_another = name == "self" and inside.get(node) not in MODELS
                if target.attr in COLUMNS and name not in known and not of_another:
                    yield node.lineno, ast.unparse(target)
        elif isinstance(node, ast.Call) and (_names_a_case(node) or (names_tell and _may_write(node, known))):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
            yield node.lineno, node.value


def _names_a_case(call: ast.Call) -> bool:
    """Return whether a call writes rows of a projected table that the call names, or of its related rows."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES | {"save"}:
        return False
    named = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)}
    through = {node.attr for node in ast.walk(call.func.value) if isinstance(node, ast.Attribute)}
    return bool(MODELS & named or RELATED & through)


def _may_write(call: ast.Call, known: set[str]) -> bool:
    """Return whether a call writes a row whose variable is not known to hold another table's."""
    if isinstance(call.func, ast.Name):
        return call.func.id == "setattr" and _last(call.args[0]) not in known
    if not isinstance(call.func, ast.Attribute):
        return False
    if isinstance(call.func.value, ast.Name) and call.func.value.id == "statements":
        return True
    first = next((node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)), "")
    if first[:1].isupper() or _last(call.func.value) in known:
        return False
    changed = {keyword.arg for keyword in call.keywords}
    return call.func.attr == "save" or (call.func.attr == "update" and bool(COLUMNS & changed))


def _targets(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[ast.Attribute]:
    """Return the attributes that a statement sets."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        yield from (one for one in ast.walk(target) if isinstance(one, ast.Attribute) and _is_set(one))


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _last(node: ast.expr) -> str:
    """Return the name before the last dot."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _classes_of(tree: ast.Module) -> dict[ast.AST, str]:
    """Return the name of the class that contains each node."""
    return {
        node: found.name
        for found in ast.walk(tree)
        if isinstance(found, ast.ClassDef)
        for node in ast.walk(found)
    }
