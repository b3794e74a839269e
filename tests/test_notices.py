"""Every recipient of a notice about a case may see it by either wall, in each role and relation."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.models import Case, Deadline
from handrail.notices import rounds
from handrail.notices.models import Notice
from handrail.notices.readers import READERS, SEES
from tests.world import Sees, World

PAIRS = f"WITH {READERS} SELECT reader.person, c.id FROM reader, cases_case c WHERE {SEES}"


def pairs() -> set[tuple[Any, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"day": timezone.localdate(), "at": timezone.now()})
        return set(cursor.fetchall())


def test_the_worker_knows_of_everybody_what_the_application_shows_them(world: World) -> None:
    for role, person in world.people.items():
        world.given_to(role)
        seen = {case for who, case in pairs() if who == person.pk}
        shown = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        assert seen == shown, role
        declared = {planted.case.pk for _, planted, sees in world.expected(role) if sees is not Sees.NOTHING}
        assert seen & {planted.case.pk for planted in world.planted.values()} == declared, role


def test_after_a_year_of_lateness_nobody_was_told_of_what_they_do_not_see(world: World) -> None:
    Deadline.objects.filter(ended=None).update(due=timezone.localdate() - timedelta(days=300))
    Deadline.objects.filter(ended=None).update(began=timezone.localdate() - timedelta(days=310))
    for role in world.people:
        world.given_to(role)
        rounds.run(timezone.now() + timedelta(days=1))
        allowed = pairs()
        told = set(Notice.objects.values_list("person", "case"))
        assert told, "nobody was told anything"
        assert {pair for pair in told - allowed if pair[0] == world.people[role].pk} == set(), role
        Notice.objects.all().delete()


def test_a_notice_goes_with_the_sight_of_its_case(world: World) -> None:
    """Everybody is told of everything, wrongly; the page and the database still show each only their own."""
    moment = timezone.now()
    for role, person in world.people.items():
        world.given_to(role)
        Notice.objects.all().delete()
        for planted in world.planted.values():
            Notice.objects.create(person=person, case=planted.case, kind="overdue", about="x", since=moment)
        expected = {planted.case.pk for _, planted, sees in world.expected(role) if sees is not Sees.NOTHING}
        assert set(Notice.objects.of(person).values_list("case", flat=True)) == expected, role
        with context.asking(person):
            assert set(Notice.objects.values_list("case", flat=True)) == expected, role


def test_nobody_reads_or_marks_the_notices_of_others(world: World) -> None:
    people = list(world.people.values())
    case = next(iter(world.planted.values())).case
    theirs = Notice.objects.create(
        person=people[4], case=case, kind="overdue", about="x", since=timezone.now()
    )
    client = Client()
    client.force_login(people[5])
    client.post(reverse("notices:read"), {"notice": theirs.pk})
    client.post(reverse("notices:read"), {"notice": "all"})
    theirs.refresh_from_db()
    assert theirs.seen_at is None
    with context.asking(people[5]):
        assert not Notice.objects.filter(pk=theirs.pk).exists()
        assert Notice.objects.filter(pk=theirs.pk).update(seen_at=timezone.now()) == 0
