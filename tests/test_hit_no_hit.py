"""What the search functions return to each role about each case, called directly in the web's role.

Every planted case has a subject of nearly one name, so each is a possible match of all others. No canary
here.
"""

from typing import Any

import pytest
from django.db import connection

from handrail.access import context
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.subjects.models import Link, Outline, PossibleMatch
from tests.walls import TELLING
from tests.world import Relation, Sees, World, sees

ASKED = {
    "near": "SELECT * FROM subjects_near(%(keys)s, %(keys)s, 500)",
    "pointers": "SELECT * FROM subjects_pointers(%(subjects)s)",
    "told": "SELECT whom FROM unnest(%(subjects)s) whom WHERE subjects_told(whom)",
    "proposals": "SELECT subject_id, other_id, to_jsonb(p) FROM subjects_proposal p",
    "links": "SELECT subject_id, other_id, to_jsonb(l) FROM subjects_link l",
    "keys": "SELECT subject_id FROM subjects_key",
}
KEPT = {Relation.RESTRICTED, Relation.NOT_NAMED, Relation.EXCLUDED}


@pytest.fixture
def world(world: World) -> World:
    for match in PossibleMatch.objects.filter(strong=True):
        Link.objects.create(
            subject_id=match.subject_id, other_id=match.other_id, record=match.pk,
            by=world.people[Role.PREVENT_OFFICER], at=match.found_at, number=1,
        )  # fmt: skip
    return world


def asked(world: World, person: Person) -> dict[str, list[tuple[Any, ...]]]:
    given: dict[str, Any] = {
        "keys": sorted({key for keys in Outline.objects.values_list("keys", flat=True) for key in keys}),
        "subjects": [planted.case.subject_id for planted in world.planted.values()],
    }
    with context.asking(person), connection.cursor() as cursor:
        found = {}
        for name, statement in ASKED.items():
            cursor.execute(statement, given)
            found[name] = list(cursor.fetchall())
        return found


def test_no_role_is_given_a_word_or_a_trace_of_what_is_kept_from_it(world: World) -> None:
    assert Link.objects.count() > 10
    wrong, cells = [], 0
    for role in TELLING:
        world.given_to(role)
        found = asked(world, world.people[role])
        for relation, planted in world.planted.items():
            for name, rows in found.items():
                cells += 1
                text = repr(rows)
                if any(
                    word in text
                    for word in (planted.name, planted.said, planted.lived, planted.case.reference)
                ):
                    wrong.append(f"{role}, {relation.name}: {name} says what it is about")
                if relation in KEPT and str(planted.case.subject_id) in text:
                    wrong.append(f"{role}, {relation.name}: {name} says that it is there")
    assert not wrong, f"{len(wrong)} of {cells}:\n" + "\n".join(wrong[:40])


def test_who_looks_for_people_is_given_every_other_record_as_a_hit(world: World) -> None:
    """Otherwise the test above would hold for functions that give nothing."""
    world.given_to(Role.PREVENT_OFFICER)
    found = asked(world, world.people[Role.PREVENT_OFFICER])
    everybody = {p.case.subject_id for relation, p in world.planted.items() if relation not in KEPT}
    assert {row[0] for row in found["near"]} == everybody
    assert {row[0] for row in found["pointers"]} == everybody


def test_who_does_not_look_for_people_is_given_no_hit(world: World) -> None:
    for role in (role for role in TELLING if Capability.FIND_PEOPLE not in role.capabilities):
        world.given_to(role)
        found = asked(world, world.people[role])
        assert found["near"] == found["pointers"] == []


def test_keys_and_outlines_are_read_where_the_person_is(world: World) -> None:
    for role in TELLING:
        world.given_to(role)
        keys = {row[0] for row in asked(world, world.people[role])["keys"]}
        seen = {p.case.subject_id for r, p in world.planted.items() if sees(role, r) is Sees.WHOLE}
        assert keys <= seen
