"""Every table says how long its rows are kept and what erases them, and what it says is what happens."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from handrail.cases.intake.models import Confirmation, RateLimitHit
from handrail.cases.intake.tasks import forget_passages
from handrail.cases.tasks import forget_drafts
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.config import privileges, retention
from handrail.config.privileges import Right
from handrail.config.retention import NOT_COMPARED, TABLES, UNKNOWN, Kept
from handrail.ledger import rebuild
from handrail.notices import registers, settling
from handrail.notices.kinds import Kind
from handrail.notices.models import Letter, Notice, State
from handrail.notices.rules import day_of
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack
from handrail.sign_in import throttle
from handrail.sign_in.models import Allowance, Session
from handrail.sign_in.tasks import forget_tries
from handrail.subjects.search_notices import SearchNotice
from handrail.web import tasks as web

PAGE = Path(__file__).resolve().parents[3] / "docs" / "retention.md"


@pytest.mark.django_db
def test_every_table_says_how_long_it_is_kept_and_what_erases_it() -> None:
    unsaid = [name for name in privileges.tables(connection) if retention.of_table(name) is None]
    assert unsaid == [], "Say in config/retention.py how long their rows are kept and what erases them."


@pytest.mark.django_db
def test_every_declaration_is_of_a_table_that_exists() -> None:
    tables = privileges.tables(connection)
    used = {next((pattern for pattern in TABLES if fnmatchcase(name, pattern)), "") for name in tables}
    left_over = sorted(set(TABLES) - used)
    assert left_over == [], "There is no such table: take it out of TABLES in handrail/config/retention.py."


@pytest.mark.django_db
def test_every_table_is_compared_with_the_ledger_or_says_why_not() -> None:
    compared = {model._meta.db_table for model in rebuild.tables()}
    tables = privileges.tables(connection)
    excused = {name: next((p for p in NOT_COMPARED if fnmatchcase(name, p)), None) for name in tables}
    unsaid = [name for name in tables if name not in compared and excused[name] is None]
    assert unsaid == [], (
        "Register a Projection (handrail/ledger/rebuild.py) that compares their rows with the entries, or say"
        " in NOT_COMPARED of config/retention.py why no entry makes them."
    )
    assert [name for name in compared if excused[name]] == []
    left_over = sorted({*NOT_COMPARED} - {*filter(None, excused.values())})
    assert left_over == [], "There is no such table: take it out of NOT_COMPARED in config/retention.py."


@pytest.mark.django_db
def test_what_is_erased_is_not_missed_by_the_comparison_with_the_ledger() -> None:
    compared = {model._meta.db_table for model in rebuild.tables()}
    erased = [name for name, said in TABLES.items() if isinstance(said, Kept) and not said.not_yet]
    assert compared
    assert erased
    assert [name for name in compared for pattern in erased if fnmatchcase(name, pattern)] == []


@pytest.mark.parametrize("table", TABLES)
def test_what_is_not_kept_for_good_is_erased_or_says_why_not_yet(table: str) -> None:
    said = TABLES[table]
    if isinstance(said, Kept):
        assert said.since
        assert said.source
        assert said.erased_by or said.not_yet
        assert said.not_yet or said.period != UNKNOWN, "No function knows when this is due."
    else:
        assert said


@pytest.mark.django_db
def test_rows_may_be_removed_of_tables_that_say_what_erases_them_and_of_no_other() -> None:
    for table in privileges.tables(connection):
        rights = {right for granted in (privileges.of_table(table) or {}).values() for right in granted}
        said = retention.of_table(table)
        erased = isinstance(said, Kept) and said.erased_by is not None
        assert erased == (Right.DELETE in rights) or table == "ledger_unsealed", table  # its own trigger


def test_the_page_says_what_is_declared() -> None:
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(retention.page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == retention.page(), "Run `make docs`."


# What erases is tried on a row of each table, but for these.
ELSEWHERE = {
    "form_links_linkdraft": "handrail/records/form_links/tests/test_drafts.py",
    "ledger_unsealed": "handrail/ledger/tests/test_seal.py",
    "procrastinate_jobs": "the library",
    "procrastinate_events": "the library",
    "procrastinate_workers": "the library",
    "procrastinate_periodic_defers": "the library",
}


def erased_in_full() -> list[str]:
    kept = {name: said for name, said in TABLES.items() if isinstance(said, Kept)}
    return [name for name, said in kept.items() if not said.not_yet and name not in ELSEWHERE]


@pytest.mark.django_db
@pytest.mark.parametrize("table", erased_in_full())
def test_a_row_past_its_time_is_erased_and_one_before_it_stays(table: str) -> None:
    said, cast, now = TABLES[table], make_cast(), timezone.now()
    assert isinstance(said, Kept)
    assert table in PLANTED, "Say in PLANTED of this file how to make a row of this table."
    assert said.erased_by in ERASERS, "Say in ERASERS of this file how to call what erases this table."
    assert isinstance(said.period, timedelta) or said.period in PERIODS, "Say in PERIODS how long this is."
    period = said.period if isinstance(said.period, timedelta) else PERIODS[said.period]()
    old, young = (PLANTED[table](cast, now - period - past) for past in (BRIEFLY, -BRIEFLY))
    assert {type(row)._meta.db_table for row in (old, young)} == {table}
    ERASERS[said.erased_by](now)
    assert not type(old)._default_manager.filter(pk=old.pk).exists()
    assert type(young)._default_manager.filter(pk=young.pk).exists()


BRIEFLY = timedelta(hours=1)
PERIODS: Mapping[str, Callable[[], timedelta]] = {
    "`draft_days` of the policy": lambda: timedelta(days=current_pack().draft_days),
    "until it limits nothing": timedelta,
}
ERASERS: Mapping[Any, Callable[[datetime], object]] = {
    forget_drafts: lambda now: forget_drafts.func(0),
    forget_passages: lambda now: forget_passages.func(0),
    forget_tries: lambda now: throttle.forget_unused(),
    web.forget_ended_sessions: lambda now: web.forget_ended_sessions(),
    settling.pass_day: lambda now: settling.pass_day(day_of(now)),
    registers.settle: lambda now: registers.settle(day_of(now)),
}


def draft(cast: Cast, since: datetime) -> Draft:
    made = Draft.objects.create(
        person=cast.officer, target_kind="case", pack_id=current_pack().id, step_id="referral"
    )
    Draft.objects.filter(pk=made.pk).update(updated_at=since)
    return made


def confirmation(cast: Cast, since: datetime) -> Confirmation:
    return Confirmation.objects.create(draft=draft(cast, since), address=b"digest", asked_at=since)


def passage(cast: Cast, since: datetime) -> RateLimitHit:
    return RateLimitHit.objects.create(limit_id="any", who=b"digest", minute=since, count=1)


def sought(cast: Cast, since: datetime) -> SearchNotice:
    subject = refer(cast).subject
    assert subject
    return SearchNotice.objects.create(subject=subject, by=cast.officer, at=since)


def session(cast: Cast, since: datetime) -> Session:
    ended = {"session_key": f"{since}", "session_data": "", "expire_date": since}
    return Session.objects.create(**ended, person=cast.officer)


def allowance(cast: Cast, since: datetime) -> Allowance:
    return Allowance.objects.create(key=f"{since}", spent_until=since)


def notice(cast: Cast, since: datetime) -> Notice:
    about = {"case": refer(cast), "about": "any", "kind": Kind.ESCALATED}
    return Notice.objects.create(**about, person=cast.officer, since=since, over_at=since)


def letter(cast: Cast, since: datetime) -> Letter:
    return Letter.objects.create(person=cast.officer, state=State.SENT, next_at=since, ended_at=since)


PLANTED: Mapping[str, Callable[[Cast, datetime], models.Model]] = {
    "cases_draft": draft,
    "outside_confirmation": confirmation,
    "outside_passage": passage,
    "subjects_sought": sought,
    "sign_in_session": session,
    "sign_in_allowance": allowance,
    "notices_notice": notice,
    "notices_letter": letter,
}
