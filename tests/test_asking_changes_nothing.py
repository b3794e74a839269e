"""A GET of any address by any client changes nothing, nor does a forged form."""

from itertools import islice
from typing import Any

import psycopg
import pytest
from psycopg import sql

from handrail.access.pages import pages
from tests.test_every_url import World, address_of, make_world
from tests.visitors import visitors

NAMES = [page.name for page in pages()]
# Tables that a look may add to: the visit itself, and the log of who looked.
LOOKING = {"sign_in_session", "access_reading"}
TOGETHER = 10  # addresses after which all tables are looked at


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def tables(admin_connection: psycopg.Connection[Any]) -> "Tables":
    return Tables(admin_connection)


class Tables:
    """Every table of the record as the superuser sees it, whom row security hides nothing from."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        self.names = sorted({name for (name,) in rows} - LOOKING)

    def now(self) -> dict[str, Any]:
        """How many rows each table has, and a digest of them."""
        one = sql.SQL("SELECT {}, count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} t")
        parts = (one.format(sql.Literal(name), sql.Identifier(name)) for name in self.names)
        rows = self.connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()
        return {name: (count, digest) for name, count, digest in rows}


def test_looking_changes_nothing(tables: Tables, world: World) -> None:
    cast, case, draft = world
    clients = visitors(cast)
    before = tables.now()
    assert before["cases_case"][0] == 2
    left = iter(NAMES)
    while names := list(islice(left, TOGETHER)):
        for name in names:
            for client in clients:
                client.get(address_of(name, case, draft))
            clients[1].head(address_of(name, case, draft))
        assert tables.now() == before, names


def test_a_forged_form_is_refused_everywhere_and_changes_nothing(tables: Tables, world: World) -> None:
    cast, case, draft = world
    clients = visitors(cast, enforce_csrf_checks=True)
    before = tables.now()
    for client in clients[:2]:  # nobody and an officer: what is forged is refused before it is read
        for name in NAMES:
            answers = client.post(address_of(name, case, draft), {"code": "x", "email": "x", "later": "yes"})
            assert answers.status_code == 403, name
            assert b"This page was open for too long" in answers.content
    assert tables.now() == before
