"""The database lets a user write exclusions and restrictions in that user's own name only."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from handrail.access.models import Exclusion
from handrail.cases.case_access.tests.test_kept_out_by_name import rename
from handrail.cases.engine.record import PUBLIC_FORM
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.organisations.models import Person

EXCLUDES = (
    "INSERT INTO access_exclusion (id, record, person_id, by_id, reason, since)"
    " VALUES (%s, %s, %s, %s, 'No reason', now())"
)
RESTRICTS = (
    "INSERT INTO cases_restriction (id, case_id, category, reason, by_id, since, lift_reason)"
    " VALUES (%s, %s, 'other', 'No reason', %s, now(), '')"
)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def enter(connection: psycopg.Connection[Any], person: Person | None) -> None:
    connection.execute("SELECT access_enter(%s)", [person.pk if person else None])


@pytest.mark.parametrize("statement", [EXCLUDES, RESTRICTS])
def test_whoever_is_signed_in_writes_no_act_of_the_public_form_nor_of_somebody_else(
    cast: Cast, web_connection: psycopg.Connection[Any], statement: str
) -> None:
    case = refer(cast)

    def write(by: Person | None) -> None:
        given: list[UUID | None] = [uuid4(), case.pk]
        given += [cast.fimu.pk] if statement == EXCLUDES else []
        with web_connection.transaction():
            enter(web_connection, cast.supervisor)
            web_connection.execute(statement, [*given, by.pk if by else None])

    for other in (None, cast.officer):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(other)
    write(cast.supervisor)


def test_a_referral_of_the_public_form_reads_back_the_acts_on_its_own_case_alone(
    cast: Cast, web_connection: psycopg.Connection[Any]
) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    whom = {"given-name": "Rupert", "family-name": "Feldman"}
    own, other = refer(cast, "referral", **whom), refer(cast, "referral", **whom)
    kept = {exclusion.record: exclusion.pk for exclusion in Exclusion.objects.all()}
    assert kept.keys() == {own.pk, other.pk}
    for person in (None, cast.officer):
        with web_connection.transaction():
            enter(web_connection, person)
            web_connection.execute("SELECT set_config('handrail.writing', %s, true)", [str(own.pk)])
            found = web_connection.execute(
                "SELECT chain FROM ledger_entry WHERE act = 'access-excluded' AND actor = %s", [PUBLIC_FORM]
            )
            seen = {chain for (chain,) in found.fetchall()}
        assert seen == ({kept[own.pk]} if person is None else set())


def test_nobody_else_reads_acts_of_the_public_form(
    cast: Cast, web_connection: psycopg.Connection[Any]
) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    case: Case = refer(cast, "referral", **{"given-name": "Rupert", "family-name": "Feldman"})
    assert Exclusion.objects.filter(record=case.pk).exists()
    with web_connection.transaction():
        enter(web_connection, None)
        found = web_connection.execute("SELECT count(*) FROM ledger_entry").fetchone()
        assert found == (0,)
