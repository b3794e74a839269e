"""Who records disruption: the force's team, those who hear of it first, and the region's team."""

from contextlib import nullcontext

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.cases.registers.tests.telling import add, begin
from handrail.cases.registers.tests.test_rows import OVERSEES, READS, rows_seen
from handrail.cases.tests.cast import Cast, organisation, person, typed_for
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack


@pytest.fixture
def regional(cast: Cast) -> Person:
    assert cast.force.parent
    return person("Rae Dunn", Role.REGIONAL_DISRUPTION_OFFICER, cast.force.parent)


def far_region(cast: Cast) -> Organisation:
    assert cast.force.parent
    return organisation(Kind.REGION, "Far", cast.force.parent.parent)


def begin_for(force: Organisation, by: Person) -> RegisterEntry:
    pack = current_pack()
    typed = typed_for(pack, pack.step_by_id["disruption"], force, force=str(force.pk), called="Rally")
    with context.asking(by):
        return acts.begin("disruption", typed, by=by)


@pytest.mark.parametrize("role", [Role.SPOC, Role.CONTROL_ROOM_OPERATOR])
def test_those_who_hear_of_it_first_record_it_in_their_force(cast: Cast, role: Role) -> None:
    by = person("Kit Vane", role, cast.force)
    register_entry = begin("disruption", by, called="Rally", outcome="goes-on")
    assert register_entry.force == cast.force
    assert rows_seen(by, register_entry.pk) == rows_seen(cast.officer, register_entry.pk) == READS
    colleague = person("Lou Park", role, cast.force)
    assert rows_seen(colleague, register_entry.pk) == set()
    add(register_entry, "disruption-effect", by, outcome="done")


def test_a_regional_team_records_for_each_force_of_its_region(cast: Cast, regional: Person) -> None:
    wessex = Organisation.objects.get(name="Wessex Police")
    for force, reads, not_told in (
        (cast.force, cast.officer, cast.stranger),
        (wessex, cast.stranger, cast.officer),
    ):
        register_entry = begin_for(force, regional)
        assert register_entry.force == force
        assert rows_seen(reads, register_entry.pk) == rows_seen(regional, register_entry.pk) == READS
        assert rows_seen(not_told, register_entry.pk) == set()
        assert rows_seen(cast.nation, register_entry.pk) == OVERSEES


def test_a_regional_team_goes_on_with_what_it_recorded(cast: Cast, regional: Person) -> None:
    register_entry = begin_for(cast.force, regional)
    add(register_entry, "disruption-effect", regional, outcome="done", effect="Called off.")
    register_entry.refresh_from_db()
    assert register_entry.decided == "done"


def test_a_regional_team_reads_nothing_that_a_force_recorded(cast: Cast, regional: Person) -> None:
    register_entry = begin("disruption", cast.officer, called="Rally")
    assert rows_seen(regional, register_entry.pk) == set()
    assert not RegisterEntry.objects.visible_to(regional).exists()
    with context.asking(regional), pytest.raises(NotAllowed):
        acts.lock(register_entry.pk, regional)


def test_a_force_of_another_region_is_not_offered_and_not_taken(cast: Cast, regional: Person) -> None:
    far = organisation(Kind.FORCE, "Far Police", far_region(cast))
    assert "Far Police" not in _first_page(regional)
    with pytest.raises(InvalidAnswers) as refused:
        begin_for(far, regional)
    assert set(refused.value.errors) == {"force"}
    assert not RegisterEntry.objects.exists()


def test_the_database_takes_no_entry_for_a_force_of_another_region(cast: Cast, regional: Person) -> None:
    far = organisation(Kind.FORCE, "Far Police", far_region(cast))
    for force, taken in ((cast.force, True), (far, False)):
        row = RegisterEntry(
            register_id="disruption",
            pack_id=current_pack().id,
            force=force,
            begun_by=regional,
            begun_on=timezone.localdate(),
        )
        refused = nullcontext() if taken else pytest.raises(ProgrammingError)
        with context.asking(regional), refused, transaction.atomic():
            row.save(force_insert=True)


def test_the_form_asks_a_regional_team_for_the_force_and_nobody_else(cast: Cast, regional: Person) -> None:
    asked = "Which force is it for?"
    assert asked in _first_page(regional)
    assert "Wessex Police" in _first_page(regional)
    for who in (cast.officer, cast.spoc):
        text = _first_page(who)
        assert "What is the concern?" in text
        assert asked not in text


def _first_page(by: Person) -> str:
    client = Client()
    client.force_login(by)
    begun = client.post(reverse("cases:register-begin", args=["disruption", "disruption"]))
    return client.get(begun.headers["Location"]).content.decode()
