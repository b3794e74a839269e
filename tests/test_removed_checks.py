"""Remove permission checks one at a time; the wall of each check must show the gap.

Each removal names a role, and what that role sees in excess without the check: which cases, in which tables
or on which pages. Exactly this must be found, and nothing may be missing. The other wall stands, so that in
production one forgotten check lets nobody through.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Q

from handrail.cases.loading import AccessLevel
from handrail.cases.models import compiled, visibility
from handrail.cases.models import rows as case_rows
from handrail.config import conditions, row_security, rows
from handrail.config.conditions import READABLE_IN_PART
from handrail.config.rows import Rows
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from tests.walls import (
    OTHERS,
    SHOWN_ON,
    TELLING,
    Finding,
    database_findings,
    page_findings,
    pages_alone,
)
from tests.world import Relation, World

R = Relation
Removal = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check that is removed, and what a role then sees in excess: where, and of which cases.

    Without a relation it is a page that opens to users outside its audience, whatever the page shows.
    """

    removal: Removal
    role: Role
    where: Collection[str]
    relations: Collection[Relation | None]

    def unnoticed(self, findings: Iterable[Finding]) -> set[tuple[str, Relation | None]]:
        """What should be in excess without it and is not among the findings."""
        more = {(found.where, found.relation) for found in findings if found.more}
        return {(where, relation) for where in self.where for relation in self.relations} - more


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
    """Replace one part of the condition in `access_enter`, which works out what the user may see."""

    @contextmanager
    def removed() -> Iterator[None]:
        assert part in row_security.ENTER, f"access_enter is not held by {part} any more"
        with patch.object(row_security, "ENTER", row_security.ENTER.replace(part, instead)):
            row_security.apply(connection)
        yield

    return removed


OFFICER, SUPERVISOR, LEAD = Role.PREVENT_OFFICER, Role.PREVENT_SUPERVISOR, Role.FORCE_STRATEGIC_LEAD
MEMBER, REGION, ADMINISTRATOR = Role.PANEL_MEMBER, Role.REGIONAL_COORDINATOR, Role.ADMINISTRATOR
KEPT = (R.FAR, R.RESTRICTED, R.EXCLUDED)
NOT_RESTRICTED = "NOT cases_case.restricted AND"
NOT_KEPT_FROM = f"AND NOT cases_case.id {case_rows.among('excluded')}"
WHOM, ENTRIES, PARTS = "subjects_subject", "ledger_entry", "ledger_entry, the part"
CONTENT, CONTENT_OF_PARTS = "ledger_content", "ledger_content, the part"
WIDE_OPEN = {
    "cases_case": ["cases_case"],
    "cases_referral": ["cases_referral"],
    "cases_deadline": ["cases_deadline"],
    "subjects_subject": [WHOM],
    "subjects_outline": ["subjects_outline"],
    "subjects_detail": ["subjects_detail"],
    "ledger_entry": [ENTRIES, PARTS],
    "ledger_content": [CONTENT, CONTENT_OF_PARTS],
    "documents_document": ["documents_document"],
    "access_grant": [OTHERS],
}
IN_THE_DATABASE: dict[str, Check] = {
    **{
        f"row security of {table}": Check(wide_open(table), MEMBER, shown, KEPT)
        for table, shown in WIDE_OPEN.items()
    },
    "restricted cases are for those who are named": Check(
        without("cases_case", NOT_RESTRICTED, ""), SUPERVISOR, ["cases_case"], [R.RESTRICTED, R.NOT_NAMED]
    ),
    "who is excluded sees nothing": Check(
        without("cases_case", NOT_KEPT_FROM, ""), SUPERVISOR, ["cases_case"], [R.EXCLUDED]
    ),
    "a name is for those who work on the case": Check(
        without("subjects_subject", case_rows.named("c")), LEAD, [WHOM], [R.COLLEAGUE]
    ),
    "an outline is for those who work on the case": Check(
        without("subjects_outline", conditions.READABLE), LEAD, ["subjects_outline"], [R.COLLEAGUE]
    ),
    "an entry is for those who see its case": Check(
        without("ledger_entry", rows.KINDS["case"].entries), MEMBER, [ENTRIES, PARTS], KEPT
    ),
    "of a part only its stage": Check(
        without("ledger_entry", case_rows.in_part("c", "ledger_entry"), case_rows.seen("c")),
        MEMBER,
        [ENTRIES],
        [R.PART],
    ),
    "content is for those who work on the case": Check(
        without("ledger_content", READABLE_IN_PART),
        LEAD,
        [CONTENT, CONTENT_OF_PARTS],
        [R.COLLEAGUE],
    ),
    "a detail is for those who may read its entry": Check(
        without("subjects_detail", READABLE_IN_PART), LEAD, ["subjects_detail"], [R.COLLEAGUE]
    ),
    "a document is for those who may read its entry": Check(
        without("documents_document", READABLE_IN_PART),
        LEAD,
        ["documents_document"],
        [R.COLLEAGUE],
    ),
    "a grant that was ended is over": Check(
        entering_without("ended_at IS NULL AND since", "since"), MEMBER, ["cases_case", WHOM], [R.ENDED]
    ),
    "a grant runs out": Check(
        entering_without("AND (until IS NULL OR until > clock_timestamp())", ""),
        MEMBER,
        ["cases_case", WHOM],
        [R.EXPIRED],
    ),
    "a grant is to somebody": Check(
        entering_without("(person_id = who OR", "(true OR"),
        MEMBER,
        ["cases_case", WHOM],
        [R.FAR, R.SAMPLED, R.RESTRICTED],
    ),
    "a grant of some stages is of these": Check(
        entering_without("stages = '{{}}'", "true"), MEMBER, [ENTRIES, CONTENT, "subjects_outline"], [R.PART]
    ),
    "an exclusion is somebody's": Check(
        entering_without("WHERE person_id = who AND ended_at IS NULL", "WHERE false"),
        SUPERVISOR,
        ["cases_case", WHOM],
        [R.EXCLUDED],
    ),
    "only those who work on all see all of a force": Check(
        entering_without("'WORK_FORCE_CASES'", "'OVERSEE_FORCE'"), LEAD, [WHOM, CONTENT], [R.COLLEAGUE]
    ),
    "officers see their own": Check(
        entering_without("'WORK_FORCE_CASES'", "'WORK_OWN_CASES'"), OFFICER, [WHOM, CONTENT], [R.COLLEAGUE]
    ),
    "those who oversee a region see a region": Check(
        entering_without(
            "WHERE parent_id IN (SELECT body FROM can WHERE capability = 'OVERSEE_REGION')",
            "WHERE kind = 'force'",
        ),
        REGION,
        ["cases_case", ENTRIES],
        [R.FAR],
    ),
}


@pytest.mark.parametrize("name", IN_THE_DATABASE)
def test_a_check_that_is_missing_in_the_database_is_noticed(world: World, name: str) -> None:
    check = IN_THE_DATABASE[name]
    with undone(), check.removal():
        found = list(database_findings(world, [check.role]))
    assert check.unnoticed(found) == set(), f"Nobody would notice that this is gone: {name}"
    assert [str(each) for each in found if not each.more] == []


# The application's own wall


def replaced(target: str, instead: Any) -> Removal:
    return lambda: patch(target, instead)


def all_of(queryset: Any, *given: Any, **more: Any) -> Any:
    return queryset


def every_case(person: Person) -> Q:
    return Q(pk__isnull=False)


def given_without(part: str) -> Removal:
    """Leave one part out of the condition by which pages learn which grants a user has."""

    @contextmanager
    def removed() -> Iterator[None]:
        assert part in row_security.AS_WRITTEN, f"what was given is not held by {part} any more"
        with patch.object(row_security, "AS_WRITTEN", row_security.AS_WRITTEN.replace(part, "", 1)):
            functions = row_security.who_asks()
        with connection.cursor() as cursor:
            for function in functions:
                cursor.execute(function)
        yield

    return removed


MODELS, VISIBILITY = "handrail.cases.models.case", "handrail.cases.models.visibility"
LOADING = "handrail.cases.loading"
CASE, CASES, OPEN = ["cases:case"], ["cases:list"], ["cases:open"]
IN_THE_APPLICATION: dict[str, Check] = {
    "cases are listed for who asks": Check(replaced(f"{MODELS}.listed", every_case), MEMBER, CASES, KEPT),
    "a case is loaded for who asks": Check(replaced(f"{MODELS}.seen", every_case), MEMBER, OPEN, KEPT),
    "all of a case is for those who work on it": Check(
        replaced(f"{MODELS}.worked_on", every_case), LEAD, CASE, [R.COLLEAGUE]
    ),
    "a name is for those who work on the case": Check(
        replaced(f"{MODELS}.named", every_case), LEAD, CASES, [R.COLLEAGUE]
    ),
    "a case is changed by those who work on it": Check(
        replaced(f"{MODELS}.changed", every_case), LEAD, CASE, [R.COLLEAGUE]
    ),
    "referrals are listed for who asks": Check(
        replaced("handrail.cases.models.referral.ReferralQuerySet.listed_to", all_of),
        MEMBER,
        ["cases:referrals"],
        KEPT,
    ),
    "restricted and excluded": Check(
        replaced(f"{VISIBILITY}._unless_kept_from", lambda person, condition: condition),
        SUPERVISOR,
        [*CASES, *CASE],
        [R.RESTRICTED, R.NOT_NAMED, R.EXCLUDED],
    ),
    "posts give cases to work on": Check(
        replaced(f"{VISIBILITY}._works_by_post", lambda person: Q(pk__isnull=False)),
        MEMBER,
        CASE,
        [R.FAR, R.COLLEAGUE],
    ),
    "a grant is live": Check(
        replaced("handrail.access.given.live", lambda since, until, now: True), MEMBER, CASE, [R.EXPIRED]
    ),
    "a grant that was ended is over": Check(
        given_without("g.ended_at IS NULL AND "), MEMBER, CASE, [R.ENDED]
    ),
    "of a part only its stage": Check(
        replaced(f"{LOADING}.stages_of", lambda case, person: None), MEMBER, ["cases:entry"], [R.PART]
    ),
    "a name is taken from lists": Check(
        replaced("handrail.cases.pages.lists.shown", lambda *given, **more: None), LEAD, CASES, [R.COLLEAGUE]
    ),
    "a page is for its audience": Check(
        replaced("handrail.access.pages.refuse", lambda request, audience: None),
        ADMINISTRATOR,
        [*CASES, "cases:referrals", "cases:checks"],
        [None],
    ),
    "a reason comes first": Check(
        replaced(f"{LOADING}.access_level_of", lambda case: AccessLevel.WHOLE), LEAD, CASE, [R.COLLEAGUE]
    ),
}


# The check that removes each condition of `visibility`. A new condition needs one, or no test would show that
# the pages that load by it were tried without it.
OF_A_CONDITION = {
    "listed": "cases are listed for who asks",
    "seen": "a case is loaded for who asks",
    "worked_on": "all of a case is for those who work on it",
    "changed": "a case is changed by those who work on it",
    "named": "a name is for those who work on the case",
}


def test_every_condition_by_which_cases_are_loaded_is_taken_away_by_a_check() -> None:
    conditions = {
        name
        for name, made in vars(visibility).items()
        if inspect.isfunction(made) and made.__module__ == visibility.__name__
        if name.isidentifier()
        and not name.startswith("_")
        and [*inspect.signature(made).parameters] == ["person"]
    }
    assert conditions == set(OF_A_CONDITION)
    assert set(OF_A_CONDITION.values()) <= set(IN_THE_APPLICATION)


@pytest.mark.parametrize("name", IN_THE_APPLICATION)
def test_a_check_that_is_missing_in_the_application_is_noticed(world: World, name: str) -> None:
    check = IN_THE_APPLICATION[name]
    about = [relation for relation in check.relations if relation]
    with undone(), pages_alone():
        assert list(page_findings(world, check.role, check.where, about)) == []
        with check.removal():
            compiled.forget()
            found = list(page_findings(world, check.role, check.where, about))
        compiled.forget()
    assert check.unnoticed(found) == set(), f"Nobody would notice that this is gone: {name}"


# What is kept from a role on every page, and not only on the page of a case, which asks all relations
KEPT_OR_LESS = (R.COLLEAGUE, R.FAR, R.PART, R.RESTRICTED, R.EXCLUDED)


@pytest.mark.parametrize("role", TELLING)
def test_with_every_check_in_place_the_pages_alone_show_what_was_declared(world: World, role: Role) -> None:
    with undone(), pages_alone():
        assert list(map(str, page_findings(world, role, relations=KEPT_OR_LESS))) == []
        assert list(map(str, page_findings(world, role, CASE))) == []


@pytest.mark.whole
@pytest.mark.parametrize("role", Role)
def test_with_every_check_in_place_the_pages_alone_show_no_role_more(world: World, role: Role) -> None:
    with undone(), pages_alone():
        assert list(map(str, page_findings(world, role, SHOWN_ON))) == []
