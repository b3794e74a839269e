"""An entry of a register asks a person, a team or a body for something until a day, in both walls."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import actions as access
from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import Event, GrantKind
from handrail.access.models import Grant
from handrail.cases.engine.register_limits import due_from
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.pages.home import home_of
from handrail.cases.registers.asking import KIND
from handrail.cases.registers.rebuild import of_chains
from handrail.cases.registers.tests.telling import WISH, add, ask, begin
from handrail.cases.registers.tests.test_rows import COUNTS, rows_seen
from handrail.cases.tests.cast import Cast, person
from handrail.cases.tests.staff import again, client_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.organisations.roles import Role

RALLY, DONE = "Rally in the square", "The hall was refused"
WEEK = timedelta(days=7)


@pytest.fixture
def entry(cast: Cast) -> RegisterEntry:
    return begin("disruption", cast.officer, called=RALLY, outcome="goes-on")


@pytest.fixture
def member(cast: Cast) -> Person:
    return person("Ines Duarte", Role.PANEL_MEMBER, cast.council)


def answer(entry: RegisterEntry, by: Person, said: str = "done", **given: str) -> RegisterEntry:
    return add(entry, "disruption-answer", again(by), answer=said, **({"done": DONE} | given))


def reads(who: Person, entry: RegisterEntry) -> bool:
    """Return whether a person reads an entry; the application and the database must agree."""
    fresh = again(who)
    by_itself = RegisterEntry.objects.read_by(fresh).filter(pk=entry.pk).exists()
    rows = rows_seen(fresh, entry.pk)
    assert rows in (set(), set(COUNTS))
    assert by_itself == bool(rows)
    return by_itself


def due(who: Person, today: date) -> list[tuple[str, bool]]:
    rows = due_from(again(who), today, WEEK)
    return [(row.limit_id, row.is_late(today)) for row in rows if row.is_of_request]


def page(who: Person, name: str, *about: object) -> str:
    response = client_of(again(who)).get(reverse(name, args=about))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def waiting(text: str) -> str:
    """Return what the home page says beneath “Waiting on others”."""
    return text.partition("Waiting on others")[2].partition("</section>")[0]


def test_a_body_that_is_asked_reads_the_entry_until_one_of_it_answers(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    assert not reads(member, entry)
    ask(entry, cast.officer, cast.council)
    assert reads(member, entry)
    assert reads(cast.chair, entry)
    assert not reads(cast.stranger, entry)
    answer(entry, member)
    assert not reads(member, entry)
    assert not reads(cast.chair, entry)
    assert reads(cast.officer, entry)


def test_a_person_who_is_asked_reads_it_and_nobody_beside_them(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    ask(entry, cast.officer, member)
    assert reads(member, entry)
    assert not reads(cast.chair, entry)


def test_who_is_asked_finds_it_among_their_tasks_and_reads_and_answers_it_on_its_page(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    assert entry.reference not in page(member, "web:home")
    ask(entry, cast.officer, cast.council)
    assert entry.reference in page(member, "web:home")
    text = page(member, "cases:matter", entry.pk)
    for words in (RALLY, WISH, cast.council.name, "Answer what was asked", "Back to home"):
        assert words in text
    assert "Add what was done, and its effect" not in text
    assert "Answer what was asked" not in page(cast.second_officer, "cases:matter", entry.pk)
    client = client_of(again(member))
    assert _answers_by_form(client, entry) == reverse("web:home")
    assert DONE in page(cast.officer, "cases:matter", entry.pk)
    assert client.get(reverse("cases:matter", args=[entry.pk])).status_code == 404


def _answers_by_form(client: Client, entry: RegisterEntry) -> str:
    """Answer by the form, and return the address that follows."""
    begun = client.post(reverse("cases:matter-begin", args=[entry.pk, "disruption-answer"]))
    check = client.post(begun.headers["Location"], {"answer": "done", "done": DONE})
    return client.post(check.headers["Location"]).headers["Location"]


@pytest.mark.parametrize(("days", "late"), [(6, True), (5, False)])
def test_what_is_overdue_shows_with_who_is_asked_and_with_who_asked(
    cast: Cast, entry: RegisterEntry, member: Person, days: int, late: bool
) -> None:
    ask(entry, cast.supervisor, member)
    today = timezone.localdate() + timedelta(days=days)
    assert due(member, today) == [("disruption-answer", late)]
    for other in (cast.officer, cast.supervisor, cast.second_officer, cast.lead):
        assert due(other, today) == []


def test_the_home_of_who_asked_says_whom_they_wait_for_and_how_late_it_is(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    ask(entry, cast.supervisor, member)
    for asker in (cast.officer, cast.supervisor):
        assert member.name in waiting(page(asker, "web:home"))
    assert member.name not in page(cast.second_officer, "web:home")
    row = RegisterDeadline.objects.get(record=entry.pk, limit_id="disruption-answer")
    RegisterDeadline.objects.filter(pk=row.pk).update(due=timezone.localdate() - timedelta(days=3))
    assert "3 days overdue" in waiting(page(cast.supervisor, "web:home"))
    assert "3 days overdue" in page(member, "web:home")
    answer(entry, member)
    assert member.name not in waiting(page(cast.supervisor, "web:home"))


def test_declining_needs_a_reason_and_ends_it(cast: Cast, entry: RegisterEntry, member: Person) -> None:
    ask(entry, cast.officer, member)
    with pytest.raises(InvalidAnswers) as refused:
        answer(entry, member, "declined", **{"why-not": ""})
    assert set(refused.value.errors) == {"why-not"}
    answer(entry, member, "declined", **{"why-not": "The hall is not ours"})
    assert "The hall is not ours" in page(cast.officer, "cases:matter", entry.pk)
    assert not reads(member, entry)


def test_nobody_else_answers_and_nobody_answers_twice(cast: Cast, entry: RegisterEntry) -> None:
    ask(entry, cast.officer, cast.second_officer)
    for other in (cast.officer, cast.supervisor):
        with pytest.raises(NotAllowed):
            answer(entry, other)
    answer(entry, cast.second_officer)
    with pytest.raises(NotAllowed):
        answer(entry, cast.second_officer)


def test_asking_somebody_else_ends_what_was_asked_before(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    ask(entry, cast.officer, member)
    ask(entry, cast.officer, cast.spoc, days=9)
    assert not reads(member, entry)
    assert reads(cast.spoc, entry)
    (row,) = RegisterDeadline.objects.filter(record=entry.pk, limit_id="disruption-answer", ended=None)
    assert row.due == timezone.localdate() + timedelta(days=9)


def test_settling_the_entry_ends_what_was_asked(cast: Cast, entry: RegisterEntry, member: Person) -> None:
    ask(entry, cast.officer, member)
    settled = add(entry, "disruption-effect", cast.officer, outcome="done")
    assert settled.asked is None
    assert not reads(member, entry)
    with pytest.raises(NotNow, match="settled"):
        ask(entry, cast.officer, member)


def test_each_grant_leaves_an_entry_when_it_begins_and_when_it_ends(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    ask(entry, cast.officer, member)
    grant = Grant.objects.get(record=entry.pk)
    answer(entry, member)
    acts = Entry.objects.filter(chain=grant.pk).order_by("number")
    assert [one.act for one in acts] == [f"access-{KIND}", "access-ended"]


def _give(entry: RegisterEntry, to: Person, by: Person, kind: str) -> None:
    event = Event("register-ask", entry.pk, "asked", timezone.localdate()) if kind == KIND else None
    until = timezone.now() + WEEK
    with context.asking(by), transaction.atomic():
        access.give(entry.pk, to, kind, by=by, post=by.current_posts[0], reason="R", until=until, event=event)


def test_the_database_lets_in_nobody_but_who_is_asked(
    cast: Cast, entry: RegisterEntry, member: Person
) -> None:
    ask(entry, cast.officer, member)
    _give(entry, member, cast.officer, KIND)
    with pytest.raises(ProgrammingError, match="row-level security"):
        _give(entry, cast.chair, cast.officer, KIND)
    with pytest.raises(ProgrammingError, match="row-level security"):
        _give(entry, member, member, KIND)


@pytest.mark.parametrize("kind", [GrantKind.OPENED, GrantKind.SAMPLE, GrantKind.INVITED])
def test_the_database_gives_no_kind_of_grant_of_a_case_on_an_entry(
    cast: Cast, entry: RegisterEntry, kind: GrantKind
) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        _give(entry, cast.nation, cast.nation, kind)


def test_rebuilding_finds_who_is_asked(cast: Cast, entry: RegisterEntry, member: Person) -> None:
    ask(entry, cast.officer, member)
    assert list(of_chains([entry.pk])) == []
    RegisterEntry.objects.filter(pk=entry.pk).update(asked_person=cast.chair)
    assert [difference.column for difference in of_chains([entry.pk])] == ["asked_person_id"]
    RegisterEntry.objects.filter(pk=entry.pk).update(asked_person=member)
    answer(entry, member)
    assert list(of_chains([entry.pk])) == []


def test_what_others_were_asked_takes_no_place_from_what_the_user_has_to_do(
    cast: Cast, entry: RegisterEntry, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("engine.register_limits", "pages.home"):
        monkeypatch.setattr(f"handrail.cases.{module}.SHOWN", 1)
    ask(entry, cast.officer, member)
    RegisterDeadline.objects.filter(record=entry.pk).exclude(limit_id="disruption-answer").delete()
    own = begin("disruption", cast.officer, called="Leaflets", outcome="goes-on")
    RegisterDeadline.objects.filter(record=own.pk).update(due=timezone.localdate() + timedelta(days=20))
    home = home_of(again(cast.officer))
    assert [row.record for row in home.waiting_in_registers] == [entry.pk]
    assert [row.record for row in home.in_registers] == [own.pk]
    text = page(cast.officer, "web:home")
    assert "Waiting on others (at least 1)" in text
    assert "These are the first 1. There may be more." in waiting(text)
