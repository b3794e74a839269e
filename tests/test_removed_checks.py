"""Permission checks are taken away one at a time; each that is missing is noticed at its own wall.

The other wall stands meanwhile, so that in life one forgotten check alone lets nobody through.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Q

from handrail.cases.views.sight import Sight
from handrail.config import row_security, rows
from handrail.config.rows import Rows
from handrail.organisations.roles import Role
from tests.walls import database_findings, page_findings, pages_alone
from tests.world import World

Removal = Callable[[], AbstractContextManager[Any]]


@contextmanager
def undone() -> Iterator[None]:
    """What is changed in the database meanwhile is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with work put off cannot be altered
        yield
        transaction.set_rollback(True)


# The database's own wall


def without(table: str, part: str, instead: str = "true") -> Removal:
    """A policy in which one part of what must hold is replaced."""

    @contextmanager
    def removed() -> Iterator[None]:
        declared = rows.of_table(table)
        assert isinstance(declared, Rows)
        assert declared.see
        assert part in declared.see, f"{table} is not held by {part} any more"
        weaker = declared.see.replace(part, instead)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER POLICY web_sees ON {table} USING ({weaker})")
        yield

    return removed


def wide_open(table: str) -> Removal:
    """A table without row security."""

    @contextmanager
    def removed() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        yield

    return removed


def entering_without(part: str, instead: str) -> Removal:
    """The function that works out what somebody may see, with one part of what must hold replaced."""

    @contextmanager
    def removed() -> Iterator[None]:
        assert part in row_security.ENTER, f"access_enter is not held by {part} any more"
        with patch.object(row_security, "ENTER", row_security.ENTER.replace(part, instead)):
            row_security.apply(connection)
        yield

    return removed


NOT_RESTRICTED = "NOT cases_case.restricted AND"
NOT_KEPT_FROM = f"AND NOT cases_case.id {rows.among('excluded')}"
IN_THE_DATABASE: dict[str, Removal] = {
    **{
        f"row security of {table}": wide_open(table)
        for table in (
            "cases_case",
            "cases_referral",
            "cases_deadline",
            "subjects_subject",
            "subjects_outline",
            "subjects_detail",
            "ledger_entry",
            "ledger_content",
            "documents_document",
            "access_grant",
        )
    },
    "restricted cases are for those who are named": without("cases_case", NOT_RESTRICTED, ""),
    "who is excluded sees nothing": without("cases_case", NOT_KEPT_FROM, ""),
    "a name is for those who work on the case": without("subjects_subject", rows.named("c")),
    "an outline is for those who work on the case": without("subjects_outline", rows.READABLE),
    "an entry is for those who see its case": without("ledger_entry", rows.of_case("chain", rows.IN_REACH)),
    "of a part only its stage": without(
        "ledger_entry", rows.in_part("c", "ledger_entry.stage"), rows.seen("c")
    ),
    "content is for those who work on the case": without("ledger_content", rows.READABLE_IN_PART),
    "a detail is for those who may read its entry": without("subjects_detail", rows.READABLE_IN_PART),
    "a document is for those who may read its entry": without("documents_document", rows.READABLE_IN_PART),
    "a grant that was ended is over": entering_without("ended_at IS NULL AND since", "since"),
    "a grant runs out": entering_without("AND (until IS NULL OR until > clock_timestamp())", ""),
    "a grant is to somebody": entering_without("(person_id = who OR", "(true OR"),
    "a grant of some stages is of these": entering_without("stages = '{{}}'", "true"),
    "an exclusion is somebody's": entering_without(
        "WHERE person_id = who AND ended_at IS NULL", "WHERE false"
    ),
    "only those who work on all see all of a force": entering_without(
        "'WORK_FORCE_CASES'", "'OVERSEE_FORCE'"
    ),
    "officers see their own": entering_without("'WORK_FORCE_CASES'", "'WORK_OWN_CASES'"),
    "those who oversee a region see a region": entering_without(
        "WHERE parent_id IN (SELECT body FROM can WHERE capability = 'OVERSEE_REGION')",
        "WHERE kind = 'force'",
    ),
}


@pytest.mark.parametrize("check", IN_THE_DATABASE)
def test_a_check_that_is_missing_in_the_database_is_noticed(world: World, check: str) -> None:
    with undone(), IN_THE_DATABASE[check]():
        assert any(database_findings(world)), f"Nobody would notice that this is gone: {check}"


def test_with_every_check_in_place_the_database_alone_shows_what_was_declared(world: World) -> None:
    assert list(database_findings(world, tuple(Role))) == []


# The application's own wall


def replaced(target: str, instead: Any) -> Removal:
    return lambda: patch(target, instead)


def all_of(queryset: Any, *given: Any, **more: Any) -> Any:
    return queryset


MODELS = "handrail.cases.models"
IN_THE_APPLICATION: dict[str, Removal] = {
    "cases are loaded for who asks": replaced(f"{MODELS}.CaseQuerySet.visible_to", all_of),
    "all of a case is for those who work on it": replaced(f"{MODELS}.CaseQuerySet.worked_on_by", all_of),
    "a name is for those who work on the case": replaced(f"{MODELS}.CaseQuerySet.named_to", all_of),
    "a case is changed by those who work on it": replaced(f"{MODELS}.CaseQuerySet.changed_by", all_of),
    "referrals are loaded for who asks": replaced(f"{MODELS}.ReferralQuerySet.visible_to", all_of),
    "restricted and excluded": replaced(f"{MODELS}._unless_kept_from", lambda person, condition: condition),
    "posts give cases to work on": replaced(f"{MODELS}._standing", lambda person: Q(pk__isnull=False)),
    "a grant is live": replaced("handrail.access.models.GrantQuerySet.live", all_of),
    "of a part only its stage": replaced("handrail.cases.views.sight.stages_of", lambda case, person: None),
    "a name is taken from lists": replaced("handrail.cases.views.lists.shown", lambda *given, **more: None),
    "a page is for its audience": replaced("handrail.access.audience.refuse", lambda request, audience: None),
    "a reason comes first": replaced("handrail.cases.views.sight.sight_of", lambda case, person: Sight.WHOLE),
}


@pytest.mark.parametrize("check", IN_THE_APPLICATION)
def test_a_check_that_is_missing_in_the_application_is_noticed(world: World, check: str) -> None:
    with undone(), pages_alone(), IN_THE_APPLICATION[check]():
        assert any(page_findings(world)), f"Nobody would notice that this is gone: {check}"


def test_with_every_check_in_place_the_pages_alone_show_what_was_declared(world: World) -> None:
    with undone(), pages_alone():
        assert list(page_findings(world)) == []


def test_thirty_checks_are_taken_away() -> None:
    assert len(IN_THE_DATABASE) + len(IN_THE_APPLICATION) >= 30
