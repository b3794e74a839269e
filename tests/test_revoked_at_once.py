"""A user who loses access sees nothing from the next request on, however fast the requests follow."""

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.models import Case
from handrail.cases.tests.cast import make_cast, person, refer
from handrail.organisations.models import Person
from handrail.organisations.roles import Role

ROUNDS = 1_000
# How access is lost, and given back for the next round. The one who loses it is the parameter.
WAYS = {
    "the post ends": (
        "UPDATE organisations_post SET until = '2020-01-02' WHERE person_id = %s",
        "UPDATE organisations_post SET until = NULL WHERE person_id = %s",
    ),
    "vetting runs out": (
        "UPDATE organisations_post SET vetted_until = '2020-01-02' WHERE person_id = %s",
        "UPDATE organisations_post SET vetted_until = '2100-01-02' WHERE person_id = %s",
    ),
    "the account is closed": (
        "UPDATE organisations_person SET is_active = false WHERE id = %s",
        "UPDATE organisations_person SET is_active = true WHERE id = %s",
    ),
    "they are excluded": (
        "UPDATE access_exclusion SET ended_at = NULL WHERE person_id = %s",
        "UPDATE access_exclusion SET ended_at = now() WHERE person_id = %s",
    ),
    "the invitation ends": (
        "UPDATE access_grant SET ended_at = now() WHERE person_id = %s",
        "UPDATE access_grant SET ended_at = NULL WHERE person_id = %s",
    ),
}


@pytest.fixture
def case(transactional_db: None) -> Case:
    return refer(make_cast(), **{"given-name": "Zoe", "family-name": "Quill"})


@pytest.fixture
def invited(case: Case) -> Person:
    """Return a person of a council who was invited to the case, and whose earlier exclusion has ended."""
    by = case.owner or Person.objects.get(name="Sam Reed")
    council = Person.objects.filter(posts__role=Role.PANEL_CHAIR)[0].posts.get().organisation
    someone = person("Pia Oxley", Role.PANEL_MEMBER, council)
    now = timezone.now()
    said: dict[str, Any] = {"record": case.pk, "person": someone, "by": by, "reason": "Panel", "since": now}
    Grant.objects.create(kind=GrantKind.INVITED, until=now + timedelta(days=9), **said)
    Exclusion.objects.create(ended_at=now, **said)
    return someone


def do(connection: psycopg.Connection[Any], statement: str, who: UUID) -> None:
    assert connection.execute(statement, [who]).rowcount == 1


@pytest.mark.parametrize("way", WAYS)
def test_the_next_page_is_closed(
    case: Case, invited: Person, admin_connection: psycopg.Connection[Any], way: str
) -> None:
    client = Client()
    client.force_login(invited)
    address = reverse("cases:case", args=[case.pk])
    take, give_back = WAYS[way]
    do(admin_connection, give_back, invited.pk)
    assert "Quill" in client.get(address).content.decode()
    do(admin_connection, take, invited.pk)
    response = client.get(address)
    assert response.status_code in {302, 403, 404}
    assert "Quill" not in response.content.decode()


@dataclass(eq=False)
class Asker(Thread):
    """Queries the database for the case repeatedly, as a user who loses access and regains it."""

    web: psycopg.Connection[Any]
    who: UUID
    lost: tuple[int, bool | None] = (0, None)  # the round, and whether it is lost; None while that changes
    seen: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})
    answered: Event = field(default_factory=Event)
    over: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        while not self.over:
            before = self.lost
            rows = self.ask()
            if before == self.lost and before[1] is not None:
                self.seen[before[1]].append(rows)
                self.answered.set()

    def ask(self) -> int:
        with self.web.transaction():
            self.web.execute("SELECT access_enter(%s)", [self.who])
            return len(self.web.execute("SELECT id FROM cases_case").fetchall())


def test_of_a_thousand_times_that_access_was_lost_none_showed_a_row_afterwards(
    case: Case,
    invited: Person,
    admin_connection: psycopg.Connection[Any],
    web_connection: psycopg.Connection[Any],
) -> None:
    ways = list(WAYS.values())
    admin_connection.execute("SET synchronous_commit = off")  # when it is on the disk is of no matter here
    asker = Asker(web_connection, invited.pk)
    asker.start()
    for number in range(ROUNDS):
        take, give_back = ways[number % len(ways)]
        for statement, lost in ((take, True), (give_back, False)):
            asker.lost = (number, None)
            do(admin_connection, statement, invited.pk)
            asker.lost = (number, lost)
            already = len(asker.seen[lost])
            while asker.is_alive() and len(asker.seen[lost]) == already:
                asker.answered.wait(1)
                asker.answered.clear()
    asker.over = True
    asker.join(300)
    assert len(asker.seen[True]) >= ROUNDS
    assert set(asker.seen[True]) == {0}
    assert set(asker.seen[False]) == {1}
