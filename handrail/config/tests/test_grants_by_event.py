"""A kind of grant that a room above adds: given by an event, and over with it, in both walls."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import actions as access
from handrail.access import context, grant_kinds
from handrail.access.grant_kinds import Ends, Event, Gives, GrantKind, Rule
from handrail.access.models import Grant
from handrail.cases.models.case import Case
from handrail.cases.models.rows import changed
from handrail.cases.tests.cast import Cast, make_cast, person, refer
from handrail.config import row_security, rows
from handrail.config.conditions import may, of_case
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role

AGENDA = "agenda"
WHO_MAY_GIVE = f"{may(Capability.INVITE)} AND {of_case('record', changed('c'))}"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def agendas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a room of meetings adds: its kind of grant, and who may give one."""
    given = rows.on_access(rows.KINDS, {**rows.GIVEN, AGENDA: WHO_MAY_GIVE})
    monkeypatch.setattr(rows, "SECURED", {**rows.SECURED, **given})
    grant_kinds.register(AGENDA, Rule("On an agenda", Gives.READING, Ends.EVENT))
    yield
    del grant_kinds.RULES[AGENDA]


@pytest.fixture
def in_the_database(agendas: None, db: None) -> None:
    with connection.cursor() as cursor:
        for made in row_security.who_asks():
            cursor.execute(made)
        row_security.secure(cursor, "access_grant", rows.of_table("access_grant"))


@pytest.fixture
def meeting() -> Event:
    return Event("meeting", uuid4(), "on the agenda of 12 March", date(2026, 3, 12))


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(council=cast.council)
    return case


@pytest.fixture
def member(cast: Cast) -> Person:
    return person("Ines Duarte", Role.PANEL_MEMBER, cast.council)


def put_on_agenda(
    case: Case,
    member: Person,
    meeting: Event | None,
    by: Person,
    kind: str = AGENDA,
    lasts: timedelta | None = timedelta(days=90),
) -> Grant:
    with context.asking(by):
        return access.give(
            case.pk,
            member,
            kind,
            by=by,
            post=by.current_posts[0],
            reason="Discussed",
            until=timezone.now() + lasts if lasts else None,
            event=meeting,
        )


def sees(member: Person, case: Case) -> bool:
    """Return whether a person sees the case; both walls must agree."""
    fresh = Person.objects.get(pk=member.pk)
    by_itself = Case.objects.visible_to(fresh).filter(pk=case.pk).exists()
    with context.asking(fresh):
        by_rows = Case.objects.filter(pk=case.pk).exists()
    assert by_itself == by_rows
    return by_rows


def home_of(member: Person) -> str:
    client = Client()
    client.force_login(member)
    return client.get(reverse("web:home")).content.decode()


@pytest.mark.usefixtures("in_the_database")
def test_a_case_on_an_agenda_is_seen_until_the_meeting_is_over(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    assert not sees(member, case)
    grant = put_on_agenda(case, member, meeting, cast.chair)
    assert sees(member, case)
    assert case.reference in (home := home_of(member))
    assert "On an agenda: on the agenda of 12 March" in home
    assert "When that is over, at the latest" in home
    with context.asking(cast.chair):
        ended = access.end_with(meeting.id, by=cast.chair, post=cast.chair.current_posts[0], reason="Over")
    assert ended == 1
    assert not sees(member, case)
    assert case.reference not in home_of(member)
    acts = Entry.objects.filter(chain=grant.pk).order_by("number")
    assert [entry.act for entry in acts] == ["access-agenda", "access-ended"]
    said = acts[0].content.content
    assert said["event"] == {
        "kind": "meeting", "id": str(meeting.id), "words": meeting.words, "on": "2026-03-12"
    }  # fmt: skip


@pytest.mark.usefixtures("in_the_database")
def test_it_gives_what_its_row_of_the_table_says_and_no_more(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    put_on_agenda(case, member, meeting, cast.chair)
    assert Case.objects.worked_on_by(member).filter(pk=case.pk).exists()
    assert not Case.objects.changed_by(member).filter(pk=case.pk).exists()
    with context.asking(member):
        assert Case.objects.filter(pk=case.pk).update(closed_on=None) == 0


@pytest.mark.usefixtures("in_the_database")
def test_the_database_lets_only_those_give_it_who_may(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        put_on_agenda(case, member, meeting, cast.officer)


@pytest.mark.usefixtures("in_the_database")
def test_a_restricted_case_stays_closed_to_those_on_whose_agenda_it_is(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    put_on_agenda(case, member, meeting, cast.chair)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert not sees(member, case)


def test_the_database_lets_nobody_give_a_kind_of_which_nothing_says_who_may(
    agendas: None, cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        put_on_agenda(case, member, meeting, cast.chair)


def test_of_every_kind_the_rows_say_who_may_give_it() -> None:
    assert rows.GIVEN.keys() == grant_kinds.RULES.keys()


@pytest.mark.usefixtures("agendas")
def test_a_kind_and_an_event_go_together(cast: Cast, case: Case, member: Person, meeting: Event) -> None:
    with pytest.raises(ValueError, match="Only an event gives"):
        put_on_agenda(case, member, None, cast.chair)
    with pytest.raises(ValueError, match="Only an event gives"):
        put_on_agenda(case, member, meeting, cast.chair, GrantKind.INVITED)


@pytest.mark.usefixtures("in_the_database")
def test_it_ends_at_the_latest_moment_if_nobody_says_that_the_event_is_over(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    grant = put_on_agenda(case, member, meeting, cast.chair)
    assert sees(member, case)
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now())
    assert not sees(member, case)


@pytest.mark.usefixtures("in_the_database")
def test_a_grant_by_an_event_says_until_when_at_the_latest(
    cast: Cast, case: Case, member: Person, meeting: Event
) -> None:
    with pytest.raises(ValueError, match="latest end date"):
        put_on_agenda(case, member, meeting, cast.chair, lasts=None)


WHOLE = {"event_kind": "meeting", "event_words": "W", "event": uuid4(), "event_on": date(2026, 3, 12)}


@pytest.mark.parametrize("event", [{}, WHOLE])
def test_the_database_keeps_no_grant_without_an_end(cast: Cast, case: Case, event: dict[str, Any]) -> None:
    said = {"record": case.pk, "person": cast.spoc, "kind": AGENDA, "reason": "R", "since": timezone.now()}
    with pytest.raises(IntegrityError, match="grant_has_an_end"), transaction.atomic():
        Grant.objects.create(**said, **event)
    Grant.objects.create(**said, **event, until=timezone.now())


@pytest.mark.parametrize("missing", WHOLE)
def test_the_database_keeps_no_grant_with_half_an_event(cast: Cast, case: Case, missing: str) -> None:
    now = timezone.now()
    said = {"record": case.pk, "person": cast.spoc, "kind": AGENDA, "reason": "R", "since": now, "until": now}
    half = {name: value for name, value in WHOLE.items() if name != missing}
    with pytest.raises(IntegrityError, match="grant_by_an_event_says_which"), transaction.atomic():
        Grant.objects.create(**said, **half)


@pytest.mark.parametrize(
    "rule",
    [
        Rule("R", Gives.READING, Ends.BY_HAND),
        Rule("R", Gives.READING, Ends.EVENT, opens_restricted=True),
        Rule("R", Gives.READING, Ends.EVENT, shares=True),
    ],
)
def test_a_room_above_adds_no_kind_that_lasts_or_opens_what_is_restricted(rule: Rule) -> None:
    with pytest.raises(ValueError, match="not a new kind"):
        grant_kinds.register("another", rule)
    with pytest.raises(ValueError, match="not a new kind"):
        grant_kinds.register(GrantKind.INVITED, Rule("R", Gives.READING))
